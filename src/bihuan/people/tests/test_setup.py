"""Setting up a real court: the sheet as people fill it, what is refused and how, the first sign-in, the rescue."""

import datetime as dt
import re
from io import StringIO

import pytest
import xlsxwriter
import xlwt
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from bihuan.kernel import access
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Assignment, InboxItem, Lead, LogEntry, Person, Unit
from bihuan.kernel.work import unit_of_work
from bihuan.people.services import accounts, rescue, setup

from .court import PASSWORD, protect
from .test_signing_in import is_in, sign_in

DAY = dt.date(2024, 3, 1)
ROWS = [
    ["院领导", "", "江一", "jiangyi", "001", "院长", "院长", "2024年3月1日", ""],
    ["院领导", "", "何二", "HeEr", "002", "分管领导", "副院长（民事）", "2024.3.1", "民一庭、综合办公室"],
    ["院领导", "", "郑三", "zhengsan", "003", "分管领导", "副院长（执行）", "20240301", "执行局"],
    ["民一庭", "", "宋四", "songsi", "004", "庭长", "庭长", "2024/3/1", ""],
    ["民一庭", "", "宋四", "songsi", "004", "法官", "法官", "", ""],
    ["速裁团队", "民一庭", "陆五", "luwu", "", "法官", "法官", "２０２４-03-01", ""],
    ["执行局", "", "罗六", "luoliu", "006", "执行局局长", "局长", "", ""],
    ["综合办公室", "", "方七", "fangqi", "007", "部门内勤", "内勤", "", ""],
]
ADMINS = {"system": ("齐甲", "sys1"), "security": ("易乙", "sec1"), "audit": ("路丙", "aud1")}


def xlsx(path, rows=ROWS, headings=setup.COLUMNS):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("人员")
        for number, row in enumerate([headings, *rows]):
            sheet.write_row(number, 0, row)
    return path


def xls(path, rows=ROWS):
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    for number, row in enumerate([setup.COLUMNS, *rows]):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    book.save(str(path))
    return path


def csv(path, rows=ROWS):
    path.write_bytes("\r\n".join(",".join(row) for row in [setup.COLUMNS, *rows]).encode("gbk"))
    return path


def one(**changed):
    """A sound row with some cells changed."""
    row = dict(zip(setup.COLUMNS, ROWS[3], strict=True)) | changed
    return [row[column] for column in setup.COLUMNS]


def refused(path):
    with pytest.raises(Refused) as refusal:
        setup.read_staff(path)
    return [str(reason) for reason in refusal.value.reasons]


# -- reading -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("write", "name"), [(xlsx, "人员.xlsx"), (xls, "人员.xls"), (csv, "人员.csv")])
def test_the_sheet_is_read_from_every_kind_of_file(tmp_path, write, name):
    staff = setup.read_staff(write(tmp_path / name))
    assert [row.username for row in staff][:3] == ["jiangyi", "heer", "zhengsan"]
    assert [row.role for row in staff][:5] == ["president", "leader", "leader", "head", "judge"]
    assert [row.starts for row in staff[:4]] == [DAY] * 4 and staff[5].starts == DAY
    assert staff[1].leads == ("民一庭", "综合办公室") and staff[5].parent == "民一庭"
    assert staff[0].number == "001"


def test_the_template_filled_by_a_person_is_taken(tmp_path):
    path = tmp_path / "空白表.xlsx"
    setup.write_template(path)
    assert refused(path) == ["“空白表.xlsx”只有表头，没有人员。只建三名管理员时请不带 --people 运行。"]
    with xlsxwriter.Workbook(path) as book:  # as it comes back: title, spaced headings, a page of notes in front
        book.add_worksheet("填写说明").write(0, 0, "每人每个岗位一行")
        sheet = book.add_worksheet("人员")
        sheet.merge_range(0, 0, 0, 8, "测试法院人员表")
        sheet.write_row(
            1, 0, ["部 门", "上级部门", "姓 名", "用户名", "工号", "岗位角色", "职务", "任职日期", "分管部门"]
        )
        sheet.write_row(2, 0, ROWS[0])
    assert [row.name for row in setup.read_staff(path)] == ["江一"]


