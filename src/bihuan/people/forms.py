"""Forms of the pages about people. Writing stays with the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.ledger.forms import dress
from bihuan.kernel.models import AdminRole, Person, Post, Unit

from .tracks import tracks

LEAVE_KINDS = (
    ("年休假", _("年休假")),
    ("病假", _("病假")),
    ("事假", _("事假")),
    ("产假", _("产假")),
    ("公务", _("公务外出")),
    ("培训", _("培训")),
    ("其他", _("其他")),
)


class HouseForm(forms.Form):
    """Dressed for the house's style sheet; refusals of a service land at its head, with what was typed kept."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)

    def refuse(self, refusal: Refused) -> None:
        """Show why the service refused. A missing right is no fault of the form and goes up to its own page."""
        if isinstance(refusal, NotAllowed):
            raise refusal
        for reason in refusal.reasons:
            self.add_error(None, str(reason))


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A person, told apart from a namesake by their number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Person.objects.none(), empty_label=_("请选择"), **kwargs)

    def label_from_instance(self, obj: Person) -> str:
        """Name and number."""
        return str(_("%(name)s（%(number)s）") % {"name": obj.name, "number": obj.number or obj.username})


def workers(person: Person) -> QuerySet[Person]:
    """Those who may hold business: in use, no administrators."""
    return access.visible(person, Person).filter(is_active=True, admin_role="").order_by("name", "number")


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=required, help_text=help_text)


