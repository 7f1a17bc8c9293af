"""Labels (整改情况:), status lines, titles without their wrapping, and the headings they make."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .lines import STATUS_WORDS, Piece
from .marks import CN, Mark
from .model import Span
from .normalise import LABEL, LABEL_FREE, LABEL_WORDS

_LOST = "|".join(dict.fromkeys(word[1:] for word in LABEL_WORDS if word[1:] not in LABEL_WORDS))
_LABEL = re.compile(
    rf"[【\[(]?(?P<word>{LABEL_FREE})(?:如下)?\s*(?:[】\])]\s*(?P<colon_a>:)?|(?P<colon_b>:))\s*"
    rf"|(?P<lost>{_LOST})(?:如下)?\s*(?P<colon_c>:)?\s*|(?P<bare>{LABEL})\s*"
)
_ALONE = re.compile(rf"(?P<word>{LABEL_FREE})\s*[:。]?")
_RESULT = re.compile(r"成效|结果|成果|情况|进展")
# After a label that lost its colon the text goes straight on; these continue a sentence about rectification instead.
_NOT_AFTER_BARE = re.compile(r"[的等及与和,。、;]|如下|进行|汇报|报告|通报|良好|显著|明显|到位|取得")
_STATUS = re.compile(rf"[【\[]?(?:{STATUS_WORDS})[】\]]?\s*:\s*(?P<value>.+)")
_STATUS_LOST = re.compile(r"改(?:状态|进度)\s*:\s*(?P<value>.+)|整?改(?:状态|进度)\s*(?P<bare>[^:]{2,20})$")
_DONE = re.compile(r"完成|推进|长期|进行中|销号|整改中|未")
_DETAIL = re.compile(
    r"[【\[]?(?P<word>(?:责任|牵头|分管|包联|配合)(?:领导|部门|单位|人)|责任人员?|(?:整改|完成)(?:时限|期限)|(?:问题|整改)类(?:型|别))[】\]]?\s*:\s*(?P<value>.+)"
)
_SENTENCE = re.compile(r"[。;!?].")

# "关于……的问题" and what may follow it in a heading about its rectification.
_ABOUT = re.compile(r"^(?:(?:针对|对于?)?关于|(?:针对|对于?)(?=\s*[“\"]))\s*")
_PROBLEM_END = re.compile(r"\s*(?:等)?(?:的)?(?:突出)?问题(?:的?(?:整改|落实)(?:落实|进展|完成)?(?:情况)?)?\s*[。.;:,]?\s*$")
_PROBLEM_PREFIX = re.compile(rf"^(?:(?:巡察|巡视)?反馈|存在|具体|主要)?(?:的)?问题\s*(?:{CN}|\d{{1,3}})?\s*[:,]\s*")
_TRAILING = re.compile(r"[\s。.;:,]+$")


@dataclass(frozen=True, slots=True)
class LabelMark:
    """The label of a rectification text: its words, its length with colon, and what of it was missing."""

    word: str
    length: int
    colon: bool
    lost: bool = False


def read_label(norm: str, *, awaited: bool) -> LabelMark | None:
    """The label (整改情况:) at the start of a line.

    One without its colon, or without its first character, counts only where one is ``awaited``.
    """
    match = _LABEL.match(norm)
    if match is None:
        return None
    if match["bare"]:
        rest = norm[match.end() :]
        if not awaited or (rest and _NOT_AFTER_BARE.match(rest)):
            return None
        return LabelMark(match["bare"], match.end(), colon=False)
    if match["lost"]:
        colon = match["colon_c"] is not None
        if not awaited or (not colon and _NOT_AFTER_BARE.match(norm[match.end() :])):
            return None
        return LabelMark(match["lost"], match.end(), colon=colon, lost=True)
    if read_status(norm) is not None:
        return None
    return LabelMark(match["word"], match.end(), colon=True)


def label_of(line: Piece, *, awaited: bool) -> LabelMark | None:
    """The label of a line, also one with a number of its own (1.整改措施) that stands alone."""
    label = read_label(line.norm, awaited=awaited)
    if label is None and line.mark is not None and line.mark.style in ("digit", "digit_paren", "circle"):
        alone = _ALONE.fullmatch(line.norm[line.mark.length :])
        return LabelMark(alone["word"], len(line.norm), colon=True) if alone else None
    return label


def read_status(norm: str) -> str | None:
    """The value of a status line (整改状态:已完成), or None; 完成情况: opens a status only when the value is one."""
    match = _STATUS.match(norm) or _STATUS_LOST.match(norm)
    if match is None:
        return None
    if match.re is _STATUS_LOST and match["bare"]:  # its colon was lost
        return _TRAILING.sub("", match["bare"]) if _DONE.search(match["bare"]) else None
    value = _TRAILING.sub("", match["value"])
    free = "情况" in match[0][: match.start("value")]
    return None if free and (len(value) > 20 or not _DONE.search(value)) else value


def read_detail(norm: str) -> tuple[str, str] | None:
    """Who answers and by when (责任部门:立案庭), as (word, value), or None."""
    match = _DETAIL.match(norm)
    return (match["word"], _TRAILING.sub("", match["value"])) if match else None


def heading_like(norm: str) -> bool:
    """Short enough, and no sentence inside it: a line that can be a title."""
    return len(norm) <= 90 and not _SENTENCE.search(norm)


def bare_title(norm: str) -> Span:
    """Where, inside a heading's words, the problem itself stands: without 关于, the outer quotes and 的问题."""
    start, end = 0, len(_TRAILING.sub("", norm))
    prefix = _PROBLEM_PREFIX.match(norm)
    if prefix:
        start = prefix.end()
    about = _ABOUT.match(norm[start:end])
    ending = _PROBLEM_END.search(norm[start:end])
    inner = start + about.end() if about else start
    if about and ending:
        start, end = inner, start + ending.start()
    elif about and _wrapped(norm[inner:end]):
        start = inner
    elif ending and norm[start] in "“\"" and _wrapped(norm[start : start + ending.start()]):
        end = start + ending.start()
    while start < end and norm[start] == " ":
        start += 1
    while start < end and norm[end - 1] == " ":
        end -= 1
    within = _inside_quotes(norm[start:end])
    return (start + within[0], start + within[1])


