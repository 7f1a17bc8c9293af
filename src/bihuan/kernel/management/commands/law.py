"""`bihuan law due | limit | limits | number`: the calculus of statutory limits on the command line. Saves nothing."""

from __future__ import annotations

import datetime as dt
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import formats, translation
from django.utils.translation import gettext as _

from bihuan.kernel import clock, law_arguments, law_words, parameters
from bihuan.kernel.law_findings import effect_message, finding_message, lamp_message, number_message
from bihuan.kernel.wording import Message, message_of, wording
from bihuan.law.calendar import WorkCalendar, install_calendar
from bihuan.law.dated import current_parameters
from bihuan.law.errors import CaseNumberError, LawError, NotInForce
from bihuan.law.hours import DueMoment, hours_due
from bihuan.law.limits.book import current_limits
from bihuan.law.limits.model import Limit, Version
from bihuan.law.limits.plain import in_hours, limit_by_hours, schedule
from bihuan.law.limits.reckon import Reckoning, reckon
from bihuan.law.numbers import CaseNumber, parse_number
from bihuan.law.periods import Due, due
from bihuan.law.steps import Step
from bihuan.law.systems import System, systems

ROW_ARTICLE = wording("law.row.article", "%(article)s")
LANGUAGES = {"zh": "zh-hans", "en": "en"}


