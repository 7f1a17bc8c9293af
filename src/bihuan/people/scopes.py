"""Who sees which persons, posts and units; who may change them; who reads the log."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, log
from bihuan.kernel.access import EVERYTHING, NOTHING, Viewer
from bihuan.kernel.models import (
    Assignment,
    Delegation,
    FlowStep,
    Grant,
    HandOver,
    Lead,
    Leave,
    LogEntry,
    Person,
    Post,
    RestrictedText,
    Unit,
)

PERSONNEL = ("political", "president")

MANAGE_ACCOUNTS = access.action("people.accounts", _("管理账号"), admin="system")
SEE_HEALTH = access.action("people.health", _("查看运行状况"), admin="system")
MANAGE_POSTS = access.action("people.posts", _("管理岗位与授权"), admin="security")
CONFIRM_ADMIN = access.action("people.confirm_admin", _("确认管理员账号、解除双因素认证"), admin="security")
READ_LOG = access.action("people.log", _("查看审计日志"), admin="audit")
SEE_COURT = access.action("people.court", _("查看组织与人员"), relation=lambda viewer, obj: not viewer.admin_role)
DELEGATE = access.action(
    "people.delegate", _("委托代理"), roles=["political"], relation=lambda viewer, person: viewer.person == person
)
HAND_OVER = access.action(
    "people.hand_over",
    _("工作移交"),
    roles=["political", "rectification_office"],
    relation=lambda viewer, person: viewer.person == person,
)


@access.scope(Unit)
def units(viewer: Viewer) -> Q:
    """The structure of the court is known to all who work in it."""
    return EVERYTHING


@access.scope(Post)
def posts(viewer: Viewer) -> Q:
    """As the units."""
    return EVERYTHING


@access.scope(Person)
def persons(viewer: Viewer) -> Q:
    """Names are known to all; accounts are changed by the system administrator alone."""
    return EVERYTHING


@access.scope(Assignment)
def assignments(viewer: Viewer) -> Q:
    """Who holds which post is known to all."""
    return EVERYTHING


@access.scope(Lead)
def leads(viewer: Viewer) -> Q:
    """Who is in charge of what is known to all."""
    return EVERYTHING


@access.scope(Delegation)
def delegations(viewer: Viewer) -> Q:
    """One's own, and all for personnel staff."""
    if viewer.has(*PERSONNEL):
        return EVERYTHING
    return Q(person__in=viewer.acts_for) | Q(deputy=viewer.person.pk)


@access.scope(Leave)
def leaves(viewer: Viewer) -> Q:
    """One's own, one's department's for its head, all for personnel staff."""
    if viewer.has(*PERSONNEL):
        return EVERYTHING
    mine = Q(person=viewer.person.pk)
    if not viewer.headed:
        return mine
    return mine | Q(
        person__in=Assignment.objects.filter(Assignment.on(viewer.day), post__unit_id__in=viewer.headed).values(
            "person_id"
        )
    )


@access.scope(Grant)
def grants(viewer: Viewer) -> Q:
    """Need-to-know grants: the security administrator's to give, one's own to know."""
    return EVERYTHING if viewer.admin_role == "security" else Q(person=viewer.person.pk)


@access.scope(HandOver)
def hand_overs(viewer: Viewer) -> Q:
    """Those who took part, and the offices that watch over duty."""
    if viewer.has("political", "rectification_office", "inspection_office", "president"):
        return EVERYTHING
    return Q(giver=viewer.person.pk) | Q(taker=viewer.person.pk)


@access.scope(LogEntry)
def entries(viewer: Viewer) -> Q:
    """The whole log is the audit administrator's; a page shows an object's entries to who may see the object."""
    return EVERYTHING if viewer.admin_role == "audit" else NOTHING


@access.scope(RestrictedText)
def restricted(viewer: Viewer) -> Q:
    """Text behind the log's digests: only with an explicit grant."""
    return EVERYTHING if viewer.knows("restricted") else NOTHING


@access.scope(FlowStep)
def steps(viewer: Viewer) -> Q:
    """Steps are read beside their object, whose own scope decides; on their own, nobody reads them."""
    return NOTHING


for code, template in {
    "account.made": _("建立账号：%(name)s（%(username)s）"),
    "account.disabled": _("停用账号：%(name)s"),
    "account.enabled": _("启用账号：%(name)s"),
    "account.password_reset": _("重置密码：%(name)s"),
    "account.password_changed": _("修改本人密码"),
    "account.signed_in": _("登录"),
    "account.signed_out": _("退出登录"),
    "account.refused": _("登录失败：%(username)s"),
    "account.confirmed": _("确认启用管理员账号：%(name)s（%(role)s）"),
    "account.hash_renewed": _("登录时更新密码存储强度：%(name)s"),
    "account.second_factor": _("启用双因素认证"),
    "account.second_factor_off": _("停用双因素认证"),
    "account.recovery_codes": _("重新生成恢复代码"),
    "account.factor_cleared": _("解除双因素认证：%(name)s"),
    "account.code_refused": _("双因素验证码错误：%(name)s"),
    "unit.made": _("设立部门：%(name)s"),
    "post.made": _("设立岗位：%(name)s"),
    "post.assigned": _("任职：%(person)s 担任 %(post)s"),
    "post.ended": _("免去：%(person)s 不再担任 %(post)s"),
    "lead.made": _("分管：%(post)s 分管 %(unit)s"),
    "lead.ended": _("不再分管：%(post)s 与 %(unit)s"),
    "grant.made": _("专项授权：%(person)s 可查看“%(track)s”"),
    "grant.ended": _("收回授权：%(person)s 的“%(track)s”"),
    "delegation.made": _("委托代理：%(person)s 委托 %(deputy)s"),
    "delegation.ended": _("结束委托代理：%(person)s 与 %(deputy)s"),
    "leave.made": _("登记离岗：%(person)s"),
    "leave.ended": _("销假：%(person)s"),
    "hand_over.made": _("工作移交：%(giver)s 移交 %(taker)s，共 %(count)s 项"),
    "log.verified": _("校验日志：内部链至第 %(sound_to)s 条，外部检查点至第 %(outside_to)s 条，问题 %(found)s 个"),
    "log.checkpoint_taken": _("下载日志检查点"),
    "log.exported": _("导出日志"),
}.items():
    # Signing in, and looking at the log, decide nothing by their time.
    log.event(code, template, any_time=code.startswith(("account.", "log.")))
