"""Closed lists of the rectification ledger. Values are stored; labels are the court's own terms."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

OPEN_STATES = ("not_started", "in_progress", "applied", "head_passed", "leader_passed", "verified")
CLOSED_STATES = ("internally_closed", "accepted")
ENDED_STATES = (*CLOSED_STATES, "externally_refused")
REVIEW_STATES = ("applied", "head_passed", "leader_passed", "verified")
WORK_STATES = ("not_started", "in_progress")
"""States of an attempt (see flows.ATTEMPT_FLOW): while it is open; when it is closed; when it has ended; while others review it;
while the work is the department's."""


class RoundKind(models.TextChoices):
    """How the inspection was organised."""

    ROUTINE = "routine", _("常规巡察")
    CROSS = "cross", _("提级交叉巡察")
    SPECIAL = "special", _("专项巡察")
    LOOK_BACK = "look_back", _("巡察“回头看”")
    LINKED = "linked", _("联动巡察")
    PROVINCIAL = "provincial", _("巡视")


class MilestoneKind(models.TextChoices):
    """The nodes a round has to pass, in their order."""

    LEADING_GROUP = "leading_group", _("成立整改工作领导小组")
    PLAN_FILED = "plan_filed", _("报送整改方案")
    DEMOCRATIC_LIFE = "democratic_life", _("召开巡察整改专题民主生活会")
    PROGRESS_REPORT = "progress_report", _("报送整改进展情况报告")
    LEADER_REPORT = "leader_report", _("报送主要负责人组织落实整改情况报告")
    PUBLICATION = "publication", _("党内通报和向社会公开")


class Category(models.TextChoices):
    """The focus of supervision a problem was found under."""

    DECISIONS = "decisions", _("贯彻落实党中央决策部署")
    CONDUCT = "conduct", _("群众身边不正之风和腐败问题")
    ORGANISATION = "organisation", _("基层党组织建设")
    EARLIER = "earlier", _("以往整改落实情况")
    OTHER = "other", pgettext_lazy("category", "其他")


class ProblemKind(models.TextChoices):
    """How long putting it right takes by its nature."""

    AT_ONCE = "at_once", _("立行立改")
    CONCENTRATED = "concentrated", _("集中整改")
    LONG_TERM = "long_term", _("长期坚持")


class Result(models.TextChoices):
    """The result class of an attempt, apart from where it stands in the process. Only DONE counts as done."""

    NONE = "", pgettext_lazy("result", "尚无结果")
    DONE = "done", _("已完成")
    STAGED = "staged", _("基本完成并持续整改")
    LONG_TERM = "long_term", _("取得阶段性成果并长期坚持")


class OutcomeKind(models.TextChoices):
    """What putting it right brought about."""

    RULE_MADE = "rule_made", _("制定或修订制度")
    MONEY_RECOVERED = "money_recovered", _("清退或追回资金")
    PERSON_HELD = "person_held", _("追责问责")
    CASE_FIXED = "case_fixed", _("纠正或办结案件")


class Assessment(models.TextChoices):
    """What an assessment of a staged target found."""

    NONE = "", pgettext_lazy("assessment", "未评估")
    MET = "met", pgettext_lazy("assessment", "达到")
    UNMET = "unmet", pgettext_lazy("assessment", "未达到")


class OnSite(models.TextChoices):
    """What an on-site check found."""

    PASSED = "passed", _("验收合格")
    FAILED = "failed", _("验收不合格")


class ExternalResult(models.TextChoices):
    """What the bodies outside the court recognised."""

    ACCEPTED = "accepted", _("予以认定")
    REFUSED = "refused", _("不予认定")


class ChangeKind(models.TextChoices):
    """What is asked to be changed after the plan froze."""

    EXTENSION = "extension", _("延期")
    CHANGE = "change", _("内容变更")


class LookBackMethod(models.TextChoices):
    """How closed items are looked at again."""

    SCHEDULED = "scheduled", _("定期复核")
    RANDOM = "random", _("随机抽查")
    REVERSE = "reverse", _("反向核实（询问相关人员）")


class LookBackResult(models.TextChoices):
    """What a look-back found."""

    NONE = "", pgettext_lazy("look_back", "未开展")
    CONSOLIDATED = "consolidated", _("巩固")
    WEAKENED = "weakened", _("弱化")
    REBOUNDED = "rebounded", _("反弹")


class ReboundOrigin(models.TextChoices):
    """What made somebody suspect a rebound."""

    CRITERIA = "criteria", _("销号标准复核未达标")
    LOOK_BACK = "look_back", _("“回头看”发现")
    REPORT = "report", _("群众反映或日常监督发现")


class Direction(models.TextChoices):
    """Which way a figure is to be read. Inside its reasonable range a figure is simply within range."""

    LOWER = "lower", _("越低越好")
    HIGHER = "higher", _("越高越好")
    RANGE = "range", _("合理区间")