class Command(BaseCommand):
    """Answers in sentences, or as JSON (--json) with codes, parameters and sentences."""

    help = "due dates, statutory limits and case numbers"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        one = acts.add_parser("due", help="when a period ends")
        one.add_argument("--system", default="civil", help=f"one of {', '.join(systems())} (or its Chinese name)")
        one.add_argument("--trigger", metavar="DATE", help="the day (or moment) of the event; it is not counted")
        one.add_argument("--term", help="7d, 10wd, 6m, 2y, 48h, 一个半月")
        one.add_argument("--custody", action="store_true", help="the defendant is in custody: no roll over rest days")
        one.add_argument("--exclude", action="append", metavar="A:B", help="days that do not count, both included; may be repeated")
        one.add_argument("--extend", action="append", metavar="TERM|DATE", help="an approved extension; may be repeated")
        case = acts.add_parser("limit", help="the due date of a case under a statutory limit")
        case.add_argument("id", help="CV-01, CR-01 ... (see: limits)")
        case.add_argument("--trigger", metavar="DATE", help="the day (or moment) that starts the limit")
        case.add_argument("--on", metavar="DATE", help="as of which day (default: today)")
        case.add_argument("--event", action="append", metavar="EVENT:DATE", help="the day of a named event; may be repeated")
        case.add_argument("--fact", action="append", metavar="FACT", help="a fact of the case; may be repeated")
        case.add_argument("--custody", action="store_true", help="the defendant is in custody")
        case.add_argument("--exclude", action="append", metavar="GROUND:A:B", help="a pause (B empty while it runs)")
        case.add_argument("--extend", action="append", metavar="TERM|DATE[,by=..,applied=..,decided=..]", help="an extension")
        case.add_argument("--convert", action="append", metavar="LIMIT:DATE", help="a change of procedure")
        case.add_argument("--restart", action="append", metavar="EVENT:DATE[:SENT]", help="an event that restarts the clock")
        case.add_argument("--under", metavar="DATE", help="judge by the text of this day")
        case.add_argument("--closed", metavar="DATE", help="the day of closing")
        every = acts.add_parser("limits", help="list the limits")
        every.add_argument("--family", help="filing, trial, review, enforcement, step ...")
        every.add_argument("--on", metavar="DATE", help="as of which day (default: today)")
        number = acts.add_parser("number", help="read case numbers")
        number.add_argument("text", nargs="+")
        for act in (one, case, every, number):
            act.add_argument("--json", action="store_true", help="print JSON")
            act.add_argument("--lang", choices=LANGUAGES, default="zh", help="language of the sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(LANGUAGES[options["lang"]]):
            self._own_values()
            getattr(self, f"_{options['act']}")(options)

    def _own_values(self) -> None:
        """The court's own calendar files and values, where there are any; without a database the shipped ones hold."""
        engine, path = settings.DATABASES["default"]["ENGINE"], settings.DATABASES["default"]["NAME"]
        if engine.endswith("sqlite3") and not Path(str(path)).exists():
            folder = Path(settings.BIHUAN_CALENDAR_FOLDER)
            if folder.is_dir():
                law_arguments.asked(str(folder), lambda: install_calendar(WorkCalendar.load(folder)))
            return
        try:
            problem = parameters.refresh()
        except DatabaseError:
            problem = None
            self.stderr.write(_("数据库不可用，按出厂的参数计算。"))
        if problem is not None:
            self.stderr.write(str(problem))

    # ---- due ----

    def _due(self, options: dict[str, Any]) -> None:
        law_arguments.required(options, "--trigger", "--term")
        chosen = cast(System, law_arguments.system("--system", options["system"]))
        term = law_arguments.term("--term", options["term"])
        if options["custody"] and not systems()[chosen].custody:
            raise law_arguments.refused("--custody", _("只有刑事期间有在押不顺延（刑诉法105），请加 --system criminal。"))
        if term.in_hours:
            at = law_arguments.moment("--trigger", options["trigger"])
            self._tell_moment(law_arguments.asked("--term", lambda: hours_due(at, term, system=chosen)), options)
            return
        trigger = law_arguments.day("--trigger", options["trigger"])
        extensions = [law_arguments.extension("--extend", text) for text in law_arguments.several(options["extend"])]
        exclusions = [law_arguments.exclusion("--exclude", text) for text in law_arguments.several(options["exclude"])]
        found = law_arguments.asked(
            "--extend" if extensions else "--trigger",
            lambda: due(trigger, term, extensions=extensions, exclusions=exclusions, custody=options["custody"], system=chosen),
        )
        self._tell_due(found, options)

    def _tell_due(self, found: Due, options: dict[str, Any]) -> None:
        if options["json"]:
            told = {"raw": found.raw, "due": found.due, "provisional": found.provisional, "trace": _trace(found.trace)}
            self._json(told | {"digest": found.digest, "calendar": found.calendar_version})
            return
        self.stdout.write(_("届满日：%(due)s") % {"due": _day(found.due)})
        self.stdout.write(_("未顺延的届满日：%(raw)s") % {"raw": _day(found.raw)})
        self._steps(found.trace)

    def _tell_moment(self, found: DueMoment, options: dict[str, Any]) -> None:
        if options["json"]:
            told = {"start": found.start.isoformat(" ", "minutes"), "due": found.due.isoformat(" ", "minutes")}
            self._json(told | {"trace": _trace(found.trace), "digest": found.digest})
            return
        self.stdout.write(_("届满时刻：%(due)s") % {"due": found.due.isoformat(" ", "minutes")})
        self._steps(found.trace)

    # ---- limit ----

    def _limit(self, options: dict[str, Any]) -> None:
        law_arguments.required(options, "--trigger")
        book = current_limits()
        options["id"] = law_arguments.known_limit(_("编号"), options["id"], book)
        for name in ("event", "fact", "exclude", "extend", "convert", "restart"):
            options[name] = law_arguments.several(options[name])
        limit = book.get(options["id"])
        if self._in_hours(limit, options["trigger"]):
            at = law_arguments.moment("--trigger", options["trigger"])
            facts = [law_arguments.word("--fact", text, book.words.facts) for text in options["fact"]]
            self._tell_moment(law_arguments.asked("--trigger", lambda: limit_by_hours(limit.id, at, facts=facts)), options)
            return
        history = law_arguments.history(options, book)
        on = law_arguments.day("--on", options["on"]) if options["on"] else clock.today()
        if history.custody and not systems()[limit.system].custody:
            raise law_arguments.refused("--custody", _("%(id)s 不是刑事期限，没有在押不顺延。") % {"id": limit.id})
        try:
            found = reckon(history, on=on)
        except NotInForce as error:
            why = _("%(day)s 没有施行中的 %(id)s 文本；已知的时段：%(spans)s。")
            told = {"day": _day(history.under or history.trigger), "id": limit.id, "spans": _spans(limit)}
            raise law_arguments.refused("--under" if history.under else "--trigger", why % told) from error
        except LawError as error:
            raise law_arguments.refused(limit.id, _("不能计算：%(why)s") % {"why": error}) from error
        self._tell_limit(found, options)

    def _in_hours(self, limit: Limit, trigger: str) -> bool:
        try:
            return limit.kind != "consequence" and in_hours(limit.id, dt.date.fromisoformat(trigger[:10]))
        except (ValueError, LawError):
            return False

    def _tell_limit(self, found: Reckoning, options: dict[str, Any]) -> None:
        comes_back = schedule(found.limit.id, found.trigger) if found.limit.every else []
        if options["json"]:
            self._json(_as_json(found) | {"schedule": [one.due for one in comes_back]})
            return
        self.stdout.write(str(message_of(law_words.limit_name(found.limit.id))))
        due_label = _("最早可进行：%(day)s") if found.limit.kind == "minimum" else _("届满日：%(day)s")
        for label, day in (
            (due_label, found.due),
            (_("未顺延的届满日：%(day)s"), found.raw),
            (_("至迟：%(day)s"), found.hard_due),
        ):
            if day is not None:
                self.stdout.write(label % {"day": _day(day)})
        self.stdout.write(_("状态：%(lamp)s") % {"lamp": lamp_message(found.lamp)})
        if found.hidden_days:
            self.stdout.write(_("隐性暂停：%(days)s 日") % {"days": found.hidden_days})
        self._steps(found.trace)
        if comes_back:
            self.stdout.write(_("各次：%(days)s") % {"days": "、".join(_day(one.due) for one in comes_back)})
        if found.findings:
            self.stdout.write(_("核查："))
        for one in found.findings:
            self.stdout.write(f"  [{effect_message(one.effect)}] {finding_message(one)}")

    # ---- limits and numbers ----

    def _limits(self, options: dict[str, Any]) -> None:
        book = current_limits()
        family = law_arguments.word("--family", options["family"], book.words.families) if options["family"] else ""
        on = law_arguments.day("--on", options["on"]) if options["on"] else clock.today()
        rows = [_listed(limit, on) for limit in book if not family or limit.family == family]
        if options["json"]:
            self._json({"on": on, "limits": rows})
            return
        for row in rows:
            article = Message(ROW_ARTICLE, {"article": law_words.article(row["article"])})
            self.stdout.write(_("%(id)s %(title)s：%(term)s（%(cited)s，%(tag_words)s）") % (row | {"id": f"{row['id']:<7}", "cited": article}))
        self.stdout.write(_("共 %(count)s 条，%(on)s 的文本。") % {"count": len(rows), "on": _day(on)})

    def _number(self, options: dict[str, Any]) -> None:
        rows, wrong = [], 0
        for text in options["text"]:
            try:
                rows.append(_number_row(parse_number(text)))
            except CaseNumberError as error:
                wrong += 1
                rows.append({"text": text, "error": str(number_message(error)), "part": error.part})
        if options["json"]:
            self._json({"numbers": rows})
        for row in () if options["json"] else rows:
            if "error" in row:
                self.stderr.write(_("“%(text)s”读不出来：%(why)s") % {"text": row["text"], "why": row["error"]})
            else:
                line = _("%(number)s：%(title)s（%(line)s，%(procedure)s），法院代字 %(court)s，编号 %(serial)s，期限 %(limit)s")
                self.stdout.write(line % row)
        if wrong:
            raise CommandError(_("有 %(count)s 个案号读不出来。") % {"count": wrong})

    # ---- output ----

    def _steps(self, trace: tuple[Step, ...]) -> None:
        self.stdout.write(_("计算经过："))
        for number, step in enumerate(trace, 1):
            self.stdout.write(f"  {number}. {law_words.message(step.as_json())}")

    def _json(self, told: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2, default=str))


