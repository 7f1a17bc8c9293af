"""What bulletins register when the engine starts."""

from . import access_rules, flow, forms, ledger, triggers  # noqa: F401  the registries fill at start
