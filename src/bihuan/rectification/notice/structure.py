"""From numbered lines to problems and sub-problems, whatever the layout.

Two steps. First a tree of headings is grown from the marks alone; only a heading that leads to a rectification text
(整改情况: and its like) is part of the problem list, so the numbered paragraphs before the list (organisation) and
after it (what comes next) cannot be taken for problems. Then each style of mark gets its role (group, problem,
sub-problem) from how its titles are worded across the whole notice, not heading by heading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from .headings import LabelMark, Node, heading_like, label_of, read_detail, read_label, read_status
from .lines import Piece
from .marks import RANK, Mark
from .model import PartRole

_GROUP = re.compile(r"方面(?:的?(?:突出)?问题)?(?:的?整改(?:落实|进展)?(?:情况)?)?\s*[。:;]?$|^聚焦|^在[“\"]?.{2,60}方面|板块")
_PROBLEM = re.compile(r"关于.*问题|^(?:巡察|巡视)?反馈(?:的)?问题\s*:")
_ABOUT_PROBLEM = re.compile(r"(?:针对)?关于[^。;]+问题[。:]?$|(?:巡察|巡视)?反馈(?:的)?问题\s*:[^。;]+。?$")
_LIST = re.compile(r"整改.{0,12}(?:情况|落实|进展|成效|完成|结果)|落实.{0,6}(?:整改|反馈)|反馈.{0,8}问题.{0,6}(?:情况|整改|落实)")
_NEXT = re.compile(
    r"下一步|今后|巩固|长效|后续|打算|努力方向|工作安排|工作计划|工作思路|持续(?:推进|深化|抓好)整改|需(?:要)?长期|存在的(?:主要)?(?:不足|差距)"
)


@dataclass(slots=True)
class Tree:
    """The grown headings; ``lead`` are lines that stand before the first of them."""

    roots: list[Node] = field(default_factory=list)
    lead: list[Piece] = field(default_factory=list)

    def nodes(self) -> list[Node]:
        return [deep for root in self.roots for deep in root.walk()]


def grow(lines: list[Piece]) -> Tree:
    """The tree of headings over the lines between the opening and the ending."""
    tree = Tree()
    lines = plain_headings(lines)
    ranks = _ranks(lines)
    current: Node | None = None
    last_item: dict[str, int] = {}  # numbered lines inside a rectification text, by style
    for index, line in enumerate(lines):
        label = label_of(line, awaited=current is not None and current.label is None)
        if label is not None and current is not None:
            _take_label(current, line, label)
            last_item = {}
            continue
        mark = line.mark
        inside = current is not None and current.label is not None
        if mark is not None and current is not None and inside and not _opens_heading(
            lines, index, current, last_item, ranks
        ):
            last_item[mark.style] = mark.number
            mark = None
        if mark is not None:
            current = _attach(tree, Node(mark, [line], None), current, ranks)
            last_item = {}
        elif current is None:
            tree.lead.append(line)
        elif read_status(line.norm) is not None and (not inside or _ends_here(lines, index)):
            current.statuses.append(line)
        elif read_detail(line.norm) is not None and (not inside or _ends_here(lines, index)):
            current.details.append(line)
        elif inside:
            (current.result if current.result_label else current.body).append(line)
        elif not current.notes and _wraps(current, line):
            current.pieces.append(line)
        else:
            current.notes.append(line)
    return tree


def plain_headings(lines: list[Piece]) -> list[Piece]:
    """The lines with a mark for each heading that has none printed: one known by its style, or a short line that names a
    problem straight before the label every problem has."""
    labels = [label_of(line, awaited=False) for line in lines]
    first = next((label.word for label in labels if label), None)
    found = list(lines)
    for index, line in enumerate(lines):
        if line.mark is not None or labels[index] is not None:
            continue
        after = lines[index + 1].norm if index + 1 < len(lines) else ""
        follows = labels[index + 1] if after else None
        if line.level is not None and heading_like(line.norm):
            found[index] = replace(line, mark=Mark(f"h{line.level}", 0, "", 0))
        elif follows and follows.word == first and _names_problem(line.norm, lines[:index]):
            found[index] = replace(line, mark=Mark("plain", 0, "", 0))
        elif _ABOUT_PROBLEM.match(line.norm) and len(line.norm) <= 60 and read_label(after, awaited=True):
            found[index] = replace(line, mark=Mark("plain", 0, "", 0))  # before a label that lost a character
    return found


def _names_problem(norm: str, before: list[Piece]) -> bool:
    if len(norm) > 60 or not heading_like(norm) or read_status(norm) or read_detail(norm):
        return False
    if _PROBLEM.search(norm):
        return True
    # Without these words only where the line before is no heading either: else it goes on with that one.
    return not norm.endswith(("。", ";", ":", ",")) and bool(before) and before[-1].mark is None and len(norm) <= 40


def _take_label(node: Node, line: Piece, label: LabelMark) -> None:
    if node.label is None:
        node.label = label
        node.label_start, node.label_row = line.start, line.line
        node.body_start = line.start + label.length
        if not line.norm[label.length :]:
            node.label_line = line
            return
    elif node.takes_result(label):
        node.result_label = line
        node.result_start = line.start + label.length
        return
    (node.result if node.result_label else node.body).append(line)


def _ends_here(lines: list[Piece], index: int) -> bool:
    """Whether a heading, a label or the end comes next."""
    if index + 1 == len(lines):
        return True
    after = lines[index + 1]
    if read_status(after.norm) is not None or read_detail(after.norm) is not None:
        return _ends_here(lines, index + 1)
    return after.mark is not None or label_of(after, awaited=False) is not None


def _ranks(lines: list[Piece]) -> dict[str, int]:
    """How deep each style stands; 反馈问题一: may be above or below (一), whichever comes first. Headings known by their
    style stand as deep as their level says, and marks printed in such headings with them."""
    ranks = dict(RANK)
    first: dict[str, int] = {}
    labels = [i for i, line in enumerate(lines) if label_of(line, awaited=False)]
    for index, line in enumerate(lines):
        mark = line.mark
        if mark and mark.style == "item":
            first.setdefault("item", index)
        elif mark and "item" in first and index > first["item"] and labels and index < labels[0]:
            first.setdefault(mark.style, index)
    if "item" in first and "cn_paren" in first:
        ranks["item"], ranks["cn_paren"] = ranks["cn_paren"], ranks["item"]
    if any(line.mark and line.mark.style.startswith("h") for line in lines):
        levels: dict[str, int] = {}
        for line in lines:
            if line.mark and line.level is not None:
                levels[line.mark.style] = min(levels.get(line.mark.style, 9), line.level)
        ranks = {style: levels.get(style, 10 + rank) for style, rank in ranks.items()} | levels
    return ranks


def _attach(tree: Tree, node: Node, current: Node | None, ranks: dict[str, int]) -> Node:
    above = current.chain() if current else []
    styles = [n.mark.style for n in above]
    if node.mark.style in styles:
        above = above[: styles.index(node.mark.style)]
    else:
        while above and ranks[above[-1].mark.style] > ranks[node.mark.style]:
            above.pop()
        if above and ranks[above[-1].mark.style] == ranks[node.mark.style]:
            above.pop()
    node.parent = above[-1] if above else None
    (node.parent.children if node.parent else tree.roots).append(node)
    return node


def _wraps(node: Node, line: Piece) -> bool:
    """Whether this line only goes on with a heading that was broken over two lines."""
    return (
        len(node.words) >= 14
        and not re.search(r"[。:;!?]$", node.words)
        and len(line.norm) <= 40
        and heading_like(line.norm)
        and (line.norm.count("”") > line.norm.count("“") or bool(re.search(r"问题(?:的整改)?[。:]?$", line.norm)))
    )


def _opens_heading(
    lines: list[Piece], index: int, current: Node, last_item: dict[str, int], ranks: dict[str, int]
) -> bool:
    """Whether a numbered line that follows a rectification text is the next heading or an item inside that text."""
    line = lines[index]
    mark = line.mark
    assert mark is not None
    if mark.style == "item":
        return True
    if _leads_to_label(lines, index, ranks):
        return True
    if last_item.get(mark.style, -1) + 1 == mark.number:
        return False
    chain = {n.mark.style: n for n in current.chain()}
    words = line.norm[mark.length :]
    sibling = chain.get(mark.style)
    if not heading_like(words):
        return False
    if mark.style in ("plain",) or mark.style.startswith("h"):
        return True
    if sibling is not None:
        return mark.number == sibling.mark.number + 1
    if mark.style == "cn":
        return bool(_NEXT.search(words) or _LIST.search(words))
    return mark.style == "cn_paren" and "cn" not in chain and bool(_NEXT.search(words))


def _leads_to_label(lines: list[Piece], index: int, ranks: dict[str, int]) -> bool:
    """Whether only headings, each deeper than the last, stand between this line and the next label (and at most three
    lines under the last of them)."""
    notes = 0
    depth: int | None = None
    for line in lines[index : index + 10]:
        mark = line.mark
        label = label_of(line, awaited=notes == 0 and depth is not None)
        if label is not None and (mark is None or (depth is not None and ranks[mark.style] > depth)):
            return True
        if mark is not None:
            if not heading_like(line.norm) or (depth is not None and ranks[mark.style] <= depth):
                return False
            depth = ranks[mark.style]
            notes = 0
        elif read_status(line.norm) is None and read_detail(line.norm) is None:
            notes += 1
            if notes > 3:
                return False
    return False


@dataclass(slots=True)
class Roles:
    """Which style of mark carries the problems, and the headings that merely frame the list."""

    problem_style: str | None
    frames: set[Node]


def assign_roles(tree: Tree) -> Roles:
    """Read the roles of the styles off the labelled part of the tree."""
    frames = set(_frames(tree))
    chains = [
        [n for n in node.chain() if n not in frames] for node in tree.nodes() if node.label is not None
    ]
    chains = [chain for chain in chains if chain]
    if not chains:
        return Roles(None, frames)
    by_style: dict[str, dict[Node, None]] = {}
    depth: dict[str, int] = {}
    for chain in chains:
        for at, node in enumerate(chain):
            by_style.setdefault(node.mark.style, {})[node] = None
            depth[node.mark.style] = min(depth.get(node.mark.style, at), at)
    order = sorted(by_style, key=lambda style: depth[style])
    for style in order:
        nodes = by_style[style]
        if sum(_is_problem(n) for n in nodes) * 2 > len(nodes):
            return Roles(style, frames)
    if len(order) == 1:
        return Roles(order[0], frames)
    top = by_style[order[0]]
    grouped = sum(bool(_GROUP.search(n.words)) for n in top) * 2 > len(top)
    if grouped or order[0] in ("cn", "cn_paren"):
        # A group never carries a rectification text itself; if one does, its style is that of problems.
        direct = sum(n.label is not None for n in top) * 2 > len(top)
        return Roles(order[0] if direct else order[1], frames)
    return Roles(order[0], frames)


def _is_problem(node: Node) -> bool:
    if node.mark.style == "item":
        return True
    return bool(_PROBLEM.search(node.words)) and not _GROUP.search(node.words)


def _frames(tree: Tree) -> list[Node]:
    """Outermost headings such as 二、整改落实情况, which hold the list and are neither group nor problem."""
    holders = [root for root in tree.roots if any(child.labelled() for child in root.children)]
    plain = [r for r in holders if not _is_problem(r) and not _GROUP.search(r.words) and r.label is None]
    named = [r for r in plain if _LIST.search(r.words) and "关于" not in r.words]
    if len(holders) == 1 and plain and any(c.children or _is_problem(c) for c in plain[0].children):
        return plain
    return named


def part_role(node: Node, first: int | None) -> PartRole:
    """What a heading without any rectification text is about; ``first`` is where the first problem stands, if any."""
    if first is not None and node.start < first:
        return "organisation"
    if is_next(node):
        return "next"
    return "organisation" if first is None else "other"


def is_aspect(words: str) -> bool:
    """Whether the words of a heading name an aspect (在“…”方面, …方面的问题) and no problem."""
    return bool(_GROUP.search(words))


def is_group(node: Node) -> bool:
    """Whether a heading names a group of problems (…方面的问题)."""
    return bool(_GROUP.search(node.words) or _PROBLEM.search(node.words))


def is_next(node: Node) -> bool:
    """Whether a heading is about what comes next."""
    return bool(_NEXT.search(node.words))
