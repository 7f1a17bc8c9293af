"""The benchmark with hardly any data, so that it does not rot: every page answers in the statements pinned for it, every floor
runs. No time is asserted. The whole harness, with servers, clients, imports and patrols, is run by `make soak`."""

import datetime as dt
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from benchmarks import homes, report
from benchmarks.court import cases, words
from benchmarks.court.items import TODAY
from benchmarks.figures import BROKEN, Line, line_of, percentile
from benchmarks.scenes import SCENES
from benchmarks.sizes import SIZES
from bihuan.law.numbers import parse_number
from tests.soak.report import QUICK

pytestmark = pytest.mark.sqlite
ROOT = Path(__file__).resolve().parents[2]
TINY = SIZES["tiny"]
PINNED = Path(__file__).with_name("query_counts.json")


def run(cache, *arguments):
    """Run the harness with the tiny court; what it said and the figures it kept."""
    out = cache / "result.json"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BIHUAN_", "DATABASE_URL", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--size", "tiny", "--json", str(out), *arguments],
        cwd=ROOT,
        env=kept | {"BIHUAN_BENCH_CACHE": str(cache)},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout, [line_of(row) for row in json.loads(out.read_text(encoding="utf-8"))["lines"]]


def stages(*names):
    return [part for name in names for part in ("--only", name)]


