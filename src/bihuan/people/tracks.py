"""Closed tracks: what is seen only with an explicit, dated grant for a reason. Domains register their own."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_tracks: dict[str, str | Promise] = {}


def register_track(code: str, name: str | Promise) -> str:
    """Register a track; twice the same code is an error. Returns the code."""
    if code in _tracks:
        raise ImproperlyConfigured(f"track {code!r} is registered twice")
    _tracks[code] = name
    return code


def tracks() -> dict[str, str | Promise]:
    """All tracks by code."""
    return dict(_tracks)


def track_name(code: str) -> str:
    """The track's name in the reader's language."""
    return str(_tracks.get(code, code))


DISCIPLINE = register_track("discipline", _("纪律监督"))
PERSONNEL = register_track("personnel", _("干部人事"))
VEHICLES = register_track("vehicles", _("公务用车"))
RESTRICTED = register_track("restricted", _("日志中的受限内容"))
