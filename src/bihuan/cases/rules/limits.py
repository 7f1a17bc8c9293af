"""Rules about statutory limits: overdue, near the end, pauses on no list, extensions too late or not to be recognised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db.models import Case as Choice
from django.db.models import CharField, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import law_words
from bihuan.kernel.rules import Params, rule
from bihuan.kernel.wording import Message, wording
from bihuan.law.arrays.engine import BIT
from bihuan.law.errors import NotInForce
from bihuan.law.limits import findings as f
from bihuan.law.limits.book import current_limits
from bihuan.law.limits.lamps import LAMPS

from ..models import OPEN, Case
from ..sources import CASES

DOMAIN = "cases"
ARTICLE = wording("cases.article", "%(article)s")
LATE = (f.GRANT_LATE, f.GRANT_DECIDED_LATE, f.GRANT_DECIDED_AFTER)
NOT_RECOGNISED = (
    f.GRANT_NONE, f.GRANT_APPROVER, f.GRANT_ORDER, f.GRANT_TIMES, f.GRANT_CONDITION, f.GRANT_NO_LENGTH, f.GRANT_AFTER_EXPIRY,
    f.GRANT_DECIDED_REFUSED,
)  # fmt: skip


def open_cases(on: dt.date | None = None) -> QuerySet[Case]:
    """The cases that still run."""
    rows: QuerySet[Case] = Case.objects.filter(OPEN)
    return rows


def watched(on: dt.date) -> QuerySet[Case]:
    """Open cases, and those closed this year: a breach of theirs is still to be dealt with."""
    rows: QuerySet[Case] = Case.objects.filter(Q(closed_on=None) | Q(closed_on__year=on.year), voided_at=None)
    return rows


def owned(rows: QuerySet[Case], **params: Any) -> QuerySet[Case]:
    """With due day, owner, and the limit with its article as the sentence names them."""
    told = JSONObject(**named_limit(column="limit_id"), **params)
    return rows.annotate(
        alert_due=F("expires_on"), alert_unit_id=F("division_id"), alert_person_id=F("judge_id"), alert_params=told
    )


def named_limit(limit: str = "", *, column: str = "") -> dict[str, Any]:
    """A limit as parameters of a sentence: `limit` with its number, `article`. By its id, or by the column that holds the id."""
    id_ = F(column) if column else Value(limit)
    title = JSONObject(code=Concat(Value("law.limit."), id_, output_field=CharField()), params=JSONObject())
    article = _articles(column) if column else Value(_cited().get(limit, "—"))
    return {"limit": JSONObject(code=Value(law_words.LIMIT_NAME), params=JSONObject(id=id_, title=title)), "article": article}


def with_finding(rows: QuerySet[Case], codes: Iterable[str]) -> QuerySet[Case]:
    """The cases of which one of these was found."""
    mask = sum(int(BIT[code]) for code in codes)
    found: QuerySet[Case] = rows.exclude(findings=0).annotate(found=F("findings").bitand(mask)).filter(found__gt=0)
    return found


def _articles(column: str) -> Any:
    whens = [When(**{column: id_}, then=Value(text)) for id_, text in _cited().items()]
    return Choice(*whens, default=Value("—"), output_field=CharField())


@lru_cache(maxsize=1)
def _cited() -> dict[str, str]:
    """The article of each limit, as its latest text has it; names of laws are Chinese in every language."""
    found: dict[str, str] = {}
    with translation.override("zh-hans"):
        for limit in current_limits():
            try:
                version = limit.on(limit.versions[-1].start)
            except NotInForce:  # pragma: no cover - the last text covers its own first day
                continue
            cited = version.basis.cite_all(max(version.start, dt.date(2024, 1, 1)))
            found[limit.id] = str(Message(ARTICLE, {"article": law_words.article(cited)}))
    return found


@rule(
    "cases.limit.overdue",
    title=_("案件超过法定期限"),
    says=_("%(limit)s 已于 %(due)s 届满，至今未结（%(article)s）"),
    about="cases.Case",
    severity="serious",
    domain=DOMAIN,
    sources=(CASES,),
    population=open_cases,
)
def overdue(on: dt.date, p: Params) -> QuerySet[Case]:
    """Open cases past the day on which their limit ends."""
    return owned(open_cases().filter(expires_on__lt=on))


@rule(
    "cases.limit.near",
    title=_("案件法定期限将满"),
    says=_("%(limit)s 将于 %(due)s 届满，需要延长的应提前报批（%(article)s）"),
    about="cases.Case",
    severity="notice",
    domain=DOMAIN,
    sources=(CASES,),
    basis=LAMPS,
    population=open_cases,
)
def near(on: dt.date, p: Params) -> QuerySet[Case]:
    """Open cases within the farthest threshold of the lamps that is shorter than their limit, and not paused."""
    within = Q()
    for step in p["days"]:
        within |= Q(raw_due__lte=on + dt.timedelta(days=int(step)), length_days__gt=int(step))
    return owned(open_cases().filter(within, expires_on__gte=on, paused_now=False))


@rule(
    "cases.pause.hidden",
    title=_("清单以外的暂停（隐性超审限）"),
    says=_("登记的暂停中有 %(days)s 日不在法定清单内，不扣除审限"),
    about="cases.Case",
    severity="warning",
    domain=DOMAIN,
    sources=(CASES,),
    population=watched,
)
def hidden(on: dt.date, p: Params) -> QuerySet[Case]:
    """Cases with days treated as a pause on no ground of the closed list."""
    return owned(watched(on).filter(hidden_days__gt=0), days=Cast(F("hidden_days"), TextField()))


@rule(
    "cases.grant.late",
    title=_("迟延报请或者迟延批准延长审限"),
    says=_("延长审限没有按规定的提前量报请、批准（%(limit)s，届满日 %(due)s）"),
    about="cases.Case",
    severity="warning",
    domain=DOMAIN,
    sources=(CASES,),
    population=watched,
)
def grant_late(on: dt.date, p: Params) -> QuerySet[Case]:
    """Cases whose extension was asked for or decided later than the rule on lead times says."""
    return owned(with_finding(watched(on), LATE))


@rule(
    "cases.grant.refused",
    title=_("不能认可的延长审限"),
    says=_("登记的延长没有法律依据或者不合条件，不计入审限（%(limit)s，届满日 %(due)s）"),
    about="cases.Case",
    severity="warning",
    domain=DOMAIN,
    sources=(CASES,),
    population=watched,
)
def grant_refused(on: dt.date, p: Params) -> QuerySet[Case]:
    """Cases with an extension that the law does not know, not by this approver, or asked for after the end."""
    return owned(with_finding(watched(on), NOT_RECOGNISED))
