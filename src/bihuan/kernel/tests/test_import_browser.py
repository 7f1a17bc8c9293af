"""The wizard in a real browser, wide and narrow: usable, accessible, inside the policy."""

import pytest
from django.db import connection

from bihuan.kernel import background, clock
from bihuan.kernel.models import BackgroundJob
from tests.support.browser import DESKTOP, PHONE, look

from . import org_factory, sheet_world
from .sheet_world import TALLIES, Tally, clerk, merged

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("bihuan.kernel.tests.sheet_urls"),
]
HEAD = ["编号", "期间", "庭室", "名称", "件数", "比率", "是否公开", "无关的列"]


@pytest.fixture(autouse=True)
def _world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        sheet_world.make_tables()
    with sheet_world.register():
        yield
        with connection.cursor() as cursor:  # the flush between tests knows nothing of this table
            cursor.execute(f"DELETE FROM {Tally._meta.db_table}")


@pytest.mark.parametrize("window, scheme", [(DESKTOP, "light"), (PHONE, "dark")])
def test_a_sheet_goes_all_the_way(window, scheme, new_context, sign_in, tmp_path):
    office = clerk("office")
    org_factory.unit("民一庭")
    merged(office, HEAD[:5], ["A-1", "2025-03", "民一庭", "收案数", 12], cut_off=clock.today())
    rows = [
        ["A-1", "2025年3月", "民一庭", "收案数", 15, "98.5%", "是", "x"],
        ["A-2", "2025年3月", "民一庭", "结案数", 20, 0.5, "否", "x"],
        ["A-3", "去年", "没有的庭", "上诉数", "很多", 0.5, "也许", "x"],
        *[[f"B-{i}", "2025.3", None, f"其他统计项目{i}", i, None, None, None] for i in range(60)],
    ]
    file = tmp_path / "2025年3月统计.xlsx"
    file.write_bytes(sheet_world.xlsx(HEAD, *rows).getvalue())
    name = f"{window['width']}-{scheme}"
    context = new_context(viewport=window, color_scheme=scheme)
    sign_in(context, office)
    page = context.new_page()
    page.goto(TALLIES.url("import"))
    look(page, None, f"upload-{name}")
    page.get_by_label("文件").set_input_files(file)
    page.get_by_label("数据截止日", exact=True).fill(clock.today().isoformat())
    page.get_by_role("button", name="上传并识别").click()
    page.get_by_role("button", name="试导入").wait_for()
    assert page.get_by_label("庭室").input_value() == "unit"
    look(page, None, f"map-{name}")
    page.get_by_role("button", name="试导入").click()
    page.get_by_role("button", name="合并 62 行").wait_for()
    look(page, None, f"check-{name}")
    page.get_by_label("只导入其余 62 行").check()
    page.get_by_role("button", name="合并 62 行").click()
    page.get_by_role("link", name="查看台账").wait_for()
    look(page, None, f"result-{name}")
    assert Tally.objects.count() == 62


@pytest.mark.parametrize("window, scheme", [(DESKTOP, "dark"), (PHONE, "light")])
def test_a_large_sheet_is_watched_on_its_way(window, scheme, new_context, sign_in, tmp_path, monkeypatch):
    """The page follows the job worker by itself; cancelling and what was broken off are a click away."""
    monkeypatch.setattr("bihuan.kernel.sheets.ways.AT_ONCE", 20)
    office = clerk("office")
    rows = [[f"B-{i}", "2025.3", None, f"统计项目{i}", i, None, None, None] for i in range(60)]
    file = tmp_path / "多年统计.xlsx"
    file.write_bytes(sheet_world.xlsx(HEAD, *rows).getvalue())
    name = f"{window['width']}-{scheme}"
    context = new_context(viewport=window, color_scheme=scheme)
    sign_in(context, office)
    page = context.new_page()
    page.goto(TALLIES.url("import"))
    page.get_by_label("文件").set_input_files(file)
    page.get_by_label("数据截止日", exact=True).fill(clock.today().isoformat())
    page.get_by_role("button", name="上传并识别").click()
    page.get_by_role("button", name="试导入").click()
    page.get_by_text("已交后台").wait_for()
    look(page, None, f"waiting-{name}")
    job = BackgroundJob.objects.get()
    BackgroundJob.objects.filter(pk=job.pk).update(
        state="running", attempt=1, phase="judging", done=20, beat_at=clock.now() - background.STALE * 2
    )
    page.get_by_role("heading", name="办理中断了").wait_for()
    look(page, None, f"broken-off-{name}")
    page.get_by_role("button", name="重新试导入").click()
    page.get_by_text("已交后台").wait_for()
    background.perform(BackgroundJob.objects.latest("pk").pk)
    page.get_by_role("button", name="合并 60 行").click()
    page.get_by_text("已交后台").wait_for()
    page.get_by_role("button", name="取消办理").click()
    page.get_by_text("已取消，台账没有任何改动。").wait_for()
    page.get_by_role("button", name="合并 60 行").click()
    page.get_by_text("已交后台").wait_for()
    background.perform(BackgroundJob.objects.latest("pk").pk)
    page.get_by_role("link", name="查看台账").wait_for()
    look(page, None, f"merged-{name}")
    assert Tally.objects.count() == 60
