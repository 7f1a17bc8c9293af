"""The ledger as a sheet: which columns, headings and accepted values. Export writes it, the import wizard reads it, so that the
export is the template."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from django.db.models import Field, Model
from django.utils.translation import gettext as _

from ..wording import Message
from . import registry
from .cells import label_of, show_value, value_at
from .declaration import Ledger, SheetColumn

Kind = Literal["text", "integer", "decimal", "percent", "date", "month", "datetime", "yes_no", "choice", "row", "rows"]


@dataclass(frozen=True)
class SheetField:
    """A column of the sheet, resolved against the model.

    `choices` maps stored value to label; `related` and `lookup` say which row a cell names, and by which of its fields.
    `name` is the model's field to write; `key` columns find the row to update.
    """

    spec: SheetColumn
    name: str
    heading: str
    kind: Kind
    key: bool
    required: bool
    aliases: tuple[str, ...]
    choices: dict[Any, str]
    related: type[Model] | None
    lookup: str
    read_only: bool
    max_length: int | None

    @property
    def accepted(self) -> str:
        """What a cell may hold, in words."""
        if self.kind == "choice":
            return _("、").join(self.choices.values())
        if self.kind == "yes_no":
            return _("是、否")
        if self.kind == "date":
            return _("日期，例如 2025-03-01、2025年3月1日、2025.3.1")
        if self.kind == "month":
            return _("月份，例如 2025-03、2025年3月")
        if self.kind == "percent":
            return _("百分数，例如 98.5 或 98.5％")
        if self.kind == "integer":
            return _("整数")
        if self.kind == "decimal":
            return _("数字")
        if self.kind in {"row", "rows"} and self.related is not None:
            what = {"thing": self.related._meta.verbose_name, "field": label_of(self.related, self.lookup)}
            text = _("已有的“%(thing)s”的%(field)s") % what
            return text + (_("，多个用顿号分开") if self.kind == "rows" else "")
        return _("文字，最多%(n)s字") % {"n": self.max_length} if self.max_length else _("文字")


def sheet_fields(ledger: Ledger) -> list[SheetField]:
    """The sheet's columns in order: those declared, else key and form fields; without a sheet, the list's columns."""
    return [_field(ledger, spec) for spec in _specs(ledger)]


def lookup_of(model: type[Model]) -> str:
    """The field that names a related row in a cell: the key of its ledger, else name, code, username or number."""
    ledger = registry.of_model(model)
    if ledger is not None and registry.field_of(model, ledger.key) is not None:
        return ledger.key
    for name in ("name", "code", "username", "number"):
        if registry.field_of(model, name) is not None:
            return name
    return "pk"


def cell_value(column: SheetField, obj: Any) -> Any:
    """The value of an exported cell: text, number, date or None."""
    if column.spec.value is not None:
        found = column.spec.value(obj)
        return str(found) if isinstance(found, Message) else found
    value = value_at(obj, column.name)
    if value is None or value == "":
        return None
    if column.kind == "choice":
        return column.choices.get(value, str(value))
    if column.kind == "yes_no":
        return _("是") if value else _("否")
    if column.kind == "month":
        return f"{value:%Y-%m}"
    if column.kind == "row":
        return str(value_at(value, column.lookup))
    if column.kind == "rows":
        return "、".join(str(value_at(row, column.lookup)) for row in value.all())
    if isinstance(value, dt.date | int | float | Decimal):
        return value
    return value if isinstance(value, str) else show_value(value)


def loads(ledger: Ledger) -> tuple[str, ...]:
    """The relations an export needs loaded with its rows."""
    return tuple(f"{c.name}__{c.lookup}" if c.related is not None else c.name for c in sheet_fields(ledger))


@cache
def _specs(ledger: Ledger) -> tuple[SheetColumn, ...]:
    sheet = ledger.sheet
    if sheet is None:
        return tuple(
            SheetColumn(c.name, label=c.label, value=c.value, read_only=True)
            for c in ledger.all_columns
            if not c.annotated
        )
    if sheet.columns:
        return tuple(SheetColumn(c) if isinstance(c, str) else c for c in sheet.columns)
    return tuple(SheetColumn(name) for name in dict.fromkeys([*sheet.key, *ledger.form_fields]))


def _field(ledger: Ledger, spec: SheetColumn) -> SheetField:
    field = registry.field_of(ledger.model, spec.name)
    key = ledger.sheet is not None and spec.name in ledger.sheet.key
    choices = {value: str(label) for value, label in getattr(field, "flatchoices", None) or []}
    related: Any = getattr(field, "related_model", None)
    required = spec.required
    if required is None:
        required = (key and not getattr(field, "null", False)) or bool(
            field is not None and not getattr(field, "blank", True) and not _has_default(field)
        )
    return SheetField(
        spec=spec,
        name=spec.name,
        heading=str(spec.label or label_of(ledger.model, spec.name)),
        kind=spec.kind if spec.kind != "auto" else _kind(field, choices),
        key=key,
        required=bool(required) and not spec.read_only,
        aliases=spec.aliases,
        choices=choices,
        related=related,
        lookup=(spec.lookup or lookup_of(related)) if related is not None else "",
        read_only=spec.read_only or (spec.value is not None and field is None),
        max_length=getattr(field, "max_length", None) if related is None and not choices else None,
    )


def _has_default(field: Field[Any, Any]) -> bool:
    return bool(getattr(field, "has_default", lambda: False)())


def _kind(field: Any, choices: dict[Any, str]) -> Kind:
    if field is None:
        return "text"
    if field.is_relation:
        return "rows" if field.many_to_many or field.one_to_many else "row"
    if choices:
        return "choice"
    kind = field.get_internal_type()
    if kind == "DateField":
        return "date"
    if kind == "DateTimeField":
        return "datetime"
    if kind == "BooleanField":
        return "yes_no"
    if kind in {"DecimalField", "FloatField"}:
        return "decimal"
    return "integer" if "Integer" in kind or "AutoField" in kind else "text"