class ReasonForm(HouseForm):
    """A reason, kept in the log."""

    reason = forms.CharField(label=_("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class EndForm(ReasonForm):
    """The last day of something, and why."""

    ends = _day(_("最后一日"))
    field_order = ("ends", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends"].initial = clock.today()


class EndDayForm(HouseForm):
    """The last day of something."""

    ends = _day(_("最后一日"))


class DelegationForm(HouseForm):
    """A stand-in. `actor` chooses for whom if the office does it for others."""

    person = PersonField(label=_("委托人"))
    deputy = PersonField(label=_("代理人"), help_text=_("代理期间可办理委托人的事项；办理记录写代理人本人的姓名。"))
    starts = _day(_("开始日期"))
    ends = _day(_("结束日期"), required=False, help_text=_("不填表示直至另行结束。"))
    reason = forms.CharField(label=_("事由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, actor: Person, others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_person(self, actor, others)
        self._field("deputy").queryset = workers(actor)
        self.fields["starts"].initial = clock.today()

    def _field(self, name: str) -> Any:
        return self.fields[name]


class LeaveForm(HouseForm):
    """Being away."""

    person = PersonField(label=_("人员"))
    kind = forms.ChoiceField(label=_("类别"), choices=LEAVE_KINDS)
    starts = _day(_("开始日期"))
    ends = _day(_("结束日期"), required=False, help_text=_("最后一日，含当日；未定可不填。"))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Person, others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_person(self, actor, others)
        self.fields["starts"].initial = clock.today()


def _choose_person(form: HouseForm, actor: Person, others: bool) -> None:
    field: Any = form.fields["person"]
    field.queryset = workers(actor) if others else Person.objects.filter(pk=actor.pk)
    field.initial = actor
    if not others:
        field.empty_label = None


class GiverForm(HouseForm):
    """First step of a hand-over: whose work."""

    giver = PersonField(label=_("移交人"))
    unit = forms.ModelChoiceField(
        label=_("限于部门"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("全部"),
        help_text=_("只移交移交人在该部门承担的事项；不选则全部移交。"),
    )

    def __init__(self, *args: Any, actor: Person, others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        giver: Any = self.fields["giver"]
        everyone = access.visible(actor, Person).filter(admin_role="").order_by("name", "number")
        giver.queryset = everyone if others else everyone.filter(pk=actor.pk)
        if not others:
            giver.empty_label = None
        unit: Any = self.fields["unit"]
        unit.queryset = access.visible(actor, Unit)


class TakerForm(HouseForm):
    """Second step: to whom, from when, why."""

    taker = PersonField(label=_("接收人"))
    on = _day(_("移交日期"))
    reason = forms.CharField(label=_("事由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, actor: Person, giver: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taker: Any = self.fields["taker"]
        taker.queryset = workers(actor).exclude(pk=giver.pk)
        self.fields["on"].initial = clock.today()


class AccountForm(HouseForm):
    """A new account."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    username = forms.RegexField(
        label=_("用户名"),
        max_length=40,
        regex=r"^[a-z][a-z0-9._-]{2,39}$",
        help_text=_("小写字母开头，可用小写字母、数字、点、横线，3 至 40 位；建立后不能更改。"),
        error_messages={"invalid": _("用户名须以小写字母开头，只含小写字母、数字、点、横线，3 至 40 位。")},
    )
    number = forms.CharField(label=_("工号"), max_length=20, required=False)
    admin_role = forms.ChoiceField(
        label=_("管理员类别"),
        choices=[("", _("不是管理员")), *AdminRole.choices[1:]],
        required=False,
        help_text=_("管理员不担任业务岗位、看不到业务数据；新建的管理员账号须由安全管理员确认后方可登录。"),
    )


class UnitForm(HouseForm):
    """A new unit."""

    name = forms.CharField(label=_("部门名称"), max_length=80)
    code = forms.SlugField(label=_("编号"), max_length=32, help_text=_("字母、数字、横线，全院唯一。"))
    parent = forms.ModelChoiceField(label=_("上级部门"), queryset=Unit.objects.none(), empty_label=_("请选择"))
    order = forms.IntegerField(label=_("排序"), initial=100, min_value=0, max_value=30000)

    def __init__(self, *args: Any, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent: Any = self.fields["parent"]
        parent.queryset = access.visible(actor, Unit).filter(closed_on=None)


class PostForm(HouseForm):
    """A new post."""

    unit = forms.ModelChoiceField(label=_("部门"), queryset=Unit.objects.none(), empty_label=_("请选择"))
    role = forms.ChoiceField(label=_("岗位角色"), help_text=_("权限随角色而定，见“岗位权限对照”。"))
    title = forms.CharField(label=_("职务名称"), max_length=60)

    def __init__(self, *args: Any, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.queryset = access.visible(actor, Unit).filter(closed_on=None)
        role: Any = self.fields["role"]
        role.choices = [("", _("请选择")), *((code, one.name) for code, one in access.roles().items())]


class AssignForm(HouseForm):
    """A person takes a post."""

    person = PersonField(label=_("人员"))
    starts = _day(_("任职日期"))
    ends = _day(_("结束日期"), required=False)

    def __init__(self, *args: Any, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = workers(actor)
        self.fields["starts"].initial = clock.today()


class LeadForm(HouseForm):
    """A leader's post takes charge of a unit."""

    post = forms.ModelChoiceField(label=_("领导岗位"), queryset=Post.objects.none(), empty_label=_("请选择"))
    starts = _day(_("开始日期"))

    def __init__(self, *args: Any, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leading = [code for code, role in access.roles().items() if role.leads]
        post: Any = self.fields["post"]
        post.queryset = access.visible(actor, Post).filter(role__in=leading).select_related("unit")
        self.fields["starts"].initial = clock.today()


class GrantForm(HouseForm):
    """Need to know."""

    person = PersonField(label=_("人员"))
    track = forms.ChoiceField(label=_("限定范围"))
    starts = _day(_("开始日期"))
    ends = _day(_("结束日期"), required=False, help_text=_("建议填写：到期自动收回。"))
    reason = forms.CharField(label=_("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = workers(actor)
        track: Any = self.fields["track"]
        track.choices = [("", _("请选择")), *tracks().items()]
        self.fields["starts"].initial = clock.today()
