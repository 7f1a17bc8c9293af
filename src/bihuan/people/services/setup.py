"""Setting up a court: its departments and people from one sheet, and three administrators, all or nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Person, Unit
from bihuan.kernel.sheets import reading
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work

from . import accounts, posts

COLUMNS = ("部门", "上级部门", "姓名", "用户名", "工号", "岗位角色", "职务", "任职日期", "分管部门")
NEEDED = ("部门", "姓名", "用户名", "岗位角色", "职务")
ADMIN_NAMES = (("system", "系统管理员"), ("security", "安全管理员"), ("audit", "审计管理员"))

NOT_EMPTY = wording(
    "setup.not_empty", _("数据库里已有 %(count)s 名人员，初始化只能在空库上进行。增减人员请登录后办理。")
)
MISSING = wording("setup.missing", _("第 %(row)s 行：“%(column)s”不能为空。"))
BAD_ROLE = wording("setup.bad_role", _("第 %(row)s 行：没有“%(value)s”这个岗位角色。可填：%(known)s。"))
BAD_DATE = wording("setup.bad_date", _("第 %(row)s 行：任职日期“%(value)s”无法识别，请填如 2025-03-01。"))
TWO_NAMES = wording(
    "setup.two_names", _("第 %(row)s 行：用户名“%(username)s”已用于“%(other)s”，同一用户名只能属于一人。")
)
UNKNOWN_UNIT = wording("setup.unknown_unit", _("第 %(row)s 行：分管部门“%(value)s”不在本表的“部门”列中，请核对名称。"))
NO_COLUMN = wording("setup.no_column", _("表中缺少“%(column)s”列。请用 bihuan init --template 导出空白表填写。"))
LOOP = wording("setup.unit_loop", _("部门“%(value)s”的上级部门形成循环，请核对“上级部门”列。"))
IS_ADMIN = wording("setup.is_admin", _("第 %(row)s 行：用户名“%(username)s”留给管理员使用，业务人员请另取用户名。"))


@dataclass
class Staff:
    """One row of the sheet, understood."""

    row: int
    unit: str
    parent: str
    name: str
    username: str
    number: str
    role: str
    title: str
    starts: dt.date
    leads: tuple[str, ...]


@dataclass
class Result:
    """What was set up; `passwords` are the first passwords, shown once and stored nowhere."""

    court: str
    units: int = 0
    persons: int = 0
    posts: int = 0
    passwords: list[tuple[str, str, str]] = field(default_factory=list)


def write_template(path: Path) -> None:
    """Write the empty sheet with a page that explains each column."""
    with xlsxwriter.Workbook(path) as book:
        bold = book.add_format({"bold": True, "bg_color": "#eef2f7", "border": 1})
        sheet = book.add_worksheet("人员")
        for column, name in enumerate(COLUMNS):
            sheet.write(0, column, name, bold)
            sheet.set_column(column, column, 16)
        sheet.freeze_panes(1, 0)
        notes = book.add_worksheet("填写说明")
        lines = [
            "每人每个岗位一行；同一人有几个岗位就填几行，用户名相同即视为同一人。",
            "上级部门可空，空即为全院的直属部门。",
            "岗位角色可填：" + "、".join(str(role.name) for role in access.roles().values()) + "。",
            "分管部门只由领导填写，多个部门用顿号隔开。",
            "任职日期如 2025-03-01，可空，空即为今日。",
        ]
        for row, line in enumerate(lines):
            notes.write(row, 0, line)
        notes.set_column(0, 0, 100)


def read_staff(path: Path) -> list[Staff]:
    """Read the sheet. Refused with every bad row named, not just the first."""
    table = reading.read_table(path, path.name, expected=COLUMNS)
    reasons = [Message(NO_COLUMN, {"column": c}) for c in NEEDED if c not in table.headings]
    if reasons:
        raise Refused(reasons)
    found: list[Staff] = []
    names: dict[str, str] = {}
    roles = {str(role.name): code for code, role in access.roles().items()} | {code: code for code in access.roles()}
    for row, cells in table.records():
        value = {c: reading.to_text(cells.get(c)) or "" for c in COLUMNS if c != "任职日期"}
        reasons += [Message(MISSING, {"row": row.number, "column": c}) for c in NEEDED if not value[c]]
        if value["岗位角色"] and value["岗位角色"] not in roles:
            known = "、".join(str(role.name) for role in access.roles().values())
            reasons.append(Message(BAD_ROLE, {"row": row.number, "value": value["岗位角色"], "known": known}))
        username = value["用户名"].lower()
        if names.setdefault(username, value["姓名"]) != value["姓名"]:
            reasons.append(Message(TWO_NAMES, {"row": row.number, "username": username, "other": names[username]}))
        starts = clock.today()
        if not reading.is_empty(cells.get("任职日期")):
            try:
                starts = reading.to_date(cells.get("任职日期")) or starts
            except reading.CellError:
                reasons.append(Message(BAD_DATE, {"row": row.number, "value": str(cells.get("任职日期"))}))
        leads = tuple(part for part in value["分管部门"].replace("，", "、").replace(",", "、").split("、") if part)
        found.append(
            Staff(
                row.number,
                value["部门"],
                value["上级部门"],
                value["姓名"],
                username,
                value["工号"],
                roles.get(value["岗位角色"], ""),
                value["职务"],
                starts,
                leads,
            )
        )
    known_units = {staff.unit for staff in found} | {staff.parent for staff in found}
    reasons += [
        Message(UNKNOWN_UNIT, {"row": staff.row, "value": unit})
        for staff in found
        for unit in staff.leads
        if unit not in known_units
    ]
    if reasons:
        raise Refused(reasons)
    return found


def set_up(
    *, court: str, admins: dict[str, tuple[str, str]], staff: list[Staff], with_passwords: bool = True
) -> Result:
    """Set up an empty database: the court, its three administrators (`admins`: kind -> (name, username)) and its people.

    All or nothing. Everyone gets a random first password to be changed at first sign-in.
    """
    held = Person.objects.count()
    if held:
        raise Refused(Message(NOT_EMPTY, {"count": held}))
    result = Result(court)
    taken = {username for _name, username in admins.values()}
    clash = [Message(IS_ADMIN, {"row": s.row, "username": s.username}) for s in staff if s.username in taken]
    if clash:
        raise Refused(clash)
    with unit_of_work(None, job="init"):
        top = posts.make_unit(actor=None, code="court", name=court, order=0)
        for kind, (name, username) in admins.items():
            password = accounts.first_password()
            accounts.make(actor=None, username=username, name=name, admin_role=kind, password=password)
            result.passwords.append((name, username, password))
        units = _make_units(top, staff, result)
        _make_people(units, staff, result, with_passwords)
    return result


def _make_units(top: Unit, staff: list[Staff], result: Result) -> dict[str, Unit]:
    parents: dict[str, str] = {}
    for row in staff:
        parents.setdefault(row.unit, row.parent)
        if row.parent:
            parents.setdefault(row.parent, "")
            if not parents[row.unit]:
                parents[row.unit] = row.parent
    made: dict[str, Unit] = {}

    def make(name: str, above: tuple[str, ...]) -> Unit:
        if name in above:
            raise Refused(Message(LOOP, {"value": name}))
        if name not in made:
            parent = make(parents[name], (*above, name)) if parents[name] else top
            order = 10 * (len(made) + 1)
            made[name] = posts.make_unit(
                actor=None, code=f"d{len(made) + 1:03d}", name=name, parent=parent, order=order
            )
            result.units += 1
        return made[name]

    for name in parents:
        make(name, ())
    return made


def _make_people(units: dict[str, Unit], staff: list[Staff], result: Result, with_passwords: bool) -> None:
    persons: dict[str, Person] = {}
    for row in staff:
        person = persons.get(row.username)
        if person is None:
            password = accounts.first_password() if with_passwords else None
            person = accounts.make(
                actor=None, username=row.username, name=row.name, number=row.number, password=password
            )
            persons[row.username] = person
            result.persons += 1
            if password:
                result.passwords.append((row.name, row.username, password))
        post = posts.make_post(actor=None, unit=units[row.unit], role=row.role, title=row.title)
        posts.assign(actor=None, person=person, post=post, starts=row.starts)
        result.posts += 1
        for unit in row.leads:
            posts.put_in_charge(actor=None, post=post, unit=units[unit], starts=row.starts)


def admin_names(given: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """The three administrators' names and user names, from `--system NAME:username` and so on, else by kind."""
    found = {}
    for kind, title in ADMIN_NAMES:
        name, _colon, username = str(given.get(kind) or "").partition(":")
        found[kind] = (name or title, (username or f"{kind}admin").lower())
    return found