def _day(day: dt.date) -> str:
    return formats.date_format(day, "DATE_FORMAT")


def _trace(trace: tuple[Step, ...]) -> list[dict[str, Any]]:
    return [step.as_json() | {"text": str(law_words.message(step.as_json()))} for step in trace]


def _as_json(found: Reckoning) -> dict[str, Any]:
    lamp = found.lamp
    return {
        "limit": found.limit.id, "trigger": found.trigger, "raw": found.raw, "due": found.due,
        "hard_raw": found.hard_raw, "hard_due": found.hard_due, "provisional": found.provisional,
        "hidden_days": found.hidden_days, "stopped": found.stopped,
        "lamp": {"light": lamp.light, "days": lamp.days, "step": lamp.step, "text": str(lamp_message(lamp))},
        "trace": _trace(found.trace),
        "findings": [one.as_json() | {"text": str(finding_message(one))} for one in found.findings],
        "digest": found.digest, "calendar": found.calendar_version,
    }  # fmt: skip


def _spans(limit: Limit) -> str:
    return "、".join(f"{v.start}—{'' if v.end == dt.date.max else v.end}" for v in limit.versions)


def _listed(limit: Limit, on: dt.date) -> dict[str, Any]:
    version = next((v for v in limit.versions if v.covers(on)), None)
    basis = (version or limit.versions[-1]).basis
    return {
        "id": limit.id, "title": str(Message(f"law.limit.{limit.id}")), "family": limit.family, "system": limit.system,
        "term": _term_of(version, on), "article": basis.cite_all(on), "level": basis.level, "tag": basis.tag,
        "tag_words": str(message_of(law_words.tag(basis.tag))),
    }  # fmt: skip


def _term_of(version: Version | None, on: dt.date) -> str:
    """The length of a text in words."""
    if version is None:
        return _("当日没有施行中的文本")
    if version.unlimited:
        return _("不受期限限制")
    if version.before:
        return _("在%(event)s之前") % {"event": message_of(law_words.name("event", version.before))}
    if version.term is None:
        return _("见说明")
    term = _words(str(version.term.on(on, current_parameters())))
    if version.at_latest is None:
        return term
    return _("%(term)s，至迟 %(latest)s") % {"term": term, "latest": _words(str(version.at_latest))}


def _words(term: str) -> str:
    shown = law_words.term(term)
    return str(message_of(shown)) if isinstance(shown, dict) else str(shown)


def _number_row(number: CaseNumber) -> dict[str, Any]:
    kind = number.kind()
    try:
        limit = current_limits().limit_for(number.type, kind.procedure, (), dt.date(number.year, 12, 31)).id
    except LawError:
        limit = "—"
    return {
        "number": str(number), "year": number.year, "court": number.court, "type": number.type, "serial": number.serial,
        "suffix": number.suffix, "old": number.old, "title": str(Message(f"law.type.{number.type}")),
        "line": str(message_of(law_words.name("line", kind.line))),
        "procedure": str(message_of(law_words.name("procedure", kind.procedure))), "limit": limit,
    }  # fmt: skip
