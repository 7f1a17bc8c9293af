"""Sentences kept as code + parameters, spoken in the reader's language only when shown.

Log sentences, refusals, traces and rule titles are stored as a code and plain parameters (numbers, ISO dates, short
texts), so that a record made today can be read in another language, and reworded, without touching the record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext

_templates: dict[str, str | Promise] = {}


@dataclass(frozen=True)
class Message:
    """A sentence to be: `code` names a registered template, `params` are JSON-able values filled into it."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return say(self.code, self.params)

    def as_json(self) -> dict[str, Any]:
        """The form in which a message is stored."""
        return {"code": self.code, "params": dict(self.params)}


def wording(code: str, template: str | Promise) -> str:
    """Register the (lazily translated) `template` with %(name)s places under `code`; returns the code.

    Raises ValueError when another template already stands under the code: two meanings for one code would make old
    records read wrongly.
    """
    held = _templates.get(code)
    if held is not None and _source(held) != _source(template):
        raise ValueError(f"wording {code!r} is registered twice with different templates")
    _templates[code] = template
    return code


def say(code: str, params: Mapping[str, Any] | None = None) -> str:
    """The sentence of `code` in the active language. An unknown code is shown as it is, with its parameters."""
    template = _templates.get(code)
    if template is None:
        shown = ", ".join(f"{k}={v}" for k, v in (params or {}).items())
        return f"{code}({shown})" if shown else code
    values = _Shown({k: _show(v) for k, v in (params or {}).items()})
    return str(template) % values


def known(code: str) -> bool:
    """Whether a template stands under `code`."""
    return code in _templates


def message_of(stored: Mapping[str, Any]) -> Message:
    """The message stored by `Message.as_json`."""
    return Message(stored["code"], stored.get("params", {}))


def _source(template: str | Promise) -> str:
    """The untranslated text; a lazy text may not be spoken before the applications are loaded."""
    arguments = getattr(template, "_args", None)
    return str(arguments[-1]) if arguments else str(template)


class _Shown(dict[str, str]):
    """A missing parameter shows as a dash rather than breaking the page that explains something."""

    def __missing__(self, key: str) -> str:
        return "—"


def _show(value: Any) -> str:
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, str) and len(value) == 10 and value[4] == "-" and value[7] == "-":
        try:
            return formats.date_format(dt.date.fromisoformat(value), "DATE_FORMAT")
        except ValueError:
            return value
    if isinstance(value, dt.date):
        return formats.date_format(value, "DATE_FORMAT")
    if isinstance(value, Mapping) and "code" in value:
        return say(value["code"], value.get("params", {}))
    if isinstance(value, list | tuple):
        return gettext("、").join(_show(v) for v in value)
    return str(value)