def test_every_role_has_a_name_that_is_taken():
    names = setup.role_names()
    assert set(names.values()) == set(access.roles())
    assert names["庭长"] == names["部门负责人"] == "head" and names["书记员"] == "clerk"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (one(姓名=""), "第 2 行：“姓名”不能为空。"),
        (one(岗位角色="科长"), "第 2 行：没有“科长”这个岗位角色。可填：院长、"),
        (one(任职日期="去年春天"), "第 2 行：任职日期“去年春天”无法识别，请填如 2025-03-01。"),
        (one(用户名="song si"), "第 2 行：用户名“song si”中有空格"),
        (one(用户名="s" * 41), "第 2 行：“用户名”有 41 字，超过上限 40 字。"),
        (one(分管部门="刑庭"), "第 2 行：分管部门“刑庭”不在本表的“部门”列中"),
    ],
)
def test_a_wrong_cell_is_named(tmp_path, row, said):
    (reason,) = refused(xlsx(tmp_path / "p.xlsx", [row]))
    assert reason.startswith(said)


def test_every_bad_row_is_named_in_the_order_of_the_sheet(tmp_path):
    rows = [one(姓名=""), one(用户名="luwu", 工号="005"), one(任职日期="某日", 工号="")]
    assert [re.match(r"第 (\d) 行", reason)[1] for reason in refused(xlsx(tmp_path / "p.xlsx", rows))] == [
        "2",
        "4",
        "4",
    ]


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (one(姓名="宋五", 职务="副庭长"), "用户名“songsi”已用于“宋四”"),
        (one(姓名="宋五", 用户名="songwu"), "工号“004”已用于“宋四”（第 2 行）"),
        (one(), "第 3 行与第 2 行重复"),
        (one(姓名="何二", 用户名="heer", 工号="", 分管部门="民一庭"), "分管随岗位走"),
    ],
)
def test_two_rows_that_contradict_each_other_are_named(tmp_path, second, said):
    (reason,) = refused(xlsx(tmp_path / "p.xlsx", [one(), second]))
    assert reason.startswith("第 3 行") and said in reason


def test_two_parents_of_one_unit_are_named(tmp_path):
    rows = [one(上级部门="甲"), one(上级部门="乙", 职务="副庭长")]
    assert "上级写作“乙”，第 2 行写作“甲”" in refused(xlsx(tmp_path / "p.xlsx", rows))[0]


def test_missing_columns_are_named(tmp_path):
    path = xlsx(tmp_path / "p.xlsx", [["民一庭", "宋四", "songsi"]], ["部门", "姓名", "账号"])
    assert [re.search("“(.+?)”", reason)[1] for reason in refused(path)] == ["用户名", "岗位角色", "职务"]


def test_files_that_cannot_be_read_are_refused_in_words(tmp_path):
    assert "没有“" in refused(tmp_path / "nowhere.xlsx")[0]
    assert "读不出来" in refused(tmp_path)[0]
    for name, content in [
        ("a.xlsx", b""),
        ("b.xlsx", b"PK\x03\x04broken"),
        ("c.xlsx", b"%PDF-1.7\n"),
        ("d.csv", b"\xff\xfe\x00"),
    ]:
        path = tmp_path / name
        path.write_bytes(content)
        assert name in refused(path)[0]


# -- setting up --------------------------------------------------------------------------------------------------------


@pytest.fixture
def made(db, tmp_path):
    return setup.set_up(court="测试法院", admins=ADMINS, staff=setup.read_staff(xlsx(tmp_path / "p.xlsx")))


def test_a_court_is_set_up_whole(made):
    assert (made.units, made.persons, made.posts, len(made.passwords)) == (5, 7, 8, 10)
    top = Unit.objects.get(parent=None)
    assert top.name == "测试法院" and Unit.objects.get(name="速裁团队").parent.name == "民一庭"
    assert set(Lead.objects.values_list("post__title", "unit__name")) == {
        ("副院长（民事）", "民一庭"), ("副院长（民事）", "综合办公室"), ("副院长（执行）", "执行局"),
    }  # fmt: skip
    assert Assignment.objects.filter(person__username="songsi").count() == 2
    assert not Person.objects.filter(is_demo=True).exists()
    assert len({password for _n, _u, password in made.passwords}) == 10
    assert not any(
        password in str(LogEntry.objects.values_list("data", flat=True)) for *_who, password in made.passwords
    )


