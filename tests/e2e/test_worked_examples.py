"""The documents that tell how a ledger and a rule are added hold a whole example: it is copied out and run as it stands."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.sqlite, pytest.mark.tree]
ROOT = Path(__file__).resolve().parents[2]
PAGES = ("怎么加台账.md", "怎么加规则与标准.md")
BLOCK = re.compile(r"^```python\n# (seals/\S+)\n(.*?)^```$", re.M | re.S)
SETTINGS = """
from tests.support.settings import *
from tests.support.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "seals"]
"""


def test_a_ledger_of_four_files_and_its_rule_pass_the_inherited_suites(tmp_path):
    written = set()
    for page in PAGES:
        for name, code in BLOCK.findall((ROOT / "docs" / page).read_text(encoding="utf-8")):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(code, encoding="utf-8")
            written.add(name)
    ledger = {f"seals/{room}.py" for room in ("models", "actions", "scopes", "ledgers")}
    assert written == ledger | {f"seals/{room}.py" for room in ("apps", "registry", "rules")} | {"seals/tests/test_loans.py"}
    for package in ("seals", "seals/tests", "seals/migrations"):
        (tmp_path / package).mkdir(exist_ok=True)
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "example_settings.py").write_text(SETTINGS, encoding="utf-8")

    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("BIHUAN_", "PYTEST_", "COV_", "DATABASE_URL"))}
    paths = os.pathsep.join([str(tmp_path), str(ROOT), str(ROOT / "src")])
    environment = inherited | {"PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": "example_settings", "WRITE_QUERY_COUNTS": "1"}

    def run(*command):
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=1200
        )
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
        return done.stdout

    run("django", "makemigrations", "seals", "--name", "first")
    said = run("pytest", "-n0", "-q", "-p", "no:cacheprovider", "--ds=example_settings", "-c", os.devnull, "seals/tests")
    assert re.search(r"\b1[5-9] passed|\b2\d passed", said), said
