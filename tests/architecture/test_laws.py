"""The laws of the house that the source itself can prove."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from . import pysource
from .tree import ROOT, SOURCE, files, place, source, syntax, text, texts

pytestmark = pytest.mark.tree
LONGEST = 400
DOMAINS = {
    "cases",
    "disclosure",
    "dossiers",
    "enforcement",
    "fleet",
    "integrity",
    "party",
    "personnel",
    "petitions",
    "rectification",
    "similar",
}
CLOCK = SOURCE / "kernel" / "clock.py"


def _findings(check, paths) -> list[str]:
    return [f"{place(path, line)}: {what}" for path in paths for line, what in check(syntax(path))]


@pytest.mark.parametrize(
    "code, found",
    [
        ("from datetime import date\ndate.today()", 1),
        ("import datetime as d\nd.datetime.now(tz=None)", 1),
        ("from django.utils import timezone as tz\nfield(default=tz.now)", 1),
        ("from django.utils.timezone import now\nnow()", 1),
        ("from django.utils import timezone\ntimezone.localtime(value)", 0),
        ("from django.utils import timezone\ntimezone.localdate()", 1),
        ("from time import time\ntime()", 1),
        ("import time\ntime.monotonic()", 0),
        ("from bihuan.kernel import clock\nclock.now(); clock.today()", 0),
        ("DateTimeField(auto_now_add=True)", 1),
        ("cursor.execute('update t set at = CURRENT_TIMESTAMP')", 1),
        ("from django.db.models.functions import Now\nNow()", 1),
    ],
)
def test_the_clock_check_sees_every_way_to_read_the_time(code, found):
    assert len(list(pysource.readings_of_time(ast.parse(code)))) == found


def test_only_the_clock_reads_the_time():
    paths = [path for path in source() if path != CLOCK]
    assert not _findings(pysource.readings_of_time, paths)


def test_templates_do_not_read_the_time():
    tag = re.compile(r"\{%\s*now\b")
    assert not [place(path) for path in source(".html") if tag.search(text(path))]


def test_files_stay_readable():
    kinds = {".py", ".html", ".js", ".css", ".sh"}
    long = {
        place(path): count
        for path in texts()
        if (path.suffix in kinds or path.name in {"Makefile", "run"}) and "migrations" not in path.parts
        if (count := text(path).count("\n")) >= LONGEST
    }
    assert not long, f"files of {LONGEST} lines and more (make a package of them): {long}"


def test_nothing_unfinished():
    assert not _findings(pysource.unfinished, source())
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    kinds = [path for path in texts() if path.suffix in {".py", ".html", ".js", ".css", ".sh", ".md", ".yaml", ".toml"}]
    assert not [
        place(path, number)
        for path in kinds
        for number, line in enumerate(text(path).splitlines(), 1)
        if marks.search(line)
    ]


def test_no_business_in_signals_or_save():
    assert not _findings(pysource.model_signals, source())
    models = [path for path in source() if path.name == "models.py" or path.parent.name == "models"]
    assert models, "no models file found: the check would prove nothing"
    assert not _findings(pysource.save_overrides, models)


def test_domains_touch_each_other_through_services_and_selectors():
    wrong = []
    for path in source():
        domain = path.relative_to(SOURCE).parts[0]
        if domain not in DOMAINS:
            continue
        for line, name in pysource.imports(syntax(path)):
            parts = name.split(".")
            other = parts[0] == "bihuan" and len(parts) > 2 and parts[1] in DOMAINS - {domain}
            if other and parts[2] not in {"services", "selectors"}:
                wrong.append(f"{place(path, line)}: {name}")
    assert not wrong


def test_imports_run_one_way():
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_packages_of_tests_are_complete():
    """A folder of tests without __init__.py would go into the wheel's search and clash by name."""
    folders = {path.parent for path in files() if path.name.startswith("test_") and path.suffix == ".py"}
    assert folders and not [place(folder) for folder in folders if not (folder / "__init__.py").exists()]
