"""What may stand in committed files: no addresses of others, no traces of the machine they were made on."""

import json
import re
from urllib.parse import urlsplit

import pytest

from .tree import ROOT, files, place, text, texts

pytestmark = pytest.mark.tree
ADDRESS = re.compile(r"(?<![A-Za-z])(?:https?|wss?|ftp)://[^\s\"'<>)\]}`，。；、）】]+", re.IGNORECASE)
# Names of standards, not places that are called; addresses of this machine; names reserved for examples.
NAMESPACES = {
    "www.w3.org",
    "schemas.openxmlformats.org",
    "schemas.microsoft.com",
    "purl.org",
    "www.apache.org",
    "sizzlejs.com",
}
LOCAL = re.compile(
    r"^(127\.0\.0\.1|localhost|testserver|\[?::1\]?|0\.0\.0\.0)$|(^|\.)(example|test|invalid|localhost)$"
)
EXAMPLES = re.compile(r"(^|\.)example\.(com|org|net|cn)$")
# npm writes the packages' own pages for donations into its lock; nothing calls them.
FUNDING = {"package-lock.json"}
INDEX = re.compile(
    r"--(?:extra-)?index-url|--find-links|--trusted-host|--registry\b|^\s*(?:index-url|registry)\s*=", re.M
)
OWN_OPTIONS = {"scripts/dist.py", "tests/architecture/test_committed.py"}


def _hosts(content: str):
    for found in ADDRESS.finditer(content):
        try:
            host = urlsplit(found[0].rstrip(".,:;")).hostname or ""
        except ValueError:
            host = found[0]
        yield found[0], host


def _allowed(host: str) -> bool:
    template = not host or any(sign in host for sign in "{%$*…")
    return template or host in NAMESPACES or bool(LOCAL.search(host) or EXAMPLES.search(host))


@pytest.mark.parametrize(
    "content, allowed",
    [
        ("http:" + "//127.0.0.1:8000/", True),
        ("https:" + "//court.example/x", True),
        ("xmlns='http:" + "//www.w3.org/2000/svg'", True),
        ("https:" + "//cdn.somewhere.net/x.js", False),
        ("见http:" + "//x.gov.cn。", False),
    ],
)
def test_the_address_check_tells_them_apart(content, allowed):
    assert all(_allowed(host) for _, host in _hosts(content)) is allowed


def test_no_external_address():
    found = [
        f"{place(path)}: {address}"
        for path in texts()
        if path.name not in FUNDING
        for address, host in _hosts(text(path))
        if not _allowed(host)
    ]
    assert not found


def test_no_package_index_is_named():
    names = re.compile(
        "|".join(
            [
                "py" + "pi\\.org",
                "python" + "hosted",
                "npm" + "js\\.",
                "npm" + "mirror",
                "tu" + "na\\.",
                "ali" + "yun",
            ]
        )
    )
    found = [place(path) for path in texts() if names.search(text(path))]
    options = [place(path) for path in texts() if place(path) not in OWN_OPTIONS and INDEX.search(text(path))]
    assert not found and not options


def test_locks_hold_digests_and_no_address():
    lock = json.loads(text(ROOT / "package-lock.json"))
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert packages and all("integrity" in about and "resolved" not in about for about in packages.values())
    locks = [path for path in files() if re.fullmatch(r"requirements.*\.txt", path.name)]
    assert locks
    for path in locks:
        entries = re.split(r"^(?=[A-Za-z0-9])", text(path), flags=re.M)[1:]
        assert entries and all("--hash=sha256:" in entry and "==" in entry for entry in entries), place(path)


def test_nothing_that_was_fetched_or_made_is_committed():
    parts = {"vendor", "node_modules", ".venv", "var", "dist", "__pycache__"}
    assert not [place(path) for path in files() if parts & set(path.relative_to(ROOT).parts)]
    assert not [place(path) for path in files() if path.suffix in {".mo", ".pyc", ".sqlite3", ".pem", ".key"}]


def test_no_path_of_one_machine():
    folders = re.compile(r"(?<![\w.}/])/(?:ho" + r"me|Us" + r"ers|wo" + r"rk|ro" + r"ot)/\w|[A-Z]:\\\\?Us" + "ers")
    assert not [
        place(path, number)
        for path in texts()
        for number, line in enumerate(text(path).splitlines(), 1)
        if folders.search(line)
    ]


def test_texts_speak_of_the_product_only():
    words = re.compile(
        r"(?<!user[- ])\bag"
        r"ents?\b|\biss"
        r"ues? #?\d+|\biss"
        r"ue #|\bthe next iss"
        r"ue\b|\bL"
        r"LM\b|\bClau"
        r"de\b|\bChat"
        r"GPT\b|\bAI[- ]generated\b",
        re.IGNORECASE,
    )
    assert not [
        f"{place(path, number)}: {found[0]}"
        for path in texts()
        if not path.name.startswith("requirements") and path.name != "package-lock.json"
        for number, line in enumerate(text(path).splitlines(), 1)
        if (found := words.search(line))
    ]


def test_committed_files_are_small():
    large = {place(path): size for path in files() if (size := path.stat().st_size) > 1_500_000}
    assert not large
