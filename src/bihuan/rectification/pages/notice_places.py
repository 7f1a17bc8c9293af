"""Words of a notice that found no place, and the places a person gives them: nothing is saved while one waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ..notice import Span, Unplaced

LEFT_OUT, ORGANISATION, ENDING = "out", "org", "end"
_NEAR = 2
"""Problems before and behind a piece whose measures are offered one by one."""
_SHOWN = 40


@dataclass
class PieceDraft:
    """Words without a place, and the place a person gave them ("" for none yet).

    `place`: "out", "org" or "end", or the key of a problem ("p0"), of a part ("p0s1"), of a measure ("p0s1c2"), or "p0s1+" for a
    new measure of that part.
    """

    key: str
    line: int
    text: str
    reason: str
    span: Span
    place: str = ""


def pieces_of(unplaced: Iterable[Unplaced]) -> list[PieceDraft]:
    """The pieces of a notice, in order."""
    return [PieceDraft(f"u{n}", u.line, u.text, u.reason, u.span) for n, u in enumerate(unplaced)]


def options(problems: list[Any], piece: PieceDraft) -> list[tuple[str, list[tuple[str, str]]]]:
    """The places offered for a piece, in groups: what stands near it down to the single measure, then the rest, then the parts
    that hold no problems."""
    order = sorted(range(len(problems)), key=lambda n: _distance(problems[n], piece))
    near = sorted(n for n in order[: 2 * _NEAR] if problems[n].span is not None)
    groups = [(_("附近的问题"), [one for n in near for one in _places(problems[n], measures=True)])]
    groups.append((_("其他问题"), [one for n, p in enumerate(problems) if n not in near for one in _places(p, measures=False)]))
    groups.append((
        _("问题之外"), [(ORGANISATION, _("组织整改情况（写入备注）")), (ENDING, _("结尾（写入备注）")), (LEFT_OUT, _("不采用"))]
    ))
    return [(name, held) for name, held in groups if held]


def _distance(problem: Any, piece: PieceDraft) -> int:
    if problem.span is None:
        return 1 << 40
    start, end = problem.span
    return int(max(start - piece.span[1], piece.span[0] - end, 0))


def _places(problem: Any, *, measures: bool) -> list[tuple[str, str]]:
    found = [(problem.key, _("问题 %(name)s") % {"name": _short(f"{problem.code} {problem.title}")})]
    for sub in problem.subs:
        name = _short(f"{problem.code} {sub.no} {sub.title or problem.title}")
        if sub.title:
            found.append((sub.key, _("具体问题 %(name)s") % {"name": name}))
        found.append((f"{sub.key}+", _("%(name)s：新的措施") % {"name": name}))
        if measures:
            found += [(c.key, _("续在措施之后：%(name)s") % {"name": _short(c.text)}) for c in sub.clauses]
    return found


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"


def known(problems: list[Any]) -> set[str]:
    """Every place there is."""
    found = {LEFT_OUT, ORGANISATION, ENDING}
    for problem in problems:
        found.add(problem.key)
        for sub in problem.subs:
            found |= {sub.key, f"{sub.key}+", *(clause.key for clause in sub.clauses)}
    return found


def waiting(pieces: Iterable[PieceDraft]) -> list[PieceDraft]:
    """Those nobody has placed."""
    return [piece for piece in pieces if not piece.place]
