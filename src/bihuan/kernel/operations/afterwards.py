"""Work that domains do after the tables were changed from below: by a migration, an upgrade or a restore.

Here belongs what is computed from the tables and kept beside them (a search index). A step may run twice without harm.
"""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ImproperlyConfigured

Step = Callable[[], None]
_steps: dict[str, Step] = {}
_without_keys: dict[str, Step] = {}


def step(code: str, work: Step) -> None:
    """Register a step that runs after every upgrade and restore; twice the same code is an error."""
    _register(_steps, code, work)


def without_keys(code: str, work: Step) -> None:
    """Register what must be given up when a backup is restored without its keys. Runs in a unit of work that records it."""
    _register(_without_keys, code, work)


def run() -> list[str]:
    """Run all steps, in the order of registration; returns their codes."""
    for work in _steps.values():
        work()
    return list(_steps)


def give_up() -> list[str]:
    """Run what is given up without keys; returns the codes."""
    for work in _without_keys.values():
        work()
    return list(_without_keys)


def _register(where: dict[str, Step], code: str, work: Step) -> None:
    if code in where:
        raise ImproperlyConfigured(f"step {code!r} is registered twice")
    where[code] = work
