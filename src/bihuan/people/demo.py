"""The open accounts of the demo court. Outside the demo they cannot sign in, and their password is not to be had."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Person

#: Printed on the demo's sign-in page; made for a fictional court, worth nothing elsewhere.
DEMO_PASSWORD = "Linjiang-2026"  # noqa: S105


@dataclass(frozen=True)
class DemoAccount:
    """An account offered on the sign-in page, with what it is good for."""

    username: str
    label: str | Promise


ACCOUNTS = (
    DemoAccount("jiangboheng", _("院长 江伯衡")),
    DemoAccount("zhuminglan", _("分管领导 祝明岚")),
    DemoAccount("qinzhiyuan", _("整改办 秦知远")),
    DemoAccount("youjianping", _("民一庭庭长 尤建平")),
    DemoAccount("guanshanyue", _("督察室 关山越")),
    DemoAccount("shenghuaiyuan", _("审管办 盛怀远")),
    DemoAccount("luojingxing", _("派驻纪检监察组 骆景行")),
    DemoAccount("peiqinghe", _("政治部 裴青禾")),
    DemoAccount("lingshuangxu", _("党组秘书 凌霜序")),
    DemoAccount("qiyue", _("系统管理员 齐越")),
    DemoAccount("yianlan", _("安全管理员 易安澜")),
    DemoAccount("luqianxun", _("审计管理员 路千寻")),
)


def accounts() -> tuple[DemoAccount, ...]:
    """The accounts to offer; none outside the demo."""
    return ACCOUNTS if settings.BIHUAN_DEMO else ()


def password() -> str:
    """The demo's password; RuntimeError outside the demo, where no such account may be made or entered."""
    if not settings.BIHUAN_DEMO:
        raise RuntimeError("the demo password exists in demo mode only")
    return DEMO_PASSWORD


def may_enter(person: Person) -> bool:
    """A demo account opens in the demo alone, also when a demo's database is put to real use."""
    return bool(settings.BIHUAN_DEMO) or not person.is_demo
