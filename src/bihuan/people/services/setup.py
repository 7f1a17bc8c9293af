"""Setting up a court: its departments and people from one sheet, and three administrators, all or nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext_lazy as _

import bihuan
from bihuan.kernel import access, clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Person, Unit
from bihuan.kernel.operations import upgrade
from bihuan.kernel.sheets import reading
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work

from . import accounts, posts

COLUMNS = ("部门", "上级部门", "姓名", "用户名", "工号", "岗位角色", "职务", "任职日期", "分管部门")
SHEET = "人员"
NEEDED = ("部门", "姓名", "用户名", "岗位角色", "职务")
#: The columns' lengths in the database, which PostgreSQL enforces.
LIMITS = {"部门": 80, "上级部门": 80, "姓名": 40, "用户名": 40, "工号": 20, "职务": 60}
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
NO_ROWS = wording("setup.no_rows", _("“%(file)s”只有表头，没有人员。只建三名管理员时请不带 --people 运行。"))
NO_FILE = wording("setup.no_file", _("没有“%(file)s”这个文件，请核对路径。"))
UNREADABLE = wording("setup.unreadable", _("“%(file)s”读不出来（%(why)s），请核对路径和权限。"))
TOO_LONG = wording("setup.too_long", _("第 %(row)s 行：“%(column)s”有 %(length)s 字，超过上限 %(limit)s 字。"))
ROW_PROBLEM = wording("setup.row_problem", _("第 %(row)s 行：%(problem)s"))
BAD_USERNAME = wording(
    "setup.bad_username", _("第 %(row)s 行：用户名“%(value)s”中有空格，请填不带空格的用户名，如 zhangsan 或工号。")
)
TWO_NUMBERS = wording(
    "setup.two_numbers", _("第 %(row)s 行：工号“%(number)s”已用于“%(other)s”（第 %(first)s 行），请核对。")
)
TWICE = wording("setup.twice", _("第 %(row)s 行与第 %(first)s 行重复：同一人的同一岗位只填一行。"))
TWO_PARENTS = wording(
    "setup.two_parents",
    _("第 %(row)s 行：部门“%(unit)s”的上级写作“%(parent)s”，第 %(first)s 行写作“%(other)s”，请统一。"),
)
SAME_POST = wording(
    "setup.same_post",
    _(
        "第 %(row)s 行：“%(name)s”与第 %(first)s 行的“%(other)s”部门、角色、职务都相同而分管部门不同。分管随岗位走，"
        "请把职务写得能区分，如“副院长（民事）”“副院长（执行）”。"
    ),
)
NO_COURT = wording("setup.no_court", _("法院全称不能为空，且不超过 %(limit)s 字。"))
BAD_ADMIN = wording(
    "setup.bad_admin", _("%(role)s“%(value)s”不对：请写作 姓名:用户名，用户名不带空格，均不超过 %(limit)s 字。")
)
SAME_ADMIN = wording("setup.same_admin", _("三名管理员的用户名不能相同：“%(username)s”。三员须由三人分别担任。"))
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
        sheet = book.add_worksheet(SHEET)
        for column, name in enumerate(COLUMNS):
            sheet.write(0, column, name, bold)
            sheet.set_column(column, column, 16)
        sheet.freeze_panes(1, 0)
        notes = book.add_worksheet("填写说明")
        lines = [
            "每人每个岗位一行；同一人有几个岗位就填几行，用户名相同即视为同一人。",
            "、".join(NEEDED) + "必填，其余可空。",
            "上级部门空即为全院的直属部门。",
            "岗位角色可填：" + "、".join(str(role.name) for role in access.roles().values()) + "。",
            "分管部门只由领导填写，多个部门用顿号隔开；分管随岗位走，几位副院长的职务要写得能区分，如“副院长（民事）”。",
            "任职于法院本身、不属于哪个部门的，部门填法院全称。",
            "任职日期如 2025-03-01，可空，空即为今日。",
        ]
        for row, line in enumerate(lines):
            notes.write(row, 0, line)
        notes.set_column(0, 0, 100)
        names = [str(role.name) for role in access.roles().values()]
        lists = book.add_worksheet("岗位角色")
        lists.write_column(0, 0, names)
        choice = {"validate": "list", "source": f"=岗位角色!$A$1:$A${len(names)}", "error_title": "岗位角色"}
        sheet.data_validation(1, COLUMNS.index("岗位角色"), 2000, COLUMNS.index("岗位角色"), choice)
        text = book.add_format({"num_format": "@"})  # a staff number keeps its leading zeros
        for name in ("用户名", "工号"):
            sheet.set_column(COLUMNS.index(name), COLUMNS.index(name), 16, text)


def read_staff(path: Path) -> list[Staff]:
    """Read the sheet. Refused (also SheetRefused) with every bad row named, not just the first."""
    try:
        sheet = SHEET if SHEET in reading.list_sheets(path, path.name) else None
        table = reading.read_table(path, path.name, sheet=sheet, expected=COLUMNS)
    except FileNotFoundError as error:
        raise Refused(Message(NO_FILE, {"file": str(path)})) from error
    except OSError as error:
        raise Refused(Message(UNREADABLE, {"file": str(path), "why": error.strerror or str(error)})) from error
    columns = _columns(table.headings)
    reasons = [Message(NO_COLUMN, {"column": c}) for c in NEEDED if c not in columns]
    if reasons:
        raise Refused(reasons)
    found: list[Staff] = []
    for row, cells in table.records():
        faults = [Message(ROW_PROBLEM, {"row": row.number, "problem": problem.as_json()}) for problem in row.problems]
        staff, more = _read_row(row.number, {name: cells.get(heading) for name, heading in columns.items()})
        reasons += faults + more
        found.append(staff)
    if not found:
        raise Refused(Message(NO_ROWS, {"file": path.name}))
    reasons += _against_each_other(found)
    if reasons:
        raise Refused(sorted(reasons, key=lambda reason: int(reason.params.get("row", 0))))
    return found


def role_names() -> dict[str, str]:
    """What may stand in the role column -> role: its name, a part of it (庭长 of 庭长/部门负责人), its code."""
    names = {str(role.name): code for code, role in access.roles().items()}
    parts = [(part.strip(), code) for name, code in names.items() for part in name.split("/") if "/" in name]
    shared = {part for part, code in parts if any(p == part and c != code for p, c in parts)}
    return {part: code for part, code in parts if part not in shared} | {c: c for c in access.roles()} | names


def _columns(headings: list[str]) -> dict[str, str]:
    """Our column -> the sheet's heading, however it is spaced (姓 名)."""
    keys: dict[str, str] = {}
    for heading in headings:
        keys.setdefault(reading.heading_key(heading), heading)
    return {name: keys[key] for name in COLUMNS if (key := reading.heading_key(name)) in keys}