def test_people_under_the_courts_own_name_belong_to_the_court(db, tmp_path):
    staff = setup.read_staff(
        xlsx(tmp_path / "p.xlsx", [one(部门="测试法院"), one(部门="民一庭", 上级部门="测试法院", 职务="审判长")])
    )
    assert setup.set_up(court="测试法院", admins=ADMINS, staff=staff).units == 1
    assert Unit.objects.get(name="民一庭").parent.name == "测试法院"


@pytest.mark.parametrize(
    ("court", "admins", "rows", "said"),
    [
        (" ", ADMINS, ROWS, "法院全称不能为空"),
        ("测试法院", ADMINS | {"audit": ("路丙", "sys1")}, ROWS, "三名管理员的用户名不能相同：“sys1”"),
        ("测试法院", ADMINS | {"audit": ("路丙", "lu bing")}, ROWS, "审计管理员“路丙:lu bing”不对"),
        ("测试法院", ADMINS | {"audit": ("路丙", "songsi")}, ROWS, "第 5 行：用户名“songsi”留给管理员使用"),
        ("测试法院", ADMINS, [one(部门="甲", 上级部门="乙"), one(部门="乙", 上级部门="甲")], "上级部门形成循环"),
    ],
)
def test_what_does_not_fit_leaves_nothing_behind(db, tmp_path, court, admins, rows, said):
    with pytest.raises(Refused) as refusal:
        setup.set_up(court=court, admins=admins, staff=setup.read_staff(xlsx(tmp_path / "p.xlsx", rows)))
    assert said in str(refusal.value.reasons[0])
    assert not Person.objects.exists() and not Unit.objects.exists() and not LogEntry.objects.exists()


def test_a_court_is_set_up_once(made):
    with pytest.raises(Refused) as refusal:
        setup.set_up(court="另一法院", admins=ADMINS, staff=[])
    assert "已有 10 名人员" in str(refusal.value.reasons[0])


def test_the_names_of_administrators():
    given = {"system": "齐甲：QiJia", "security": "易乙", "audit": None}
    assert setup.admin_names(given) == {
        "system": ("齐甲", "qijia"), "security": ("易乙", "securityadmin"), "audit": ("审计管理员", "auditadmin"),
    }  # fmt: skip


@pytest.mark.parametrize("username", ["songsi", "sys1"])
def test_from_the_first_password_to_the_first_page(made, username):
    """Everyone changes the first password; an administrator sets up the second factor before anything else."""
    first = {name: password for _n, name, password in made.passwords}[username]
    client, home = Client(), reverse("people:organisation") if username == "songsi" else reverse("people:accounts")
    assert sign_in(client, username, first).status_code == 302 and is_in(client)
    change = reverse("account_change_password")
    assert client.get(home)["Location"] == change
    same = client.post(change, {"oldpassword": first, "password1": first, "password2": first})
    assert same.status_code == 200
    assert client.post(change, {"oldpassword": first, "password1": PASSWORD, "password2": PASSWORD}).status_code == 302
    after = client.get(home)
    if username == "songsi":
        assert after.status_code == 200
    else:
        assert after["Location"] == reverse("mfa_activate_totp")
    assert not is_in_with(username, first) and is_in_with(username, PASSWORD)


def is_in_with(username, password):
    client = Client()
    sign_in(client, username, password)
    return is_in(client)


# -- the command -------------------------------------------------------------------------------------------------------


def said_by_init(*arguments):
    with pytest.raises(CommandError) as error:
        call_command("init", *map(str, arguments))
    return str(error.value)


def test_what_init_refuses_in_words_leaving_nothing(db, tmp_path, settings):
    court = ("--court", "测试法院")
    assert "--court" in said_by_init()
    assert "没有写入任何内容：\n没有“" in said_by_init(*court, "--people", tmp_path / "nowhere.xlsx")
    taken = tmp_path / "taken.txt"
    taken.write_text("mine")
    assert "没有覆盖" in said_by_init(*court, "--passwords", taken) and taken.read_text() == "mine"
    taken.write_text("")
    assert "是空的" in said_by_init(*court, "--passwords", taken) and taken.exists()
    assert "写不进去" in said_by_init(*court, "--passwords", tmp_path / "no" / "folder.txt")
    unused = tmp_path / "unused.txt"
    assert "不能相同" in said_by_init(*court, "--system", "甲:same", "--audit", "乙:same", "--passwords", unused)
    assert not unused.exists() and not Person.objects.exists()
    settings.BIHUAN_DEMO = True
    assert "演示环境" in said_by_init(*court)


