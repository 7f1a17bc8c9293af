"""A .docx as PDF through LibreOffice, where it is installed: its own profile, its own fonts map, a limit of time, no child left over."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ..errors import Refused
from ..wording import Message, wording
from .opening import opened

SECONDS = 120
PROFILES = 8
PROGRAMS = ("soffice", "libreoffice")
PLACES = ("/usr/lib/libreoffice/program/soffice", "/opt/libreoffice/program/soffice")
FONTS = Path(__file__).with_name("fonts.conf")
NOT_INSTALLED = wording(
    "official.no_converter",
    _(
        "本机没有安装 LibreOffice，不能生成 PDF。请下载 Word 文件自行另存为 PDF，或请系统管理员安装 LibreOffice Writer。"
    ),
)
TOO_SLOW = wording(
    "official.converter_slow",
    _("LibreOffice 在 %(seconds)s 秒内没有完成转换，已停止。请下载 Word 文件自行另存为 PDF。"),
)
FAILED = wording(
    "official.converter_failed", _("LibreOffice 没有生成 PDF（%(why)s）。请下载 Word 文件自行另存为 PDF。")
)


class NoConverter(Refused):
    """There is no PDF: LibreOffice is not installed, took too long, or failed. The message says which."""


def converter() -> str | None:
    """LibreOffice's program; None where it is not installed."""
    found = next((path for path in map(shutil.which, PROGRAMS) if path), None)
    return found or next((path for path in PLACES if os.access(path, os.X_OK)), None)


def to_pdf(docx: bytes) -> bytes:
    """The document as PDF. Raises NoConverter; TemplateFault for a file that refers to the outside."""
    program = converter()
    if program is None:
        raise NoConverter(Message(NOT_INSTALLED))
    opened(docx)
    with tempfile.TemporaryDirectory(prefix="bihuan-pdf-") as folder, _profile(Path(folder)) as profile:
        source = Path(folder) / "paper.docx"
        source.write_bytes(docx)
        _run(program, source, profile)
        made = Path(folder) / "paper.pdf"
        content = made.read_bytes() if made.is_file() else b""
    if not content.startswith(b"%PDF-"):
        raise NoConverter(Message(FAILED, {"why": "PDF"}))
    return content


def _run(program: str, source: Path, profile: Path) -> None:
    command = [
        program, "--headless", "--norestore", "--nologo", "--nolockcheck", f"-env:UserInstallation={profile.as_uri()}",
        "--convert-to", "pdf:writer_pdf_Export", "--outdir", str(source.parent), str(source),
    ]  # fmt: skip
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": str(source.parent), "LANG": "C.UTF-8",
        "FONTCONFIG_FILE": str(FONTS),
    }  # fmt: skip
    try:
        child = subprocess.Popen(
            command, cwd=source.parent, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise NoConverter(Message(FAILED, {"why": error.strerror or type(error).__name__})) from error
    try:
        said, _nothing = child.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise NoConverter(Message(TOO_SLOW, {"seconds": SECONDS})) from None
    finally:
        _end(child)
    if child.returncode:
        raise NoConverter(Message(FAILED, {"why": said.decode("utf-8", "replace").strip()[-200:] or child.returncode}))


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the program and whatever it started: they are one session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


@contextlib.contextmanager
def _profile(spare: Path) -> Iterator[Path]:
    """A profile folder nobody else uses meanwhile: a kept one (the next conversion starts faster), else one thrown away."""
    base = Path(settings.BIHUAN_HOME) / "libreoffice"
    try:
        import fcntl

        base.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (ImportError, OSError):
        yield spare / "profile"
        return
    for number in range(PROFILES):
        with (base / f"{number}.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            yield base / str(number)
            return
    yield spare / "profile"
