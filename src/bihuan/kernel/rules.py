"""Rules: set-based queries over facts whose rows are breaches. Domains declare them; `kernel.patrol` runs them.

    @rule("rect.measure.overdue", title=_("整改措施逾期"), about="rectification.Measure", severity="warning",
          domain="rectification", sources=("plan",), basis="local.rectification.measure",
          says=_("应于 %(due)s 完成，至今未完成"))
    def overdue(on: date, p: Params) -> QuerySet[Measure]:
        return Measure.objects.filter(...).annotate(alert_due=F("due"), alert_unit_id=..., alert_person_id=...)

A rule is one query, never a loop. Its trace names the dated parameters it used; a criterion over a window in which a
parameter changed cannot be determined.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from bihuan.law.dated import DatedValue, current_parameters

from .models.alerts import Severity
from .wording import wording


class Params:
    """The dated parameters of a rule on a day. `p["days"]` reads the first basis, `p.of("id")["days"]` any.

    What is read is remembered in `used`, so that the run and the trace name the version of each value.
    """

    def __init__(self, basis: Iterable[str], on: dt.date) -> None:
        self.basis = tuple(basis)
        self.on = on
        self.used: dict[str, DatedValue] = {}

    def __getitem__(self, name: str) -> Any:
        if not self.basis:
            raise KeyError(f"{name!r}: the rule names no basis")
        return self.of(self.basis[0])[name]

    def of(self, id: str) -> dict[str, Any]:
        """The values of a parameter in force on the day. Raises UnknownParameter, NotInForce."""
        found = current_parameters().version_on(id, self.on)
        self.used[id] = found
        return found.values

    def versions(self) -> dict[str, str]:
        """Id -> version of each value used, those of the basis included."""
        for id in self.basis:
            self.used.setdefault(id, current_parameters().version_on(id, self.on))
        return {id: value.version for id, value in self.used.items()}

    def cited(self) -> list[dict[str, Any]]:
        """The values used, with their source, article and tag, as a trace keeps them."""
        self.versions()
        return [
            {
                "id": id,
                "title": current_parameters().get(id).title,
                "values": {k: str(v) for k, v in value.values.items()},
                "from": value.start.isoformat(),
                "source": value.source,
                "article": value.article,
                "tag": value.tag,
                "reference": value.reference,
            }
            for id, value in self.used.items()
        ]


Query = Callable[[dt.date, Params], "QuerySet[Any]"]
Population = Callable[[dt.date], "QuerySet[Any]"]


@dataclass(frozen=True)
class Rule:
    """A declared rule (see `rule`)."""

    code: str
    title: str | Promise
    about: str
    severity: Severity
    domain: str
    query: Query
    sources: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    track: str = ""
    ladder: tuple[int, int, int] | None = None
    population: Population | None = None
    doc: str = ""

    @property
    def model(self) -> type[Model]:
        """The table the breaches are rows of."""
        return apps.get_model(self.about)

    @property
    def title_code(self) -> str:
        """The wording code of the title, as stored messages name it."""
        return f"rule.{self.code}"

    @property
    def says_code(self) -> str:
        """The wording code of the sentence of a breach."""
        return f"rule.{self.code}.says"


@dataclass
class _Registry:
    rules: dict[str, Rule] = field(default_factory=dict)


_registry = _Registry()


def rule(
    code: str,
    *,
    title: str | Promise,
    about: str,
    severity: str = Severity.WARNING,
    domain: str,
    sources: Iterable[str] = (),
    basis: str | Iterable[str] = (),
    says: str | Promise | None = None,
    track: str = "",
    ladder: tuple[int, int, int] | None = None,
    population: Population | None = None,
) -> Callable[[Query], Query]:
    """Declare a rule.

    `about` is the model's label; `severity` notice, warning or serious; `sources` the codes of the sources it stands on
    (a stale one leaves the rule's alerts undetermined); `basis` the id(s) of dated parameters; `says` the sentence of
    a breach with %(due)s, %(subject)s and the keys of `alert_params`; `track` closes its alerts to those granted;
    `ladder` the working days since first seen at which head, leader and top are told (None: by severity);
    `population(on)` the rows that were looked at (None: all rows of the model).

    The query's rows must carry `alert_due` (date or null), `alert_unit_id`, `alert_person_id` (null: found through
    posts) and may carry `alert_params` (JSON) and `alert_subject` (text; else str of the object).
    """

    def register(query: Query) -> Query:
        if code in _registry.rules:
            raise ImproperlyConfigured(f"rule {code!r} is registered twice")
        ids = (basis,) if isinstance(basis, str) else tuple(basis)
        if ladder is not None and list(ladder) != sorted(ladder):
            raise ImproperlyConfigured(f"rule {code!r}: the ladder {ladder} must not go down")
        made = Rule(
            code=code,
            title=title,
            about=about,
            severity=Severity(severity),
            domain=domain,
            query=query,
            sources=tuple(sources),
            basis=ids,
            track=track,
            ladder=ladder,
            population=population,
            doc=(query.__doc__ or "").strip(),
        )
        wording(made.title_code, title)
        wording(made.says_code, says if says is not None else title)
        _registry.rules[code] = made
        return query

    return register


def carrying(rows: QuerySet[Any], **values: Any) -> QuerySet[Any]:
    """The rows with what the patrol wants to know of each: `alert_due`, `alert_unit_id`, `alert_person_id` and so on."""
    found: QuerySet[Any] = rows.annotate(**values)
    return found


def rules() -> Mapping[str, Rule]:
    """All registered rules by code."""
    return dict(_registry.rules)


def get(code: str) -> Rule | None:
    """The rule of that code, or None when no module registered it (an old alert may outlive its rule)."""
    return _registry.rules.get(code)


def forget(code: str) -> None:
    """Take a rule out of the registry; for tests that declare one."""
    _registry.rules.pop(code, None)
