"""Fills the registries with what filing supervision brings."""

from bihuan.kernel import patrol

from . import flows, ledgers, ledgers_supervision, linking, preview, rules, rules_flags, scopes, sources  # noqa: F401

patrol.before(linking.nightly)
