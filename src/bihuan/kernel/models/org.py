"""An organisation: units, posts, persons, assignments, leaders in charge, stand-ins."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import verify_password
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..facts import Fact, FactManager, FactQuerySet


class Unit(Fact):
    """A department, court room or office. Closed, never deleted."""

    code = models.CharField(_("编号"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级部门")
    )
    order = models.PositiveSmallIntegerField(_("排序"), default=100)
    closed_on = models.DateField(_("撤销日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("部门")
        ordering: ClassVar = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class AdminRole(models.TextChoices):
    """The three administrators. One column holds one of them, so nobody can hold two."""

    NONE = "", _("无")
    SYSTEM = "system", _("系统管理员")
    SECURITY = "security", _("安全管理员")
    AUDIT = "audit", _("审计管理员")


class PersonManager(FactManager, BaseUserManager):  # type: ignore[type-arg]
    """Accounts are found by user name, whatever the case."""

    def get_by_natural_key(self, username: str | None) -> Person:
        found: Person = self.get(username__iexact=username)
        return found


class Person(AbstractBaseUser, Fact):
    """A person of the organisation and, if a password is set, the account they sign in with."""

    username = models.CharField(_("用户名"), max_length=40, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    number = models.CharField(_("工号"), max_length=20, blank=True)
    last_login = None  # signing in is an entry of the log, not a column to overwrite
    is_active = models.BooleanField(_("在用"), default=True)
    admin_role = models.CharField(_("管理员类别"), max_length=10, blank=True, default="", choices=AdminRole.choices)
    is_demo = models.BooleanField(_("演示账号"), default=False)
    must_change_password = models.BooleanField(_("须修改密码"), default=False)
    password_changed_at = models.DateTimeField(_("密码修改时间"), null=True, blank=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[Any] = PersonManager.from_queryset(FactQuerySet)()

    class Meta:
        verbose_name = _("人员")
        ordering: ClassVar = ["username"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="person_admin_role_known", condition=Q(admin_role__in=["", "system", "security", "audit"])
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def check_password(self, raw_password: str | None) -> bool:
        """Whether the password fits. Nothing is written: renewing an outdated hash is the sign-in service's."""
        return verify_password(raw_password, self.password)[0]

    def get_full_name(self) -> str:
        """The person's name, as Django's own pages ask for it."""
        return self.name


class Post(Fact):
    """A post in a unit. Duty goes with the post: `role` is a code registered in `kernel.access.roles`."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts", verbose_name=_("部门"))
    role = models.CharField(_("岗位角色"), max_length=40)
    title = models.CharField(_("职务名称"), max_length=60)

    class Meta:
        verbose_name = _("岗位")
        ordering: ClassVar = ["unit__order", "role", "id"]
        constraints: ClassVar = [models.UniqueConstraint(name="post_once", fields=["unit", "role", "title"])]
        indexes: ClassVar = [models.Index(fields=["role", "unit"])]

    def __str__(self) -> str:
        return f"{self.unit}{self.title}"


class Dated(Fact):
    """Something that holds from a day to a day, both included; no end means still."""

    starts = models.DateField(_("开始日期"))
    ends = models.DateField(_("结束日期"), null=True, blank=True)

    class Meta:
        abstract = True

    @staticmethod
    def on(day: dt.date, prefix: str = "") -> Q:
        """The condition that the row (reached through `prefix`) holds on `day`."""
        return Q(**{f"{prefix}starts__lte": day}) & (
            Q(**{f"{prefix}ends__isnull": True}) | Q(**{f"{prefix}ends__gte": day})
        )


def _ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(name=name, condition=Q(ends__isnull=True) | Q(ends__gte=models.F("starts")))


class Assignment(Dated):
    """A person holds a post from a day to a day. Administrators hold none: a trigger refuses it."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments", verbose_name=_("人员"))
    post = models.ForeignKey(Post, models.PROTECT, related_name="assignments", verbose_name=_("岗位"))

    class Meta:
        verbose_name = _("任职")
        ordering: ClassVar = ["-starts", "id"]
        constraints: ClassVar = [
            _ends_after_start("assignment_ends_after_start"),
            models.UniqueConstraint(
                name="assignment_open_once", fields=["person", "post"], condition=Q(ends__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.post}"


class Lead(Dated):
    """A leader's post is in charge of a unit (分管)."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="leads", verbose_name=_("领导岗位"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="led_by", verbose_name=_("分管部门"))

    class Meta:
        verbose_name = _("分管")
        ordering: ClassVar = ["unit__order", "-starts"]
        constraints: ClassVar = [
            _ends_after_start("lead_ends_after_start"),
            models.UniqueConstraint(name="lead_open_once", fields=["post", "unit"], condition=Q(ends__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.post} → {self.unit}"


class Delegation(Dated):
    """`deputy` acts for `person` for a while; what the deputy does is logged under the deputy's own name."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="delegations", verbose_name=_("委托人"))
    deputy = models.ForeignKey(Person, models.PROTECT, related_name="deputised", verbose_name=_("受托人"))
    reason = models.CharField(_("事由"), max_length=200)

    class Meta:
        verbose_name = _("委托代理")
        constraints: ClassVar = [
            _ends_after_start("delegation_ends_after_start"),
            models.CheckConstraint(name="delegation_not_to_self", condition=~Q(person=models.F("deputy"))),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.deputy}"


class Leave(Dated):
    """A person is away; duty falls to the deputy, else up the ladder."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="leaves", verbose_name=_("人员"))
    kind = models.CharField(_("类别"), max_length=20)
    note = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("离岗")
        constraints: ClassVar = [_ends_after_start("leave_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.person} {self.starts}"


class Grant(Dated):
    """Need to know: a person may see a closed track (discipline, personnel, vehicles ...) for a reason."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="grants", verbose_name=_("人员"))
    track = models.CharField(_("限定范围"), max_length=40)
    reason = models.CharField(_("理由"), max_length=200)
    granted_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("授权人"))

    class Meta:
        verbose_name = _("专项授权")
        constraints: ClassVar = [
            _ends_after_start("grant_ends_after_start"),
            models.CheckConstraint(name="grant_not_to_self", condition=~Q(person=models.F("granted_by"))),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.track}"


class HandOver(Fact):
    """A recorded hand-over of duty: who gave what to whom, so that no item is orphaned when a post changes hands."""

    giver = models.ForeignKey(Person, models.PROTECT, related_name="handed_over", verbose_name=_("移交人"))
    taker = models.ForeignKey(Person, models.PROTECT, related_name="taken_over", verbose_name=_("接收人"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("部门"))
    on = models.DateField(_("移交日期"))
    reason = models.CharField(_("事由"), max_length=200)
    items = models.JSONField(_("移交事项"), default=list)

    class Meta:
        verbose_name = _("工作移交")
        ordering: ClassVar = ["-on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="hand_over_to_another", condition=~Q(giver=models.F("taker")))
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.taker} {self.on}"
