"""What is typed behind `bihuan law`: each option read on its own, and refused by its own name, in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from bihuan.law.errors import LawError, TermError
from bihuan.law.limits.book import LimitBook
from bihuan.law.limits.history import Grant, History, Pause, Turn
from bihuan.law.movements import Exclusion, Extension
from bihuan.law.systems import systems
from bihuan.law.terms import Period

T = TypeVar("T")


def refused(option: str, why: str) -> CommandError:
    """The error of one option."""
    return CommandError(_("%(option)s：%(why)s") % {"option": option, "why": why})


def required(options: Mapping[str, Any], *names: str) -> None:
    """Raise CommandError for the first option that is missing."""
    for name in names:
        if not options[name.strip("-").replace("-", "_")]:
            raise refused(name, _("必须填写。"))


def day(option: str, text: str) -> dt.date:
    """A date. Raises CommandError."""
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise refused(option, _("“%(text)s”不是日期，请写成 2025-03-01。") % {"text": text}) from None


def moment(option: str, text: str) -> dt.datetime:
    """A moment, "2025-03-01 10:20". Raises CommandError."""
    try:
        found = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        found = None
    if found is None or found.tzinfo or ":" not in text:
        raise refused(option, _("按小时计算的期限要写到时分，如 2025-03-01 10:20。"))
    return found


def term(option: str, text: str) -> Period:
    """A length of time. Raises CommandError."""
    try:
        return Period.parse(text)
    except TermError:
        why = _("读不懂“%(text)s”；请写成 7d、10wd、6m、2y、48h，或七日、10个工作日、六个月。") % {"text": text}
        raise refused(option, why) from None


def system(option: str, text: str) -> str:
    """A system by its code or its Chinese name. Raises CommandError."""
    for id_, rules in systems().items():
        if text in (id_, rules.title):
            return id_
    known = "、".join(f"{id_}（{rules.title}）" for id_, rules in systems().items())
    raise refused(option, _("没有“%(text)s”；可用：%(known)s。") % {"text": text, "known": known})


def span(option: str, text: str) -> tuple[dt.date, dt.date]:
    """A:B, both days included. Raises CommandError."""
    first, mark, last = text.partition(":")
    if not mark:
        raise refused(option, _("“%(text)s”要写成 起日:止日，如 2025-03-01:2025-03-10。") % {"text": text})
    start, end = day(option, first), day(option, last)
    if end < start:
        raise refused(option, _("“%(text)s”的止日早于起日。") % {"text": text})
    return start, end


def exclusion(option: str, text: str) -> Exclusion:
    """A:B. Raises CommandError."""
    return Exclusion(*span(option, text))


def extension(option: str, text: str) -> Extension:
    """A length, or the approved end day. Raises CommandError."""
    if len(text) == 10 and text[4] == "-":
        return Extension(until=day(option, text))
    return Extension(term=term(option, text))


def word(option: str, text: str, words: Mapping[str, str]) -> str:
    """A word of the vocabulary by its code or its Chinese name. Raises CommandError naming what is known."""
    for id_, title in words.items():
        if text in (id_, title):
            return id_
    known = "、".join(f"{id_}（{title}）" for id_, title in words.items())
    raise refused(option, _("没有“%(text)s”；可用：%(known)s。") % {"text": text, "known": known})


# ---- the history of a case ----


def history(options: Mapping[str, Any], book: LimitBook) -> History:
    """The history that the options of `bihuan law limit` describe. Raises CommandError naming the option."""
    return History(
        limit=options["id"],
        trigger=day("--trigger", options["trigger"]),
        dates=dict(_event(text, book) for text in options["event"]),
        facts=frozenset(word("--fact", text, book.words.facts) for text in options["fact"]),
        custody=options["custody"],
        pauses=tuple(_pause(text, book) for text in options["exclude"]),
        grants=tuple(_grant(text, book) for text in options["extend"]),
        turns=(*(_convert(text, book) for text in options["convert"]), *(_restart(text, book) for text in options["restart"])),
        under=day("--under", options["under"]) if options["under"] else None,
        closed=day("--closed", options["closed"]) if options["closed"] else None,
    )


def _event(text: str, book: LimitBook) -> tuple[str, dt.date]:
    name, _mark, when = text.partition(":")
    return word("--event", name, book.words.events), day("--event", when)


def _pause(text: str, book: LimitBook) -> Pause:
    option, parts = "--exclude", text.split(":")
    if len(parts) not in (3, 4):
        raise refused(option, _("“%(text)s”要写成 事由:起日:止日，如 鉴定:2025-03-01:2025-03-10；仍在进行的止日留空。") % {"text": text})
    ground = word(option, parts[0], book.words.grounds)
    first = day(option, parts[1])
    last = day(option, parts[2]) if parts[2].strip() else None
    if last is not None and last < first:
        raise refused(option, _("“%(text)s”的止日早于起日。") % {"text": text})
    proved = frozenset(word(option, one, book.words.facts) for one in parts[3].split("+")) if len(parts) == 4 else frozenset()
    return Pause(ground, first, last, proved)


def _grant(text: str, book: LimitBook) -> Grant:
    """6m, or 2026-01-10, then by=, applied=, decided=, fact=, ref= behind commas."""
    option, parts = "--extend", text.split(",")
    length = extension(option, parts[0])
    given: dict[str, Any] = {"term": length.term, "until": length.until}
    readers: dict[str, Callable[[str], Any]] = {
        "by": lambda value: word(option, value, book.words.approvers),
        "applied": lambda value: day(option, value),
        "decided": lambda value: day(option, value),
        "fact": lambda value: frozenset(word(option, one, book.words.facts) for one in value.split("+")),
        "ref": str,
    }
    for part in parts[1:]:
        key, mark, value = part.partition("=")
        if not mark or key.strip() not in readers:
            raise refused(option, _("“%(text)s”不是 %(known)s 之一。") % {"text": part, "known": "、".join(f"{k}=" for k in readers)})
        name = {"fact": "facts", "ref": "reference"}.get(key.strip(), key.strip())
        given[name] = readers[key.strip()](value.strip())
    return Grant(**given)


def _convert(text: str, book: LimitBook) -> Turn:
    to, mark, when = text.partition(":")
    if not mark:
        raise refused("--convert", _("“%(text)s”要写成 期限:日期，如 CV-01:2025-03-01。") % {"text": text})
    return Turn("convert", known_limit("--convert", to, book), day("--convert", when))


def _restart(text: str, book: LimitBook) -> Turn:
    option, parts = "--restart", text.split(":")
    known = {rule.id: rule.title for rule in book.restarts}
    if len(parts) not in (2, 3):
        raise refused(option, _("“%(text)s”要写成 事由:回到之日，或 事由:回到之日:送出之日；尚未回来的前者留空。") % {"text": text})
    on = day(option, parts[1]) if parts[1].strip() else None
    sent = day(option, parts[2]) if len(parts) == 3 else None
    if on is None and sent is None:
        raise refused(option, _("回到之日和送出之日至少写一个。"))
    return Turn("restart", word(option, parts[0], known), on, sent)


def known_limit(option: str, text: str, book: LimitBook) -> str:
    """The id of a limit, in any case of letters. Raises CommandError naming near ones."""
    wanted = text.strip().upper()
    if wanted in book.limits:
        return wanted
    near = [id_ for id_ in book.limits if id_.split("-")[0] == wanted.split("-")[0]] or list(book.limits)
    raise refused(option, _("没有编号“%(text)s”的期限；相近的有：%(known)s。全部见 bihuan law limits。") % {"text": text, "known": "、".join(near)})


def asked(option: str, work: Callable[[], T]) -> T:
    """`work()`, with what the law refuses said under the option it stands for."""
    try:
        return work()
    except LawError as error:
        raise refused(option, _("不能计算：%(why)s") % {"why": error}) from error


def several(values: Iterable[str] | None) -> list[str]:
    """The values of an option that may be repeated."""
    return list(values or ())