def test_every_page_answers_in_its_statements_and_every_floor_runs(migrated):
    env = homes.environment(migrated)
    homes.worker(env, "build", "--size", "tiny")
    what_the_court_holds(migrated / "bihuan.sqlite3")
    sent = json.loads(homes.worker(env, "look").splitlines()[-1])
    assert list(sent) == [scene.title for scene in SCENES]
    if os.environ.get("WRITE_QUERY_COUNTS") == "1":
        PINNED.write_text(json.dumps(sent, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    pinned = json.loads(PINNED.read_text(encoding="utf-8"))
    assert sent == pinned, "look at the change, then run once with WRITE_QUERY_COUNTS=1"


@pytest.mark.soak
def test_the_harness_measures_every_scene_beside_its_floor(tmp_path):
    document = tmp_path / "doc.md"
    document.write_text(f"# 前言\n\n{report.MARKS[0]}\n旧表\n{report.MARKS[1]}\n\n结语\n", encoding="utf-8")
    some = stages("logs", "patrol", "pages", "import", "soak")
    out, lines = run(tmp_path, "--database", "sqlite", "--document", str(document), *some)
    by_stage = {}
    for line in lines:
        by_stage.setdefault(line.stage, []).append(line)
    assert set(by_stage) == {"logs", "patrol", "pages", "import", "soak"}
    pages = [(line.name, line.clients) for line in by_stage["pages"]]
    wanted = [*(scene.title for scene in SCENES), "填报进展（打开表单并保存）", "登录（打开并提交）"]
    assert pages == [(title, clients) for title in wanted for clients in (1, TINY.clients)]
    for line in (*by_stage["pages"], *by_stage["patrol"], *by_stage["logs"]):
        assert line.count >= 1 and line.p50 > 0 and line.floor_wall and line.floor_wall > 0, line
    assert all(line.statements for line in by_stage["pages"][:-4])
    assert all(scene.bar is None or f"≤ {scene.bar:.0f} ms CPU" in out for scene in SCENES)
    first, again, later, settled = by_stage["patrol"]
    assert first.statements > again.statements == settled.statements and later.statements > again.statements
    assert {line.name.split("：")[-1] for line in by_stage["import"][1:]} == {"写锁", "别人出错", "别人登录", "别人保存进展"}
    assert all(line.holds for line in by_stage["import"] if "出错" in line.name)
    assert next(line for line in by_stage["soak"] if "错误" in line.name).holds is True
    text = document.read_text(encoding="utf-8")
    assert text.startswith("# 前言") and text.endswith("结语\n") and "旧表" not in text and SCENES[0].title in text
    assert os.sep + "tmp" not in text, "the document names no path of the machine"
    kept = next(tmp_path.glob("tiny-*"))
    what_the_court_holds(kept / "bihuan.sqlite3")
    assert not list(tmp_path.glob("copy-*")), "the copies are gone"


def what_the_court_holds(path):
    """Every key leads somewhere; the words searched for occur as often as is known."""
    with sqlite3.connect(path) as court:

        def one(sql):
            return court.execute(sql).fetchone()[0]

        assert court.execute("PRAGMA foreign_key_check").fetchall() == []
        assert one("SELECT COUNT(*) FROM rectification_measure") == TINY.measures
        assert one("SELECT COUNT(*) FROM kernel_logentry") == TINY.entries
        assert one("SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'bh_%'") > 50
        for table, column in (("measure", "text"), ("problem", "verbatim")):
            found = f"SELECT COUNT(*) FROM rectification_{table} WHERE {column} LIKE '%{{}}%'"
            assert one(found.format(words.RARE)) == words.RARE_HITS
        assert one(f"SELECT COUNT(*) FROM rectification_measure WHERE text LIKE '%{words.COMMON}%'") == TINY.measures * 3 // 10


@pytest.mark.soak
@pytest.mark.skipif(QUICK, reason="five minutes: in the whole of the long runs")
def test_all_of_it_on_both_databases():
    # Not in pytest's own folder, which is private: PostgreSQL runs under another account.
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        _out, lines = run(Path(folder))
    assert {line.database for line in lines} == {"SQLite", "PostgreSQL"}
    assert {line.stage for line in lines} == set(report.STAGES)
    assert not [line.name for line in lines if line.holds is False and line.bar in ("0 次", "不持续增长")]


def test_sheets_of_cases_hold_cases_that_can_be_read():
    held = list(cases.rows(TINY, 1200, 60))
    assert len({row[0] for row in held}) == 1200 and not {row[0] for row in cases.rows(TINY, 60)} & {row[0] for row in held}
    assert all(str(parse_number(row[0])) == row[0] for row in held)
    assert held == list(cases.rows(TINY, 1200, 60)), "the same every time"
    late = [row for row in held if dt.date.fromisoformat(row[6]) < TODAY - dt.timedelta(days=190)]
    assert len(late) == 1200 // cases.LATE


@pytest.mark.soak
def test_the_stage_of_cases_measures_each_thing_beside_its_floor(tmp_path):
    _out, lines = run(tmp_path, "--database", "sqlite", *stages("cases"))
    assert not [line for line in lines if line.name == BROKEN]
    assert [line.name.split("（")[0] for line in lines if "列表" not in line.name] == [
        "导入案件 60 行", "导入案件 600 行", "660 件未结案件·首次巡查", "660 件未结案件·当天再巡查", "放假安排变动后全部重算",
    ]  # fmt: skip
    assert all(line.p50 > 0 and line.floor_wall and line.floor_wall > 0 for line in lines)


@pytest.mark.soak
def test_the_stage_of_indicators_counts_what_the_bare_statements_count(tmp_path):
    _out, lines = run(tmp_path, "--database", "sqlite", *stages("indicators"))
    assert not [line for line in lines if line.name == BROKEN]  # other counts than those of the bare statements break it
    assert {line.stage for line in lines} == {"indicators"} and sum("一览" in line.name for line in lines) == 6


def test_figures_say_what_they_are():
    line = Line("pages", "列表", "SQLite", 1, 30, 40.0, 90.0, 95.0, 20.0, 10.0, 7, 20_000, 5.0, 6.0, "≤ 60 ms CPU", True)
    assert line.cpu == 30.0 and line.ratio == 5.0
    assert line_of(line.as_json()) == line
    assert [percentile([3.0, 1.0, 2.0], share) for share in (0.0, 0.5, 0.95, 1.0)] == [1.0, 2.0, 3.0, 3.0]
    late = Line("pages", "看板", "SQLite", p50=12_345.0, bar="≤ 100 ms CPU", holds=False, note="慢")
    shown = report.table([line, late])
    assert "12.3 s" in shown and "要求 2 项，达到 1 项" in shown and "未达到：看板（SQLite）：≤ 100 ms CPU" in shown
