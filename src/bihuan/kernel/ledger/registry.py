"""All ledgers. Filled while the applications start, then checked and frozen when the addresses are built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core import checks
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db.models import Field, Model
from django.utils.translation import gettext_lazy as _

from .. import access, log, menu
from ..facts import Fact
from ..search import indexes
from ..wording import wording
from .declaration import Ledger

_ledgers: dict[str, Ledger] = {}
_frozen = False
_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_PATH = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*")


def register(ledger: Ledger) -> Ledger:
    """Add a ledger and its log events (`<code>.created`, `.changed`, `.voided`, `.imported`, `.exported`).

    Raises ImproperlyConfigured for a code or path that stands already, or after the start.
    """
    if _frozen:
        raise ImproperlyConfigured(f"ledger {ledger.code!r} comes too late: register it when the application starts")
    if not _CODE.fullmatch(ledger.code):
        raise ImproperlyConfigured(f"ledger code {ledger.code!r} must look like domain.rows")
    if not _PATH.fullmatch(ledger.path):
        raise ImproperlyConfigured(f"ledger {ledger.code}: path {ledger.path!r} must look like domain/rows")
    for other in _ledgers.values():
        if ledger.code == other.code or ledger.path == other.path:
            raise ImproperlyConfigured(f"ledger {ledger.code!r} ({ledger.path}) is registered twice (see {other.code!r})")
    _ledgers[ledger.code] = ledger
    indexes.declare(ledger.model, ledger.search)
    wording(f"ledger.{ledger.code}", ledger.title)
    log.event(f"{ledger.code}.created", _("%(ledger)s新增：%(row)s"))
    log.event(f"{ledger.code}.changed", _("%(ledger)s更正：%(row)s（%(fields)s）"))
    log.event(f"{ledger.code}.voided", _("%(ledger)s作废：%(row)s"))
    log.event(
        f"{ledger.code}.imported",
        _("%(ledger)s导入：%(file)s 第 %(first)s 至 %(last)s 行，新增 %(new)s、更新 %(changed)s"),
    )
    log.event(f"{ledger.code}.exported", _("%(ledger)s导出%(count)s行"), any_time=True)
    return ledger


def ledgers() -> dict[str, Ledger]:
    """All ledgers by code."""
    return dict(_ledgers)


def get(code: str) -> Ledger:
    """The ledger of that code; KeyError when there is none."""
    return _ledgers[code]


def of_model(model: type[Model]) -> Ledger | None:
    """The first ledger of the model: where a row of it is looked at."""
    return next((ledger for ledger in _ledgers.values() if ledger.model is model), None)


def address_of(row: Model | None) -> str:
    """The page of a row: its ledger's, else the model's own address; "" for no row, or where nothing shows it."""
    if row is None:
        return ""
    ledger = of_model(type(row))
    if ledger is not None:
        return ledger.url("detail", row.pk)
    own = getattr(row, "get_absolute_url", None)
    return str(own()) if callable(own) else ""


def freeze() -> None:
    """Check every declaration and close the registry. Raises ImproperlyConfigured with all faults."""
    global _frozen
    if _frozen:
        return
    faults = [fault for ledger in _ledgers.values() for fault in faults_of(ledger)]
    if faults:
        raise ImproperlyConfigured("ledger declarations: " + "; ".join(faults))
    _frozen = True
    for ledger in _ledgers.values():
        if ledger.menu is not None:
            menu.item(menu_item(ledger))


def menu_item(ledger: Ledger) -> menu.Item:
    """The ledger's entry of the menu, shown to whom the ledger is open."""
    place = ledger.menu
    assert place is not None

    def shown(viewer: access.Viewer) -> bool:
        if ledger.view:
            return access.may(viewer.person, ledger.view)
        return viewer.person.is_active and not viewer.admin_role

    return menu.Item(place.group, place.label or ledger.title, f"{ledger.code}.list", place.icon, place.order, shown)


@contextmanager
def open_for_tests(*more: Ledger) -> Iterator[None]:
    """Let a test have ledgers of its own, `more` among them, unchecked; they are gone afterwards."""
    global _frozen
    kept, was = dict(_ledgers), _frozen
    _frozen = False
    try:
        with indexes.open_for_tests():
            for ledger in more:
                register(ledger)
            yield
    finally:
        _ledgers.clear()
        _ledgers.update(kept)
        _frozen = was or _frozen


@checks.register("ledgers")
def _check(**_options: Any) -> list[checks.CheckMessage]:
    """`manage.py check`, and every command that checks first, names wrong declarations."""
    found = [fault for ledger in _ledgers.values() for fault in faults_of(ledger)]
    return [checks.Error(fault, id="bihuan.ledger") for fault in found]


