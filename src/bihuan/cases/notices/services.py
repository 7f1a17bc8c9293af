"""Loading the holiday notice of a year: what it would move is told before it is confirmed; nothing is computed anew until then."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, log, parameters, turns
from bihuan.kernel.access import action
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work
from bihuan.law.calendar import WorkCalendar, YearNotice, current_calendar, read_notice
from bihuan.law.errors import DataFileError
from bihuan.law.yamlfile import read_yaml

from ..actions import TRIAL_MANAGEMENT
from ..clock import jobs
from . import preview

LOAD = action("cases.calendar.load", _("载入放假安排"), roles=[TRIAL_MANAGEMENT])
log.event("cases.calendar.loaded", _("载入 %(year)s 年放假安排（%(doc)s）：届满日变动 %(moved)s 件"))

CASES_ANEW = "bihuan.cases.clock.jobs.afterwards"
TOO_LARGE = wording("cases.notice.large", _("文件超过 %(limit)s KB，不像是一年的放假安排。"))
NOT_TEXT = wording("cases.notice.text", _("文件不是 UTF-8 文字，请按说明另存为 YAML。"))
NO_YEAR = wording("cases.notice.year", _("文件没有写明年度（year），请照样例补上。"))
WRONG = wording("cases.notice.wrong", _("“%(key)s”一项有误，请照样例核对：%(why)s"))
SAID = {
    code: wording(f"cases.notice.file.{code}", text)
    for code, text in {
        "yaml": _("文件不是有效的 YAML（第 %(line)s 行），请照样例核对冒号、缩进和日期。"),
        "mapping": _("文件须逐项写明“名称: 内容”，请照样例填写。"),
        "missing": _("缺少“%(key)s”一项，请照样例补上。"),
        "kind": _("“%(key)s”一项写成了“%(value)s”，请照样例的写法填写。"),
        "unknown": _("“%(key)s”不是能识别的项目。可以写的是：%(known)s。"),
        "both": _("%(day)s 既列为放假又列为上班，请保留一处。"),
        "weekday": _("%(day)s 不是星期六、星期日，本来就上班，不用列在 on 里，请核对日期。"),
        "statutory": _("off 里缺少 %(day)s：这一天每年都是法定节假日，请核对。"),
        "order": _("“%(item)s”的结束日早于开始日，请核对。"),
        "long": _("“%(item)s”超过一个月，请核对两端的日期。"),
        "day": _("“%(item)s”不是日期。请写成 MM-DD、MM-DD..MM-DD 或者 YYYY-MM-DD。"),
        "other": _("%(day)s 不属于 %(year)s 年及其前后，请写在相应年份的文件里。"),
    }.items()
}
"""What is wrong with a file, by the code of the law package."""
SAME = wording("cases.notice.same", _("%(year)s 年的放假安排与现行的完全相同，不需要载入。"))
CHANGED = wording("cases.notice.changed", _("现行日历在预览以后变了，请重新预览。"))
LARGEST = 64
"""Kilobytes; a notice has one or two."""


@dataclass(frozen=True)
class Notice:
    """A notice as it was read: its text, what it says, and the calendar with it."""

    text: str
    year: YearNotice
    calendar: WorkCalendar

    @property
    def replaces(self) -> YearNotice | None:
        """The arrangement of the same year that holds now."""
        return next((held for held in current_calendar().notices if held.year == self.year.year), None)


def read(content: bytes) -> Notice:
    """A dated file as it is to be put into the court's calendar folder. Raises Refused naming the key that is wrong."""
    if len(content) > LARGEST * 1024:
        raise Refused(Message(TOO_LARGE, {"limit": LARGEST}))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(Message(NOT_TEXT)) from error
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "notice.yaml"
        first.write_text(text, encoding="utf-8")
        try:
            year = read_yaml(first).get("year")
            if not isinstance(year, int) or not 2000 <= year <= 2099:
                raise Refused(Message(NO_YEAR))
            path = first.rename(Path(folder) / f"{year}.yaml")
            found = read_notice(path)
            made = WorkCalendar.load(*_held(), path)
        except DataFileError as error:
            raise Refused(_wrong(error)) from error
    if made == current_calendar():
        raise Refused(Message(SAME, {"year": year}))
    return Notice(text, found, made)


def _wrong(error: DataFileError) -> Message:
    """What is wrong with the file, in words."""
    key = {"key": error.key or "—"}
    if error.code in SAID:
        return Message(SAID[error.code], key | error.params)
    return Message(WRONG, key | {"why": error.reason})


def load(*, actor: Person | None, notice: Notice, seen: str, moved: int) -> Path:
    """Put the notice into the court's calendar folder; every process takes it up, and the job worker computes anew all cases and what else was registered.

    `seen` is the digest of the calendar the preview was made against, `moved` what it told. Raises NotAllowed, Refused.
    """
    access.require(actor, LOAD)
    if current_calendar().digest != seen:
        raise Refused(Message(CHANGED))
    folder = Path(settings.BIHUAN_CALENDAR_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{notice.year.year}.yaml"
    before, ours = None, notice.text.encode()
    try:
        with unit_of_work(actor) as uow:
            turns.hold(turns.CALENDAR, "notices")
            if WorkCalendar.load(*_held()).digest != seen:  # what lies there, not what this process holds of it
                raise Refused(Message(CHANGED))
            before = path.read_bytes() if path.exists() else None
            digest = hashlib.sha256(ours).hexdigest()
            params = {"year": notice.year.year, "doc": notice.year.doc, "moved": moved, "sha256": digest}
            uow.record("cases.calendar.loaded", params=params)
            _write(path, ours)
    except BaseException:
        _undo(path, ours, before)
        raise
    parameters.touch()
    for job in (CASES_ANEW, *preview.jobs()):
        jobs.later(job)
    return path


def _held() -> Sequence[Path]:
    folder = Path(settings.BIHUAN_CALENDAR_FOLDER)
    return [folder] if folder.is_dir() else []


def _undo(path: Path, ours: bytes, before: bytes | None) -> None:
    """Put back what lay there before, unless nothing of ours lies there: it was not written, or somebody else wrote since."""
    if not path.exists() or path.read_bytes() != ours:
        return
    if before is None:
        path.unlink()
    else:
        _write(path, before)


def _write(path: Path, content: bytes) -> None:
    """All of the file or the one before, whatever happens meanwhile."""
    new = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    new.write_bytes(content)
    new.replace(path)
