"""The documents name nothing that does not exist: pictures, links, commands, variables, parameters, demo accounts."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import get_commands
from django.urls import resolve

from bihuan.people import demo

from .tree import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "src" / "bihuan").rglob("README.md")])
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)[^)]*\)|<img src=\"([^\"]+)\"")
VARIABLE = re.compile(r"\bBIHUAN_[A-Z_]+\b")
MOST_BYTES = 250_000


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", DOCUMENTS, ids=_id)
def test_links_and_pictures_lead_somewhere(path: Path) -> None:
    named = [unquote(a or b) for a, b in LINK.findall(path.read_text(encoding="utf-8"))]
    assert [name for name in named if not (path.parent / name).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=_id)
def test_commands_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    commands = set(re.findall(r"(?<![\w./-])(?:/opt/bihuan/bin/)?bihuan ([a-z]+)\b", text)) - {"help"}
    targets = set(re.findall(r"`make ([a-z]+)\b", text))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert commands - set(get_commands()) == set()
    assert {target for target in targets if not re.search(rf"^{target}:", makefile, re.M)} == set()


def test_the_table_of_variables_is_what_the_code_reads() -> None:
    sources = [path for path in (ROOT / "src" / "bihuan").rglob("*.py") if "tests" not in path.parts]
    read = set()
    for path in sources:
        read |= set(re.findall(r"(?:environ\.get|_flag)\(\s*\"([A-Z_]+)\"", path.read_text(encoding="utf-8")))
    table = (ROOT / "docs" / "运维.md").read_text(encoding="utf-8").partition("## 六")[2].partition("## 七")[0]
    read = {name for name in read if name.startswith("BIHUAN_") or name == "DATABASE_URL"}
    assert set(re.findall(r"^\| `([A-Z_]+)`", table, re.M)) == read


def test_the_table_of_parameters_is_what_the_data_say() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "parameters.py", "check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_tables_of_limits_are_what_the_data_say() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "limits.py", "check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_addresses_resolve() -> None:
    for path in DOCUMENTS:
        for address in re.findall(r"`(/[a-z-]+/[a-z/-]*)`", path.read_text(encoding="utf-8")):
            resolve(address)


@pytest.mark.parametrize("name", ["README.md", "README.en.md"])
def test_the_accounts_of_the_tour_are_the_demo_s(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert {account.username for account in demo.ACCOUNTS} <= set(re.findall(r"`([a-z]+)`", text))
    assert demo.DEMO_PASSWORD in text


def test_pictures_are_small_and_shown() -> None:
    pictures = sorted((ROOT / "docs" / "pictures").glob("*.png"))
    shown = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    assert len(pictures) >= 6
    assert [p.name for p in pictures if p.stat().st_size > MOST_BYTES or p.name not in shown] == []
