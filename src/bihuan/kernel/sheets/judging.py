"""What merging would do with each row of a sheet: add it, correct a row, nothing, or refuse it and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model

from ..blank import Blank, Cleaning
from ..ledger.cells import show_value
from ..ledger.declaration import Ledger
from ..ledger.service import version_of
from ..ledger.sheet import SheetField
from ..models.imports import RowAction
from ..models.org import Person
from ..wording import Message
from . import messages as say
from .cells import Converted, Problem
from .constraints import Conditions, Uniques, Verdict
from .existing import Existing
from .rights import import_action, in_any_case, may_add, may_change
from .values import Leading, attname_of, differing, held, put
from .ways import own_services


class Judge:
    """Judges the rows of one sheet, chunk after chunk."""

    def __init__(
        self, ledger: Ledger, actor: Person | None, fields: Sequence[SheetField], headings: dict[str, str]
    ) -> None:
        assert ledger.sheet is not None
        self.ledger = ledger
        self.actor = actor
        self.fields = {f.name: f for f in fields}
        self.headings = headings
        self.key = ledger.sheet.key
        self.uniques = Uniques(ledger)
        self.corrects = may_change(actor, ledger)
        self.conditions = Conditions(ledger)
        self.cleans = ledger.model.clean is not Model.clean
        options = ledger.model._meta
        self.relations = {f.name for f in options.fields if f.is_relation}
        self.blank, self.cleaning = Blank(ledger.model), Cleaning(ledger.model, self.relations)
        self.attnames = {name: attname_of(ledger.model, name) for name in self.fields}
        self.leading = Leading(ledger.model)
        self.in_any_case = in_any_case(actor, import_action(ledger))
        self._settled: dict[tuple[str, ...], list[str]] = {}
        self.kept = [(f.name, f.attname) for f in options.concrete_fields]
        self.needed: list[Any] = [f for f in options.fields if f.is_relation and not f.null]

    def judge(self, rows: Sequence[Converted]) -> list[Verdict]:
        """A verdict for each of the rows; a few statements for all of them."""
        existing = Existing(self.ledger, self.actor)
        existing.load([row.key for row in rows if row.key is not None and not row.refused])
        verdicts = [self._verdict(row, existing) for row in rows]
        self.leading.attach([v.obj for v in verdicts if v.action == RowAction.NEW])
        for verdict in verdicts:
            if verdict.action == RowAction.NEW:
                verdict.filled = self._inspect(verdict.row, verdict.obj)
        self.uniques.mark([v for v in verdicts if v.obj is not None])
        for verdict in verdicts:
            if verdict.row.refused:
                verdict.action, verdict.object_id, verdict.version = RowAction.REFUSED, None, ""
        return verdicts

    def _verdict(self, row: Converted, existing: Existing) -> Verdict:
        if row.key is None and not row.refused:
            row.problems.append(Problem(Message(say.REQUIRED), self.key[0], self.headings.get(self.key[0], "")))
        if row.refused or row.key is None:
            return Verdict(row, RowAction.REFUSED)
        found = existing.matching(row.key)
        if not found:
            attnames = self.attnames
            return Verdict(row, RowAction.NEW, self.blank({attnames[name]: value for name, value in row.values.items()}))
        if len(found) > 1:
            row.problems.append(Problem(Message(say.DOUBLE_IN_LEDGER, {"count": len(found)})))
        elif found[0].pk not in existing.visible:
            row.problems.append(Problem(Message(say.NOT_YOURS)))
        elif getattr(found[0], "is_void", False):
            row.problems.append(Problem(Message(say.IS_VOID)))
        if row.refused:
            return Verdict(row, RowAction.REFUSED)
        return self._known(row, found[0])

    def _inspect(self, row: Converted, obj: Any) -> dict[str, Any]:
        """Judge a new row; returns what the model's own `clean` put into it beside the sheet's values."""
        if not self.in_any_case and not may_add(self.actor, self.ledger, obj):
            row.problems.append(Problem(Message(say.NO_ROW_RIGHT)))
        # A service of the ledger's own may fill what the sheet does not hold.
        own = "create" in self.ledger.services and own_services(self.ledger)
        before = dict(obj.__dict__) if self.cleans and not own else {}
        self._validate(row, obj, set(row.values) if own else None)
        if not before:
            return {}
        now = obj.__dict__
        other = {attname for attname, value in before.items() if now[attname] is not value and now[attname] != value}
        return {name: now[attname] for name, attname in self.kept if attname in other} if other else {}

    def _known(self, row: Converted, now: Any) -> Verdict:
        changed = differing(now, row.values, self.key)
        if not changed:
            return Verdict(row, RowAction.SAME, object_id=now.pk)
        if not self.corrects:
            row.problems.append(Problem(Message(say.NO_CHANGE_RIGHT)))
        elif not may_change(self.actor, self.ledger, now):
            row.problems.append(Problem(Message(say.NO_ROW_RIGHT)))
        frozen = self.ledger.frozen_now(now)
        for name in changed:
            if name in frozen:
                row.problems.append(self._frozen(now, name, frozen[name]))
        version = version_of(now)
        before = {name: held(now, name) for name in changed}
        put(now, row.values, changed)
        self._validate(row, now, set(changed))
        return Verdict(row, RowAction.CHANGED, now, now.pk, version, changed, before)

    def _frozen(self, now: Any, name: str, why: Message | None) -> Problem:
        value = held(now, name)
        column = self.fields[name]
        shown = column.choices.get(value, None) or (
            str(getattr(now, name)) if column.kind == "row" else show_value(value)
        )
        params = {"held": shown, "why": why.as_json() if why else ""}
        return Problem(Message(say.FROZEN, params), name, self.headings.get(name, ""))

    def _validate(self, row: Converted, obj: Any, names: set[str] | None) -> None:
        """Field by field, the model's own `clean`, then the database's conditions. `names`: the fields to look at (None: all).
        Relations were looked up already, and uniqueness is asked for many rows at once."""
        looked = self._looked_at(row) if names is None else [name for name in self.cleaning.fields if name in names]
        try:
            self.cleaning.clean(obj, looked)
        except ValidationError as error:
            row.problems.extend(self._problems(row, error))
        if self.cleans:
            try:
                obj.clean()
            except ValidationError as error:
                row.problems.extend(self._problems(row, error))
        if names is None:
            for f in self.needed:
                if getattr(obj, f.attname) is None and f.name not in self.headings:
                    params = {"field": str(f.verbose_name), "why": Message(say.REQUIRED).as_json()}
                    row.problems.append(Problem(Message(say.NOT_FILLED, params)))
        if row.refused:
            return
        for fault in self.conditions.faults(obj):
            row.problems.extend(self._problems(row, fault))

    def _looked_at(self, row: Converted) -> list[str]:
        """The fields of a new row that must be judged; the others are as they are in every new row, and well."""
        given = tuple(row.values)
        if given not in self._settled:
            self._settled[given] = self.cleaning.settled(self.blank, given)
        return self._settled[given]

    def _problems(self, row: Converted, error: ValidationError) -> list[Problem]:
        if not hasattr(error, "error_dict"):
            return [Problem(Message(say.INVALID, {"why": text})) for text in error.messages]
        out = []
        for name, texts in error.message_dict.items():
            for text in texts:
                if name in self.headings:
                    shown = str(row.values.get(name, ""))[:80]
                    out.append(Problem(Message(say.INVALID, {"why": text}), name, self.headings[name], shown))
                elif name == NON_FIELD_ERRORS:
                    out.append(Problem(Message(say.INVALID, {"why": text})))
                else:
                    label = str(getattr(self.ledger.model._meta.get_field(name), "verbose_name", name))
                    out.append(Problem(Message(say.NOT_FILLED, {"field": label, "why": text})))
        return out
