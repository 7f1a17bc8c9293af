"""What every ledger must do, tested through its real pages. Refusals share their set-up with the allowed case."""

from __future__ import annotations

import inspect
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import python_calamine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from .. import access
from ..ledger import Ledger
from ..ledger.filters import filterset_class
from ..ledger.service import version_of
from ..ledger.sheet import sheet_fields
from ..ledger.tables import table_class
from ..ledger.views.base import may_open
from ..models import AdminRole, LogEntry, Person
from ..work import unit_of_work
from .pinned import pinned_queries

PARTIAL: dict[str, Any] = {"headers": {"HX-Request": "true"}}


class LedgerSuite:
    """Inherit as `class TestX(LedgerSuite)`, set `ledger`, and write `editor`, `outsider`, `make`, `values`, `correction`.

    `editor` sees every row of `make` and may do what the ledger declares; `outsider` is a person with business who sees none
    of them (`outsider_sees = True`: sees them, as in ledgers open to all) and may do nothing declared. `make` returns a new
    row each time. `values` is what a person types into the form of a new row; `correction` what they change.
    """

    ledger: ClassVar[Ledger]
    outsider_sees: ClassVar[bool] = False
    correction: ClassVar[Mapping[str, Any]] = {}

    def editor(self) -> Person:
        """A person who may."""
        raise AssertionError(f"{type(self).__name__}.editor() is to be written")

    def outsider(self) -> Person:
        """A person who may not."""
        raise AssertionError(f"{type(self).__name__}.outsider() is to be written")

    def make(self) -> Any:
        """A new row."""
        raise AssertionError(f"{type(self).__name__}.make() is to be written")

    def values(self) -> dict[str, Any]:
        """A new row as typed."""
        return {}

    # ---- the list

    def test_the_list_shows_the_rows_a_person_may_see_and_no_others(self, db: None) -> None:
        row, page = self.make(), self.ledger.url("list")
        link = self.ledger.url("detail", row.pk)
        assert link in self._get(self.editor(), page)
        assert (link in self._get(self.outsider(), page)) is self.outsider_sees

    def test_nobody_looks_without_signing_in_and_no_administrator_sees_business(self, db: None) -> None:
        page = self.ledger.url("detail", self.make().pk)
        assert Client().get(page).status_code == 302
        assert self._client(self.editor()).get(page).status_code == 200
        if not self.ledger.view:
            admin = _administrator()
            assert not may_open(admin, self.ledger)
            assert self._client(admin).get(page).status_code in {302, 403}  # or sent to set up the second factor first

    def test_a_row_that_is_not_to_be_seen_is_not_there(self, db: None) -> None:
        page = self.ledger.url("detail", self.make().pk)
        assert self._client(self.editor()).get(page).status_code == 200
        assert self._client(self.outsider()).get(page).status_code == (200 if self.outsider_sees else 404)

    def test_every_filter_narrows_and_none_widens(self, db: None) -> None:
        person = self.editor()
        self.make()
        seen = set(access.visible(person, self.ledger.model).values_list("pk", flat=True))
        client, page = self._client(person), self.ledger.url("list")
        for name, item in filterset_class(self.ledger)(
            {}, self.ledger.model._default_manager.all(), person=person
        ).filters.items():
            choices = (
                [value for value, _label in item.field.choices if value]
                if hasattr(item.field, "choices")
                else ["2026-01-01", "1"]
            )
            for value in choices[:6]:
                answer = client.get(page, {name: value}, **PARTIAL)
                assert answer.status_code == 200, name
                assert {row.pk for row in answer.context["page_obj"].object_list} <= seen, name

    def test_every_sortable_column_sorts_both_ways(self, db: None) -> None:
        rows = {self.make().pk, self.make().pk}
        client, page = self._client(self.editor()), self.ledger.url("list")
        for name, column in table_class(self.ledger).base_columns.items():
            if not column.orderable:
                continue
            up = [row.pk for row in client.get(page, {"sort": name}, **PARTIAL).context["page_obj"].object_list]
            down = [row.pk for row in client.get(page, {"sort": f"-{name}"}, **PARTIAL).context["page_obj"].object_list]
            assert rows <= set(up), name
            assert set(up) == set(down), name
            assert len(up) == len(set(up)), name

    def test_the_search_finds_a_row_by_what_it_holds(self, db: None) -> None:
        row, client, page = self.make(), self._client(self.editor()), self.ledger.url("list")
        for path in self.ledger.search:
            held = row
            for part in path.split("__"):
                held = getattr(held, part, None)
            if held in (None, ""):
                continue
            found = client.get(page, {"q": str(held)[:20]}, **PARTIAL).context["page_obj"].object_list
            assert row.pk in {one.pk for one in found}, path
        if self.ledger.search:
            assert not client.get(page, {"q": "查无此语"}, **PARTIAL).context["page_obj"].object_list

    def test_the_number_of_statements_is_pinned_and_does_not_grow_with_rows(self, db: None) -> None:
        person, page = self.editor(), self.ledger.url("list")
        row = self.make()
        client = self._client(person)
        client.get(page)  # what is loaded once per process is loaded
        folder = Path(inspect.getfile(type(self))).parent
        with CaptureQueriesContext(connection) as few:
            client.get(page)
        for _n in range(3):
            self.make()
        with CaptureQueriesContext(connection) as more:
            client.get(page)
        assert len(more) <= len(few), f"{len(few)} statements for one row, {len(more)} for four"
        with pinned_queries(folder, f"{self.ledger.code}.list"):
            client.get(page)
        with pinned_queries(folder, f"{self.ledger.code}.detail"):
            client.get(self.ledger.url("detail", row.pk))

    # ---- writing

    def test_a_row_is_added_by_whom_it_is_allowed_and_logged(self, db: None) -> None:
        if not self.ledger.add:
            return
        page, typed, before = self.ledger.url("add"), self.values(), self._count()
        assert self._client(self.outsider()).post(page, typed).status_code == 403
        assert self._count() == before
        answer = self._client(self.editor()).post(page, typed)
        assert answer.status_code == 302, _errors(answer)
        assert self._count() == before + 1
        row = self.ledger.model._default_manager.order_by("-pk").first()
        assert self._logged("created", row)

    def test_a_correction_needs_a_reason_and_leaves_both_values_in_the_log(self, db: None) -> None:
        if not self.ledger.change:
            return
        row = self.make()
        page, person = self.ledger.url("change", row.pk), self.editor()
        typed = {**self._as_typed(person, page), **self.correction}
        assert self._client(self.outsider()).post(page, {**typed, "reason": "笔误"}).status_code in {403, 404}
        assert self._client(person).post(page, {**typed, "reason": ""}).status_code == 422
        row.refresh_from_db()
        assert version_of(row) == typed["version"]
        answer = self._client(person).post(page, {**typed, "reason": "笔误"})
        assert answer.status_code == 302, _errors(answer)
        entry = self._logged("changed", row)
        assert entry is not None
        assert entry.data["reason"] == "笔误"
        changed = set(entry.data.get("changes", {})) | set(entry.data.get("restricted", {}))
        assert changed == set(self.correction)

    def test_a_correction_made_from_an_old_reading_is_refused_and_kept_on_the_page(self, db: None) -> None:
        if not self.ledger.change:
            return
        row = self.make()
        page, person = self.ledger.url("change", row.pk), self.editor()
        typed = {**self._as_typed(person, page), **self.correction, "reason": "笔误"}
        client = self._client(person)
        assert client.post(page, typed).status_code == 302
        answer = client.post(page, typed)
        assert answer.status_code == 409
        assert all(
            str(value) in answer.content.decode() for value in self.correction.values() if isinstance(value, str)
        )

    def test_a_row_is_voided_with_a_reason_and_stays(self, db: None) -> None:
        if not self.ledger.void:
            return
        row = self.make()
        page, typed = self.ledger.url("void", row.pk), {"version": version_of(row), "reason": "重复录入"}
        assert self._client(self.outsider()).post(page, typed).status_code in {403, 404}
        client = self._client(self.editor())
        assert client.post(page, {**typed, "reason": " "}).status_code == 422
        assert client.post(page, typed).status_code == 302
        row.refresh_from_db()
        assert row.is_void
        assert row.void_reason == "重复录入"
        assert self._logged("voided", row)
        assert self.ledger.url("detail", row.pk) not in self._get(self.editor(), self.ledger.url("list"))
        assert client.get(self.ledger.url("detail", row.pk)).status_code == 200

    # ---- the sheet

    def test_the_export_holds_the_rows_a_person_sees_under_the_headings_of_the_template(self, db: None) -> None:
        self.make()
        person = self.editor()
        answer = self._client(person).get(self.ledger.url("export"))
        assert answer.status_code == 200
        assert "attachment" in answer["Content-Disposition"]
        lines = (
            python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        )
        assert lines[0] == [column.heading for column in sheet_fields(self.ledger)]
        rows = access.visible(person, self.ledger.model)
        assert len(lines) - 1 == (rows.filter(voided_at=None) if self.ledger.keeps else rows).count()
        assert LogEntry.objects.filter(type=f"{self.ledger.code}.exported", actor=person).exists()

    # ---- helpers

    def _client(self, person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    def _get(self, person: Person, page: str) -> str:
        answer = self._client(person).get(page)
        assert answer.status_code == 200
        return answer.content.decode()

    def _count(self) -> int:
        return int(self.ledger.model._default_manager.count())

    def _logged(self, what: str, row: Any) -> LogEntry | None:
        kind = self.ledger.model._meta.label_lower
        return LogEntry.objects.filter(type=f"{self.ledger.code}.{what}", kind=kind, object_id=str(row.pk)).first()

    def _as_typed(self, person: Person, page: str) -> dict[str, Any]:
        """What the browser would send back from the untouched form."""
        answer = self._client(person).get(page)
        assert answer.status_code == 200
        typed: dict[str, Any] = {}
        for field in answer.context["form"]:
            value = field.value()
            if value is None or value is False or field.field.disabled:
                continue
            if isinstance(value, list):
                value = [getattr(one, "pk", one) for one in value]
            typed[field.name] = value.isoformat() if hasattr(value, "isoformat") else value
        return typed


def _administrator() -> Person:
    with unit_of_work(None) as uow:
        person: Person
        person, _made = Person.objects.get_or_create(
            username="suite-admin", defaults={"name": "系统管理员", "admin_role": AdminRole.SYSTEM}
        )
        uow.record("ledger.suite", person)
    return person


def _errors(answer: Any) -> Any:
    """Why a form was not saved, for the failing test's message."""
    form = answer.context and answer.context.get("form")
    return form.errors.as_json(escape_html=False) if form is not None else answer.content[:500]
