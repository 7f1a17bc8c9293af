"""What indicators register when the engine starts: the criterion over them, who sees what was counted."""

from .indicators import announced, criterion, snapshots  # noqa: F401  the registries fill at start