def test_the_template_overwrites_nothing(tmp_path):
    path = tmp_path / "t.xlsx"
    call_command("init", "--template", str(path))
    assert path.stat().st_size
    assert "没有覆盖" in said_by_init("--template", path)
    assert ".xlsx" in said_by_init("--template", tmp_path / "t.xls")
    assert "目录" in said_by_init("--template", tmp_path / "no" / "t.xlsx")


def test_the_rescue_command_asks_for_a_reason_and_shows_the_password_once(court, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO())
    with pytest.raises(CommandError, match="--reason"):
        call_command("rescue", "--username", "systemadmin")
    with pytest.raises(CommandError, match="不是管理员"):
        call_command("rescue", "--username", "judge", "--reason", "试")
    capsys.readouterr()
    protect(court.system)
    call_command("rescue", "--username", "systemadmin", "--reason", "手机遗失", "--second-factor")
    said = capsys.readouterr().out
    court.system.refresh_from_db()
    assert court.system.check_password(re.search(r"：(\S{16})\n", said)[1]) and "双因素认证已解除" in said
    assert LogEntry.objects.latest("seq").data["params"]["os_user"]


# -- rescue ------------------------------------------------------------------------------------------------------------


def saved(username="systemadmin", **more):
    return rescue.rescue(username=username, reason="忘记密码", os_user="root", terminal="/dev/tty1", **more)


def refusal_of(username):
    with pytest.raises(Refused) as refusal:
        saved(username)
    return str(refusal.value.reasons[0])


def test_a_rescue_gives_a_first_password_once_and_is_known_to_all_administrators(court):
    inside = Client()
    sign_in(inside, "systemadmin")
    done = saved("SystemAdmin")
    court.system.refresh_from_db()
    assert court.system.check_password(done.password) and court.system.must_change_password
    entry = LogEntry.objects.latest("seq")
    assert entry.type == "account.rescued" and entry.data["reason"] == "忘记密码"
    assert entry.data["params"]["os_user"] == "root" and done.password not in str(entry.data)
    told = InboxItem.objects.filter(code=rescue.RESCUED).values_list("person__username", flat=True)
    assert set(told) == {"systemadmin", "securityadmin", "auditadmin"}
    assert reverse("account_login") in inside.get(reverse("people:accounts")).get(
        "Location", ""
    )  # the session has ended


def test_a_rescue_lifts_the_lock_of_wrong_passwords(court):
    client = Client()
    for name in ("systemadmin", "SystemAdmin", "SYSTEMADMIN", *["systemadmin"] * 3):
        locked = sign_in(client, name, "Wrong-guess-2026")
    assert locked.status_code == 429
    done = saved()
    assert done.locks_cleared and sign_in(Client(), "systemadmin", done.password).status_code == 302


def test_a_rescue_enables_the_last_administrator_of_a_kind_only(court):
    with_other = accounts.make(actor=None, username="sys2", name="备员", admin_role="system", password=PASSWORD)
    accounts.disable(actor=None, person=court.system, reason="离岗")
    assert "备员（sys2）" in refusal_of("systemadmin")
    # The other goes too, past the service, which would keep the last one.
    with unit_of_work(None) as uow:
        with_other.is_active = False
        with_other.save(update_fields=["is_active"])
        uow.record("account.disabled", with_other, params={"name": with_other.name})
    done = saved()
    assert done.enabled
    court.system.refresh_from_db()
    assert court.system.is_active
    assert LogEntry.objects.latest("seq").data["changes"] == {"is_active": [False, True]}


def test_the_second_factor_goes_only_when_asked_for(court):
    protect(court.security)
    assert saved("securityadmin").factors_cleared == 0 and Authenticator.objects.filter(user=court.security).exists()
    assert saved("securityadmin", second_factor=True).factors_cleared
    assert not Authenticator.objects.filter(user=court.security).exists()
    assert LogEntry.objects.latest("seq").data["changes"] == {"second_factor": [True, False]}


def test_a_rescue_is_for_administrators_and_has_a_reason(court):
    assert "没有用户名为“nobody”的账号" in refusal_of("nobody")
    assert "不是管理员" in refusal_of("judge")
    with pytest.raises(Refused):
        rescue.rescue(username="systemadmin", reason="  ", os_user="root", terminal="—")
    court.system.refresh_from_db()
    assert court.system.check_password(PASSWORD)
