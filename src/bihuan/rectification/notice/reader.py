"""Read a published notice of inspection rectification (巡察整改进展情况通报) into its structure, by general rules."""

from __future__ import annotations

import re

from .building import Builder
from .contacts import read_ending, split_ending
from .genre import check_genre
from .headings import label_of, read_detail, read_status
from .lines import Piece, mend, pieces
from .model import Notice, NotThisGenre, Part, Remark, Source, Span
from .normalise import normalise
from .opening import Head, check_order, read_head, split_head
from .places import add_left_over
from .structure import Tree, assign_roles, grow
from .tables import find_tables, outside
from .times import full_dates
from .totals import read_totals
from .traditional import is_traditional
from .unlabelled import count_named, is_named, label_named, without_inner_marks

MAX_CHARACTERS = 200_000  # the longest notices have some 30 000; more is not one document
_AHEAD = re.compile(r"(?:下一步|接下来|今后|下一阶段|下步|总体(?:来)?看|虽然|巡察整改虽然)[,，:]?")
_GARBLED = re.compile("[\ufffd\ue000-\uf8ff]")


def read_notice(text: str | Source, *, name: str = "") -> Notice:
    """Read the text of one notice.

    ``text`` is the plain text, or a file's :class:`~.model.Source`. ``name`` only labels the result (a file name). Every
    span in the result counts characters of the text. What is absent stays None with a warning; every character that is
    not blank stands in the structure or in ``unplaced``. Raises :class:`NotThisGenre` when the text is something else
    (news of a feedback meeting, an audit report ...).
    """
    source = Source(text) if isinstance(text, str) else text
    text = source.text
    if len(text) > MAX_CHARACTERS:
        raise NotThisGenre("not.too_long", title=f"{text.strip()[:40]}…", limit=MAX_CHARACTERS)
    norm = normalise(text)
    tables = find_tables(text, norm, source.tables)
    lines = outside(pieces(norm, source.levels), tables)
    notice = Notice(name=name, text=text, left_out=list(source.left_out), warnings=list(source.remarks))
    head = split_head(lines)
    lines, mended = mend(lines, head.rest)
    if mended and not any(p.mark for p in lines[: head.rest]):
        # A heading whose mark was lost may have been taken into the opening.
        head = split_head(lines)
    labels = [i for i in range(head.rest, len(lines)) if label_of(lines[i], awaited=_is_heading(lines[i - 1]))]
    rows = sum(len(table.rows) for table in tables)
    unlabelled = 0 if labels or rows else count_named(lines[head.rest :])
    if unlabelled:
        lines = [*lines[: head.rest], *without_inner_marks(lines[head.rest :])]
        labels = [i for i, p in enumerate(lines) if i >= head.rest and is_named(p)]
    check_genre(norm, "".join(p.norm for p in head.title) or None, has_text=bool(lines), labels=len(labels) + rows)
    notice.warnings += mended + _about_text(text)
    after = max(labels[-1] if labels else head.rest - 1, head.rest - 1)
    if tables:
        after = max(after, sum(p.start < tables[-1].span[1] for p in lines) - 1)
    ending = split_ending(lines, after)
    # The signature dates the notice where the page does not, and months without a year need that day.
    read_ending(notice, norm, lines[ending:])
    read_head(notice, head)
    notice.organisation = notice.organisation or notice.signed_by
    _facts_of_page(notice, source.facts)
    _settle_dates(notice)
    closing = _closing(lines, after, ending)
    if closing < ending:
        notice.parts.append(Part("", "", (lines[closing].start, lines[ending - 1].end), "next"))
    tree = grow(lines[head.rest : closing])
    if unlabelled:
        label_named(tree)
        notice.warnings.append(Remark("labels.none", None, {"n": unlabelled}))
    Builder(notice, norm, tree, assign_roles(tree), tables).build()
    read_totals(notice, norm, _outside(notice, head, tree))
    add_left_over(notice, norm)
    return notice


def _is_heading(before: Piece) -> bool:
    """Whether a label may follow that lost its colon or its first character."""
    return before.mark is not None or read_status(before.norm) is not None or read_detail(before.norm) is not None


def _closing(lines: list[Piece], after: int, ending: int) -> int:
    """Where paragraphs without a heading begin that look ahead (下一步,…): they close the notice, not its last problem."""
    for index in range(after + 1, ending):
        mark = lines[index].mark
        if mark and mark.style in ("cn", "cn_paren"):
            break
        if mark is None and _AHEAD.match(lines[index].norm) and not any(p.mark for p in lines[index:ending]):
            return index
    return ending


def _facts_of_page(notice: Notice, facts: dict[str, str]) -> None:
    """What only the page's head says: its title and the day it was published."""
    if notice.title is None and facts.get("title"):
        notice.title = facts["title"]
        notice.warnings = [w for w in notice.warnings if w.code != "title.missing"]
        notice.warnings.append(Remark("title.page_head", None, {"title": notice.title}))
    day = next((d for _, _, d in full_dates(normalise(facts.get("published", ""))) if d), None)
    if notice.published_on is None and notice.signed_on is None and day is not None:
        notice.published_on = day
        notice.warnings.append(Remark("published.page_head", None, {"day": day.isoformat()}))


def _about_text(text: str) -> list[Remark]:
    remarks = [Remark("text.traditional")] if is_traditional(text) else []
    garbled = len(_GARBLED.findall(text))
    return [*remarks, Remark("text.garbled", None, {"n": garbled})] if garbled else remarks


def _settle_dates(notice: Notice) -> None:
    page, signed = notice.published_on, notice.signed_on
    if page and signed and page != signed:
        notice.warnings.append(
            Remark("published.differ", None, {"page": page.isoformat(), "signed": signed.isoformat()})
        )
    notice.published_on = page or signed
    if notice.published_on is None:
        notice.warnings.append(Remark("published.missing"))
    check_order(notice)


def _outside(notice: Notice, head: Head, tree: Tree) -> list[Span]:
    spans = [(head.opening[0].start, head.opening[-1].end)] if head.opening else []
    spans += [part.span for part in notice.parts if part.role in ("organisation", "next", "other")]
    spans += [u.span for u in notice.unplaced if u.reason == "under_heading"]
    return spans


__all__ = ["MAX_CHARACTERS", "Piece", "read_notice"]