def field_of(model: type[Model], path: str) -> Field[Any, Any] | Any | None:
    """The model field at the end of a path over relations, or None."""
    found: Any = None
    current: Any = model
    for part in path.split("__"):
        if current is None:
            return None
        try:
            found = current._meta.pk if part == "pk" else current._meta.get_field(part)
        except FieldDoesNotExist:
            return None
        current = found.related_model
    return found


def faults_of(ledger: Ledger) -> list[str]:
    """What is wrong with a declaration, in sentences that name the ledger and the place."""
    faults: list[str] = []
    model = ledger.model

    def say(text: str) -> None:
        faults.append(f"{ledger.code}: {text}")

    def need_field(place: str, path: str, *, attribute: bool = False) -> None:
        if field_of(model, path) is None and not (attribute and hasattr(model, path)):
            say(f"{place} names {path!r}, which is no field of {model._meta.label}")

    def need_action(place: str, code: str) -> None:
        if code and code not in access.actions():
            say(f"{place} names the action {code!r}, which is not registered")

    if not issubclass(model, Fact):
        say(f"{model._meta.label} is not a kernel.facts.Fact")
    if model not in access.scoped_models():
        say(f"{model._meta.label} has no access scope")
    need_field("key", ledger.key, attribute=True)
    if ledger.row_title:
        need_field("row_title", ledger.row_title, attribute=True)
    for column in ledger.all_columns:
        if not (column.value or column.annotated):
            need_field("columns", column.name, attribute=True)
        for name in (column.sort,) if isinstance(column.sort, str) else column.sort or ():
            if name and not column.annotated:
                need_field(f"sort of column {column.name}", name.lstrip("-"))
    names = [f.name for f in ledger.all_filters]
    for name in names:
        if names.count(name) > 1 or name in {"q", "sort", "page", "voided"}:
            say(f"filter name {name!r} stands twice or is reserved")
    for item in ledger.all_filters:
        if item.apply is None:
            need_field(f"filter {item.name}", item.field or item.name)
        elif item.kind == "auto" and not item.choices and field_of(model, item.field or item.name) is None:
            say(f"filter {item.name} has its own condition and needs a kind or choices")
    for place, paths in (("search", ledger.search), ("form", ledger.form_fields), ("restricted", ledger.restricted)):
        for path in paths:
            need_field(place, path)
    for path in ledger.search:
        if field_of(model, path) is not None and not indexes.is_text(*indexes.target(model, path)):
            say(f"search names {path!r}, which holds no text")
    for path in ledger.ordering:
        if ledger.rows is None:
            need_field("ordering", path.lstrip("-"))
    for path in (*ledger.facts, *ledger.why):
        need_field("facts", path, attribute=True)
    for place in ("view", "add", "change", "void"):
        need_action(place, getattr(ledger, place))
    for name in ledger.views:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            say(f"views names {name!r}; use a plain word")
    if (ledger.add or ledger.change) and not ledger.form_fields:
        say("add or change is declared, and no form fields")
    if ledger.void and not ledger.keeps:
        say(f"void is declared, and {model._meta.label} is not a kernel.facts.Kept")
    for bulk in ledger.bulk:
        need_action(f"bulk {bulk.code}", bulk.action)
    if ledger.sheet is not None:
        need_action("sheet", ledger.sheet.action)
        columns = [c if isinstance(c, str) else c.name for c in ledger.sheet.columns]
        for c in ledger.sheet.columns:
            if isinstance(c, str) or c.value is None:
                need_field("sheet", c if isinstance(c, str) else c.name, attribute=not isinstance(c, str) and c.read_only)
        for path in ledger.sheet.key:
            need_field("sheet key", path)
            if columns and path not in columns:
                say(f"sheet key {path!r} is not among the sheet's columns")
    if ledger.flow is not None:
        if ledger.flow.model is not model:
            say(f"flow {ledger.flow.code} is of {ledger.flow.model._meta.label}")
        from .forms import step_forms

        for transition in ledger.flow.transitions:
            if not transition.by_system:
                need_action(f"flow step {transition.code}", transition.action)
            if transition.form and transition.form not in step_forms():
                say(f"flow step {transition.code} names the form {transition.form!r}, which is not registered")
    for service in ledger.services:
        if service not in {"create", "change", "void", "merged", "ahead", "after"}:
            say(f"services names {service!r}; there are create, change, void, merged, ahead and after")
    return faults
