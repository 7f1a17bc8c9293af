"""What a ledger (台账) is: a declaration in a domain's `ledgers.py` that resolves to ordinary class-based views.

A declaration is data. Nothing here reads the database; `registry` checks it once at start, `tables`, `filters`, `forms`,
`sheet`, `views` and `urls` read it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise

from ..wording import Message

if TYPE_CHECKING:
    from django import forms
    from django.views import View

    from ..models.org import Person
    from ..workflow import Flow, Tone
    from .need import Need

Text = str | Promise
Why = Callable[[Any], "Message | Sequence[Message] | None"]
FilterKind = Literal["auto", "choice", "state", "unit", "person", "row", "dates", "overdue", "yes_no", "text"]

@dataclass(frozen=True)
class Column:
    """One column of the list.

    `name` is a field, a path over relations (`problem__code`), a property of the model, or (with `annotated`) an
    annotation made by the ledger's `rows`. `value(obj)` computes the cell instead; `template` renders it with
    `record`, `value`, `column`. `sort` names what the database sorts by: by default the field itself; "" for not
    sortable. `minor` columns are left out on a narrow screen.
    """

    name: str
    label: Text = ""
    sort: str | tuple[str, ...] | None = None
    value: Callable[[Any], Any] | None = None
    template: str = ""
    annotated: bool = False
    minor: bool = False
    css: str = ""


@dataclass(frozen=True)
class Due(Column):
    """A due date, shown with the working days that remain. `done(obj)`: no longer running, so never overdue (default: a
    final state of the ledger's flow, or 作废). `why(obj)` answers "why this date?"."""

    done: Callable[[Any], bool] | None = None
    why: Why | None = None


@dataclass(frozen=True)
class StateColumn(Column):
    """A state as text and colour. Labels and tones come from the ledger's flow, else from the field's choices and `tones`
    (value -> tone)."""

    name: str = "state"
    tones: Mapping[str, Tone] = field(default_factory=dict)


@dataclass(frozen=True)
class Filter:
    """One filter of the list, and one key of its query string.

    `kind` "auto" chooses by the field: choices, state, unit (with the units below it), person, row (another relation), dates
    (from-to), yes_no, text. "overdue" takes a date field and keeps rows due before today that still run: `open` is the
    condition of running (default: no final state of the flow). `apply(rows, value, person)` replaces the condition.
    `initial` holds while the query string does not name the filter.
    """

    name: str
    label: Text = ""
    kind: FilterKind = "auto"
    field: str = ""
    choices: Sequence[tuple[str, Text]] | Callable[[], Sequence[tuple[str, Text]]] | None = None
    apply: Callable[[QuerySet[Any], Any, Person], QuerySet[Any]] | None = None
    open: Q | None = None
    initial: str = ""


@dataclass(frozen=True)
class Panel:
    """A part of the detail page: `template` with what `context(person, obj)` returns (and `object`, `ledger`, `panel`).

    `shown(person, obj)` leaves it out; `wide` puts it under the facts, else it stands at the side.
    """

    code: str
    title: Text
    template: str
    context: Callable[[Person, Any], Mapping[str, Any]] | None = None
    shown: Callable[[Person, Any], bool] | None = None
    wide: bool = True


@dataclass(frozen=True)
class SheetColumn:
    """One column of the Excel sheet, out and in.

    `name` is the model's field; `lookup` names the field of a related row that stands in the cell (a unit's `name`, a
    problem's `code`; default: the key of its ledger, else its name, code, username or number). `aliases` are other headings the court's sheets use. `read_only` columns are exported and ignored on
    import. `value(obj)` computes the exported cell. `help` stands on the 填写说明 sheet. `kind`: "month" for a date field that holds the
    first day of a month, "percent" for a number in percentage points, so that 98.5% is read as 98.5.
    `reads(cell)` reads a cell that is not empty itself: the field's value, or for a relation the name to look up; it raises Refused
    with what is wrong.
    """

    name: str
    label: Text = ""
    required: bool | None = None
    lookup: str = ""
    aliases: tuple[str, ...] = ()
    help: Text = ""
    read_only: bool = False
    value: Callable[[Any], Any] | None = None
    width: int = 0
    kind: Literal["auto", "month", "percent"] = "auto"
    reads: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Sheet:
    """The ledger as a sheet: `key` are the fields that find the row to update; `source` is the code of the registered fact
    source whose intake an import records; `action` is who may import (default: the ledger's `add`).

    `whole`: the ledger's own `create` and `change` do nothing for a row that the model's `clean` and the `merged` service do not
    do for an import, so that imports need not go through them row by row.
    `sealed`: its cells name persons nobody may read there: no sample of them is kept, and the file goes once it is merged or given up.
    """

    key: tuple[str, ...]
    columns: tuple[SheetColumn | str, ...] = ()
    source: str = ""
    action: str = ""
    whole: bool = False
    sealed: bool = False


@dataclass(frozen=True)
class Bulk:
    """An act on many selected rows, each in a unit of work of its own, so each is logged and a refusal stops no other.

    `apply(actor=, obj=, data=, reason=)` does one row and raises Refused with its reasons; `form` (a StepForm class) asks
    for more; `needs_reason` makes the reason mandatory. Rows the person may not do `action` to are reported, not changed.
    """

    code: str
    label: Text
    action: str
    apply: Callable[..., Any]
    form: type[forms.Form] | None = None
    needs_reason: bool = False
    icon: str = "checks"


@dataclass(frozen=True)
class Menu:
    """Where the ledger stands in the menu: the group's code, the label (default: the ledger's title), icon, order."""

    group: str
    icon: str = "table"
    order: int = 100
    label: Text = ""


@dataclass(frozen=True, eq=False)
class Ledger:
    """A ledger. Only `code`, `path`, `model`, `key`, `title` and `columns` are needed.

    code: dotted, `domain.rows`; URL names are `<code>.<view>`. path: under `/l/`. key: the field that names a row to people ("pk": none does).
    view: action that opens the ledger (default: every person with business, i.e. no administrator).
    add, change, void: actions; empty means nobody does it on this page.
    form: field names, or a ModelForm class (derive from `ledger.forms.LedgerForm`).
    frozen(obj): fields that may not be changed now, as a set, or as {field: Message why}.
    facts: fields of the detail page (default: form fields, then the other columns); why: {field: fn(obj) -> Message(s)}.
    rows(queryset): adds select_related, annotations; must not filter by person (that is `access.visible`).
    restricted: fields whose text stands in the log as a keyed digest only.
    services: own `create`, `change`, `void` with the signatures of `kernel.ledger.service`; `merged` is told by the import wizard
    what it merged, inside the same transaction, while others wait: `rows` may be many, and are read in pieces as they are gone through.
    `ahead()` gives an object for one import that is merged as a whole: its `fill(rows)` is given (id, values) of new rows before the
    transaction and returns for each the values of further fields; `written()` is called inside it, once they are written, and says whether
    these still hold (`rows.complete` tells `merged`). `after`, told the same, follows the transaction: for what takes its time and is made up for by a job if it is broken off.
    views: {name: view class or dotted path}, replacing a standard view or adding one at `<path>/<name>/`.
    search: text fields, also over relations (`measure__text`): a full-text index is kept of them (see kernel.search), and a row is
    searched by all that the index of the row it leads to holds. everywhere: whether the search over everything finds its rows, or which of them.
    need: what of the rows is open on need to know (see `need`); default: whoever sees a row sees all of it.
    evidence: True or a callable(person, obj)->bool puts the evidence panel on the detail page (True: `change` decides who adds).
    """

    code: str
    path: str
    model: type[Model]
    key: str
    title: Text
    columns: tuple[Column | str, ...]
    row_title: str = ""
    about: Text = ""
    menu: Menu | None = None
    filters: tuple[Filter | str, ...] = ()
    search: tuple[str, ...] = ()
    ordering: tuple[str, ...] = ()
    form: tuple[str, ...] | type[forms.ModelForm[Any]] = ()
    view: str = ""
    add: str = ""
    change: str = ""
    void: str = ""
    frozen: Callable[[Any], AbstractSet[str] | Mapping[str, Message]] | None = None
    facts: tuple[str, ...] = ()
    why: Mapping[str, Why] = field(default_factory=dict)
    rows: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None
    restricted: tuple[str, ...] = ()
    sheet: Sheet | None = None
    flow: Flow | None = None
    panels: tuple[Panel, ...] = ()
    bulk: tuple[Bulk, ...] = ()
    evidence: bool | Callable[[Person, Any], bool] = False
    services: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    views: Mapping[str, str | type[View]] = field(default_factory=dict)
    page_size: int = 50
    everywhere: bool | Q = True
    need: Need | None = None

    def url(self, name: str = "list", pk: Any = None, **more: Any) -> str:
        """The address of one of the ledger's views; `pk` (and e.g. `step=` for "do") where the view is about a row."""
        from django.urls import reverse

        arguments = dict(more) if pk is None else {"pk": pk, **more}
        return reverse(f"{self.code}.{name}", kwargs=arguments)

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The columns, plain names made Columns."""
        return tuple(Column(c) if isinstance(c, str) else c for c in self.columns)

    @property
    def all_filters(self) -> tuple[Filter, ...]:
        """The filters, plain names made Filters."""
        return tuple(Filter(f) if isinstance(f, str) else f for f in self.filters)

    @property
    def form_fields(self) -> tuple[str, ...]:
        """The names of the model's fields that the form holds."""
        if isinstance(self.form, tuple):
            return self.form
        return tuple(getattr(self.form, "_meta").fields or ())  # noqa: B009  Django keeps a form's options there

    @property
    def keeps(self) -> bool:
        """Whether rows can be voided and carry a revision."""
        from ..facts import Kept

        return issubclass(self.model, Kept)

    def frozen_now(self, obj: Any) -> dict[str, Message | None]:
        """The fields that may not be changed now, each with the reason if one is given."""
        if self.frozen is None or obj is None or obj.pk is None:
            return {}
        found = self.frozen(obj)
        return dict(found) if isinstance(found, Mapping) else dict.fromkeys(found)

    def name_of(self, obj: Any) -> str:
        """What people call the row: its key, and its `row_title` if the ledger has one. An id of the database names nothing to
        anybody: of rows without a key of their own it is the title, or what the row calls itself."""
        title = str(getattr(obj, self.row_title, "")) if self.row_title else ""
        if self.key == "pk":
            return title or str(obj)
        return f"{getattr(obj, self.key, obj)} {title}".strip()
