"""The base of every stored business fact: it can be written only inside a unit of work, and is never deleted.

This is the guard behind the promise that every write leaves a log entry. It sits in the manager and in `save`, where all
of Django's write paths pass (save, update, bulk_create, bulk_update, get_or_create ...), and does no business logic: it
asks the current unit of work to note that the model was written. A unit of work that wrote a model but recorded
nothing about it refuses to commit. Where the model is indexed for the search and its text is written, it also says which rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

from . import work
from .search import indexes


class Deleting(Exception):
    """Facts are voided with a reason (作废), never deleted."""


class FactQuerySet(models.QuerySet[Any]):
    """A query set whose writes need a unit of work."""

    def update(self, **kwargs: Any) -> int:
        work.note_write(self.model)
        if indexes.holds_any(self.model, kwargs):
            work.note_write(self.model, self.order_by().values_list("pk", flat=True))
        return super().update(**kwargs)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        searched = indexes.of(self.model) is not None
        if searched and kwargs.get("ignore_conflicts"):
            raise TypeError(f"{self.model._meta.label} is searched: rows made with ignore_conflicts are not known")
        work.note_write(self.model)
        made = super().bulk_create(objs, *args, **kwargs)
        if searched:
            work.note_write(self.model, [one.pk for one in made])
        return made

    def bulk_update(self, objs: Iterable[Any], fields: Any, batch_size: int | None = None) -> int:
        work.note_write(self.model)
        rows = list(objs)
        if indexes.holds_any(self.model, fields):
            work.note_write(self.model, [one.pk for one in rows])
        return super().bulk_update(rows, fields, batch_size)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Deleting(f"{self.model._meta.label} rows are facts: void them with a reason instead of deleting them")


class LinkQuerySet(models.QuerySet[Any]):
    """The rows that Django keeps behind a many-to-many field of a fact: writing them is writing the fact."""

    def _note(self) -> None:
        source = self.model._meta.auto_created
        if source:
            work.note_write(source)

    def update(self, **kwargs: Any) -> int:
        self._note()
        return super().update(**kwargs)

    def create(self, **kwargs: Any) -> Any:
        self._note()
        return super().create(**kwargs)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        self._note()
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], fields: Any, batch_size: int | None = None) -> int:
        self._note()
        return super().bulk_update(objs, fields, batch_size)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._note()
        return super().delete()


LinkManager = models.Manager.from_queryset(LinkQuerySet, "LinkManager")


def guard_links() -> None:
    """Put the guard before the many-to-many fields of all facts; called once, when all models are there."""
    for model in apps.get_models(include_auto_created=True):
        source: Any = model._meta.auto_created  # the model the field belongs to
        if source and issubclass(source, Fact):
            options: Any = model._meta
            options.local_managers = []
            options._expire_cache()
            model.add_to_class("objects", LinkManager())


FactManager = models.Manager.from_queryset(FactQuerySet, "FactManager")


class Fact(models.Model):
    """Abstract base of business facts (see the module's text)."""

    objects: ClassVar[Any] = FactManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        work.note_write(type(self))
        super().save(*args, **kwargs)
        if indexes.of(type(self)) is not None:
            work.note_write(type(self), [self.pk])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Deleting(f"{self._meta.label} {self.pk} is a fact: void it with a reason instead of deleting it")


class Kept(Fact):
    """A fact people keep: corrected with a reason, voided (作废) with a reason, guarded against lost updates by `revision`."""

    revision = models.PositiveIntegerField(default=0, editable=False)
    voided_at = models.DateTimeField(_("作废时间"), null=True, blank=True, editable=False)
    void_reason = models.CharField(_("作废理由"), max_length=300, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_void(self) -> bool:
        """Whether the row was voided."""
        return self.voided_at is not None
