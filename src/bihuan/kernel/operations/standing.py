"""Where a database stands against this program: migrations applied, still to come, and those of a newer program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import operations
from django.db.migrations.executor import MigrationExecutor

Name = tuple[str, str]

_OF_MODELS = (
    operations.CreateModel, operations.DeleteModel, operations.RenameModel, operations.AlterModelTable,
    operations.AddField, operations.RemoveField, operations.AlterField, operations.RenameField,
    operations.AddConstraint, operations.RemoveConstraint, operations.AddIndex, operations.RemoveIndex, operations.RenameIndex,
    operations.AlterUniqueTogether, operations.AlterIndexTogether, operations.AlterOrderWithRespectTo,
    operations.AlterModelOptions, operations.AlterModelManagers, operations.AlterModelTableComment,
    operations.RunPython,
)  # fmt: skip
"""What leaves no trace in the tables but what the models say; rows that Python made come with the backup."""
RETIRED: frozenset[str] = frozenset()
"""Labels of applications a later version no longer has: their applied migrations do not make a database "newer"."""


@dataclass(frozen=True)
class Standing:
    """Migrations by (application, name): `pending` in the order they would run, `unknown` applied but not in this program."""

    applied: frozenset[Name]
    pending: tuple[Name, ...]
    unknown: tuple[Name, ...]

    @property
    def empty(self) -> bool:
        """Whether there is no database yet."""
        return not self.applied

    @property
    def current(self) -> bool:
        """Whether the database is exactly this program's."""
        return bool(self.applied) and not self.pending and not self.unknown


def standing(over: BaseDatabaseWrapper | None = None) -> Standing:
    """How the database (the default one) stands. Raises OperationalError when it cannot be reached."""
    executor = MigrationExecutor(over or connection)
    loader = executor.loader
    applied = frozenset(loader.applied_migrations)
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    pending = tuple((migration.app_label, migration.name) for migration, _backwards in plan)
    return Standing(applied, pending, _unknown(applied, loader.disk_migrations))


def strange(names: Iterable[Name]) -> tuple[Name, ...]:
    """Those of the named migrations that this program does not know: it is older than what applied them."""
    return _unknown(names, MigrationExecutor(None).loader.disk_migrations)


def build(names: Iterable[Name]) -> None:
    """Bring the default connection's empty database to just the named migrations; no signals, no rows of Django's own.

    Tables are made at once as they are after the last of them, which takes a tenth of the time of making them and changing
    them step by step; where a migration does what a model does not say (SQL of its own), step by step.
    """
    executor = MigrationExecutor(connection)
    nodes = executor.loader.graph.nodes
    wanted = sorted(frozenset(names) & set(nodes))
    last = _last_of(frozenset(wanted), executor)
    if all(type(operation) in _OF_MODELS for name in wanted for operation in nodes[name].operations):
        with connection.schema_editor(atomic=True) as editor:
            for model in executor.loader.project_state(last).apps.get_models():
                if model._meta.can_migrate(connection):
                    editor.create_model(model)
        executor.recorder.ensure_schema()
        for app, name in wanted:
            executor.recorder.record_applied(app, name)
    else:
        executor.migrate(last)


def finish() -> tuple[Name, ...]:
    """Run what is still pending on the default connection, without signals; returns what was run."""
    executor = MigrationExecutor(connection)
    targets = executor.loader.graph.leaf_nodes()
    plan = executor.migration_plan(targets)
    if plan:
        executor.migrate(targets, plan)
    return tuple((migration.app_label, migration.name) for migration, _backwards in plan)


def shown(names: Iterable[Name]) -> str:
    """Migrations as people read them."""
    return "、".join(f"{app}.{name}" for app, name in names)


def _unknown(names: Iterable[Name], disk: Iterable[Name]) -> tuple[Name, ...]:
    held = set(disk)
    return tuple(sorted(name for name in names if name not in held and name[0] not in RETIRED))


def _last_of(names: frozenset[Name], executor: MigrationExecutor) -> list[Name]:
    """The last of the named migrations of each application; what they stand on comes with them."""
    graph = executor.loader.graph
    found = []
    for name in sorted(names & set(graph.nodes)):
        later = {child.key for child in graph.node_map[name].children}
        if not any(child in names and child[0] == name[0] for child in later):
            found.append(name)
    return found