def _read_row(number: int, cells: dict[str, Any]) -> tuple[Staff, list[Message]]:
    """One row, and what is wrong with it by itself."""
    value = {c: reading.to_text(cells.get(c)) or "" for c in COLUMNS if c != "任职日期"}
    faults = [Message(MISSING, {"row": number, "column": c}) for c in NEEDED if not value[c]]
    faults += [
        Message(TOO_LONG, {"row": number, "column": c, "length": len(value[c]), "limit": limit})
        for c, limit in LIMITS.items()
        if len(value[c]) > limit
    ]
    if len(value["用户名"].split()) > 1:
        faults.append(Message(BAD_USERNAME, {"row": number, "value": value["用户名"]}))
    roles = role_names()
    if value["岗位角色"] and value["岗位角色"] not in roles:
        known = "、".join(str(role.name) for role in access.roles().values())
        faults.append(Message(BAD_ROLE, {"row": number, "value": value["岗位角色"], "known": known}))
    starts = clock.today()
    if not reading.is_empty(cells.get("任职日期")):
        try:
            starts = reading.to_date(cells.get("任职日期")) or starts
        except reading.CellError:
            faults.append(Message(BAD_DATE, {"row": number, "value": str(cells.get("任职日期"))}))
    leads = tuple(dict.fromkeys(part for part in re.split(r"[、，,；;\s]+", value["分管部门"]) if part))
    staff = Staff(
        number,
        value["部门"],
        value["上级部门"],
        value["姓名"],
        value["用户名"].lower(),
        value["工号"],
        roles.get(value["岗位角色"], ""),
        value["职务"],
        starts,
        leads,
    )
    return staff, faults