def _wrapped(title: str) -> bool:
    return _inside_quotes(title) != (0, len(title))


def _inside_quotes(title: str) -> Span:
    """The span without quotation marks that wrap the whole title; quotes round a part of it stay."""
    whole = (0, len(title))
    if len(title) < 3:
        return whole
    if title[0] == '"' and title[-1] == '"':
        return (1, len(title) - 1) if title.count('"') == 2 else whole
    if title[0] != "“" or title[-1] != "”":
        return whole
    depth = 0
    for index, char in enumerate(title):
        depth += (char == "“") - (char == "”")
        if depth == 0 and index < len(title) - 1:
            return whole
    inner = 1
    return (inner, len(title) - 1) if depth == 0 else (inner, len(title))


@dataclass(slots=True, eq=False)
class Node:
    """A heading and what stands under it; two of them are equal only when they are the same one."""

    mark: Mark
    pieces: list[Piece]
    parent: Node | None
    label: LabelMark | None = None
    label_start: int = 0
    label_row: int = 0
    label_line: Piece | None = None
    statuses: list[Piece] = field(default_factory=list)
    details: list[Piece] = field(default_factory=list)
    notes: list[Piece] = field(default_factory=list)
    body: list[Piece] = field(default_factory=list)
    body_start: int | None = None
    result_label: Piece | None = None
    """Where a second label tells the results of the measures the first one named (整改措施:… 整改成效:…)."""
    result_start: int = 0
    result: list[Piece] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The title's normalised words, wrapped lines joined."""
        return self.pieces[0].norm[self.mark.length :] + "".join(p.norm for p in self.pieces[1:])

    @property
    def start(self) -> int:
        return self.pieces[0].start

    @property
    def end(self) -> int:
        own = (self.pieces, [p for p in (self.label_line, self.result_label) if p], self.statuses, self.details, self.notes, self.body, self.result)
        return max(*(p.end for held in own for p in held[-1:]), *(c.end for c in self.children[-1:]), self.pieces[0].end)

    def takes_result(self, label: LabelMark) -> bool:
        """Whether a further label opens the results of the measures told so far."""
        first = self.label.word if self.label else ""
        return self.result_label is None and "措施" in first and not _RESULT.search(first) and bool(_RESULT.search(label.word))

    def labelled(self) -> bool:
        """Whether a rectification text stands here or anywhere below."""
        return self.label is not None or any(child.labelled() for child in self.children)

    def chain(self) -> list[Node]:
        """From the outermost heading down to this one."""
        above = self.parent.chain() if self.parent else []
        return [*above, self]

    def walk(self) -> list[Node]:
        return [self, *(deep for child in self.children for deep in child.walk())]
