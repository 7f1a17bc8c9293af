"""Closures compared with the log: one the log does not know, one altered since, one that is gone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import soundness
from bihuan.kernel.models import LogEntry
from bihuan.kernel.wording import Message, wording

from .closure import as_row, digest_of
from .models import Closure

UNLOGGED = wording(
    "rectification.soundness.unlogged",
    _("措施“%(measure)s”的销号决定在日志中没有记录：是绕过平台直接写入数据库的。"),
)
ALTERED = wording(
    "rectification.soundness.altered",
    _("措施“%(measure)s”的销号决定或判定与日志记录的摘要不符：决定之后被改动过。"),
)
VANISHED = wording(
    "rectification.soundness.vanished",
    _("第 %(seq)s 条日志记录了措施“%(measure)s”的销号决定，数据库中已没有：是绕过平台删除的。"),
)


def closures() -> Iterable[Message]:
    """Closures that the log does not know, whose verdicts are not those it knows, or that it alone knows."""
    known: dict[Any, tuple[int, dict[str, Any]]] = {}
    for seq, data in LogEntry.objects.filter(type="rectification.closed").order_by("seq").values_list("seq", "data"):
        known[data["params"]["closure"]] = (seq, data["params"])
    rows = Closure.objects.select_related("attempt__measure").prefetch_related("attempt__verdicts").order_by("pk")
    for closure in rows.iterator(chunk_size=500):
        verdicts = [
            as_row(v.criterion_id, v.kind, v.params, v.verdict, v.finding)
            for v in sorted(closure.attempt.verdicts.all(), key=lambda v: v.pk)
        ]
        told = {"measure": closure.attempt.measure.code}
        _seq, logged = known.pop(closure.pk, (0, None))
        if logged is None:
            yield Message(UNLOGGED, told)
            continue
        agreed = {
            "digest": digest_of(verdicts),
            "result": closure.result,
            "minutes": closure.minutes_no,
            "total": closure.total,
        }
        if closure.digest != logged["digest"] or any(logged[name] != value for name, value in agreed.items()):
            yield Message(ALTERED, told)
    for seq, logged in known.values():
        yield Message(VANISHED, {"seq": seq, "measure": logged["measure"]})


soundness.register("rectification.closures", closures)