def _against_each_other(found: list[Staff]) -> Iterator[Message]:
    """What is wrong between rows: names, numbers, posts, parents, units in charge of."""
    units = {staff.unit for staff in found} | {staff.parent for staff in found}
    names: dict[str, str] = {}
    numbers: dict[str, Staff] = {}
    held: dict[tuple[str, ...], int] = {}
    parents: dict[str, Staff] = {}
    charges: dict[tuple[str, ...], Staff] = {}
    for staff in found:
        name, row = staff.username, staff.row
        if name and staff.name and names.setdefault(name, staff.name) != staff.name:
            yield Message(TWO_NAMES, {"row": row, "username": name, "other": names[name]})
        first = numbers.setdefault(staff.number, staff)
        if staff.number and first.username != name:
            params = {"row": row, "number": staff.number, "other": first.name, "first": first.row}
            yield Message(TWO_NUMBERS, params)
        if (before := held.setdefault((name, staff.unit, staff.role, staff.title), row)) != row and name:
            yield Message(TWICE, {"row": row, "first": before})
        if staff.parent and (other := parents.setdefault(staff.unit, staff)).parent != staff.parent:
            params = {"row": row, "unit": staff.unit, "parent": staff.parent, "first": other.row, "other": other.parent}
            yield Message(TWO_PARENTS, params)
        chief = charges.setdefault((staff.unit, staff.role, staff.title), staff)
        if chief.username != name and set(chief.leads) != set(staff.leads):
            yield Message(SAME_POST, {"row": row, "name": staff.name, "first": chief.row, "other": chief.name})
        for unit in staff.leads:
            if unit not in units:
                yield Message(UNKNOWN_UNIT, {"row": row, "value": unit})


def set_up(
    *, court: str, admins: dict[str, tuple[str, str]], staff: list[Staff], with_passwords: bool = True
) -> Result:
    """Set up an empty database: the court, its three administrators (`admins`: kind -> (name, username)) and its people.

    All or nothing. Everyone gets a random first password to be changed at first sign-in.
    """
    held = Person.objects.count()
    if held:
        raise Refused(Message(NOT_EMPTY, {"count": held}))
    court = court.strip()
    if not 0 < len(court) <= LIMITS["部门"]:
        raise Refused(Message(NO_COURT, {"limit": LIMITS["部门"]}))
    result = Result(court)
    taken: set[str] = set()
    for kind, (name, username) in admins.items():
        if not name or not username or len(username.split()) != 1 or max(len(name), len(username)) > LIMITS["用户名"]:
            params = {"role": dict(ADMIN_NAMES)[kind], "value": f"{name}:{username}", "limit": LIMITS["用户名"]}
            raise Refused(Message(BAD_ADMIN, params))
        if username in taken:
            raise Refused(Message(SAME_ADMIN, {"username": username}))
        taken.add(username)
    clash = [Message(IS_ADMIN, {"row": s.row, "username": s.username}) for s in staff if s.username in taken]
    if clash:
        raise Refused(clash)
    with unit_of_work(None, job="init") as uow:
        uow.record(upgrade.INSTALLED, params={"version": bihuan.__version__})
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
    # People entered under the court's own name belong to the court itself.
    made: dict[str, Unit] = {top.name: top}

    def make(name: str, above: tuple[str, ...]) -> Unit:
        if name in above:
            raise Refused(Message(LOOP, {"value": name}))
        if name not in made:
            parent = make(parents[name], (*above, name)) if parents[name] else top
            result.units += 1
            code, order = f"d{result.units:03d}", 10 * result.units
            made[name] = posts.make_unit(actor=None, code=code, name=name, parent=parent, order=order)
        return made[name]

    for name in parents:
        make(name, ())
    return made


def _make_people(units: dict[str, Unit], staff: list[Staff], result: Result, with_passwords: bool) -> None:
    persons: dict[str, Person] = {}
    led: set[tuple[int, int]] = set()
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
            if (post.pk, units[unit].pk) not in led:
                posts.put_in_charge(actor=None, post=post, unit=units[unit], starts=row.starts)
                led.add((post.pk, units[unit].pk))


def admin_names(given: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """The three administrators' names and user names, from `--system NAME:username` and so on, else by kind."""
    found = {}
    for kind, title in ADMIN_NAMES:
        # A Chinese keyboard gives the wide colon.
        name, _colon, username = str(given.get(kind) or "").replace("：", ":").partition(":")
        found[kind] = (name.strip() or title, username.strip().lower() or f"{kind}admin")
    return found
