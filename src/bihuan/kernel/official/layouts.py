"""The templates the house brings along: 简报, 红头公文, 纪要, 信函. A court replaces them by its own; these are where it starts.

Measures: GB/T 9704-2012. The red mark's upper edge is 35 mm below the type area's (72 mm from the paper's); the red line 4 mm below
the number; a letter's mark 30 mm from the paper's edge, its double lines 170 mm long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from docx.shared import Mm, Pt

from .. import paper as p
from . import drawing as d

LAYOUTS: dict[str, Any] = {
    "briefing": _("简报"),
    "notice": _("红头公文"),
    "minutes": _("纪要"),
    "letter": _("信函"),
}
"""The layouts there are, with their names."""
_NUMBERS = "一二三四五六七八九十"
_MARK = 36.0
_SLOT = 24.0
"""The line of number of copy, secrecy and urgency, in points: three of them stand above the mark."""


def default_template(layout: str, known: Mapping[str, str] | None = None) -> bytes:
    """The house's own template of a layout, as .docx with placeholders.

    `known` ("figures.closed": "结案数", ...; the same as for `check_template`) lets it name every text, figure and table in
    their order under its label; without it the template takes whatever it is handed. Raises KeyError for an unknown layout.
    """
    document = d.start(str(LAYOUTS[layout]))
    _MADE[layout](document, dict(known or {}))
    return p.content(document)


def _briefing(document: Any, known: Mapping[str, str]) -> None:
    d.mark(document, "{% if paper.mark %}{{ paper.mark }}{% else %}{{ paper.title }}{% endif %}", size=_MARK, before=20)
    d.tag(document, "{%p if paper.issue %}")
    p.paragraph(document, "第 {{ paper.issue }} 期", align=p.CENTRE)
    d.tag(document, "{%p endif %}")
    d.blank(document)
    d.ends(document, "{{ paper.org }}", "{{ paper.date }}")
    d.red_line(document)
    d.blank(document)
    d.tag(document, "{%p if paper.mark %}")
    _title(document)
    d.tag(document, "{%p endif %}")
    _body(document, known)
    d.foot(
        document,
        [
            ("paper.to_report", "报：{{ paper.to_report }}", ""),
            ("paper.to_send", "送：{{ paper.to_send }}", ""),
            ("paper.to_issue", "发：{{ paper.to_issue }}", ""),
            ("", "{% if paper.printed_by %}{{ paper.printed_by }}{% else %}{{ paper.org }}{% endif %}", _PRINTED),
        ],
    )


_PRINTED = (
    "{% if paper.printed %}{{ paper.printed }}{% else %}{{ paper.date }}{% endif %}印发"
    "{% if paper.copies %}（共印 {{ paper.copies }} 份）{% endif %}"
)


def _notice(document: Any, known: Mapping[str, str]) -> None:
    d.off_grid(p.paragraph(document, "{{ paper.copy_no }}", line=_SLOT))
    d.off_grid(p.paragraph(document, "{{ paper.secrecy }}", font=p.HEADING, line=_SLOT))
    d.off_grid(p.paragraph(document, "{{ paper.urgency }}", font=p.HEADING, line=_SLOT))
    mark = "{% if paper.mark %}{{ paper.mark }}{% else %}{{ paper.org }}文件{% endif %}"
    d.mark(document, mark, size=_MARK, before=_points(35) - 3 * _SLOT)
    d.blank(document, 2)
    d.tag(document, "{%p if paper.signer %}")
    line = d.ends(document, "{{ paper.number }}", "签发人：")
    p.run(line, "{{ paper.signer }}", font=p.SECOND)
    d.tag(document, "{%p else %}")
    p.paragraph(document, "{{ paper.number }}", align=p.CENTRE)
    d.tag(document, "{%p endif %}")
    d.red_line(document)
    d.blank(document, 2)
    _title(document)
    _addressed(document)
    _body(document, known)
    _end(document)
    _printed_foot(document)


def _minutes(document: Any, known: Mapping[str, str]) -> None:
    mark = "{% if paper.mark %}{{ paper.mark }}{% else %}{{ paper.org }}会议纪要{% endif %}"
    for _number in range(3):
        d.off_grid(p.paragraph(document, "", line=_SLOT))
    d.mark(document, mark, size=30, before=_points(35) - 3 * _SLOT)
    d.blank(document)
    p.paragraph(
        document,
        "{% if paper.number %}{{ paper.number }}{% elif paper.issue %}第 {{ paper.issue }} 期{% endif %}",
        align=p.CENTRE,
    )
    d.red_line(document)
    d.blank(document)
    _title(document)
    _body(document, known)
    d.tag(document, "{%p if paper.attendees %}")
    d.blank(document)
    made = d.body(document, "", keep=True)
    p.run(made, "出席：", font=p.HEADING)
    p.run(made, '{{ paper.attendees | join("、") }}')
    d.tag(document, "{%p endif %}")
    _printed_foot(document)


def _letter(document: Any, known: Mapping[str, str]) -> None:
    section = document.sections[0]
    section.different_first_page_header_footer = True  # no number on page 1
    mark = d.mark(document, "{% if paper.mark %}{{ paper.mark }}{% else %}{{ paper.org }}{% endif %}", size=_MARK)
    d.frame(mark, top=30, width=170, height=16)
    upper = p.paragraph(document, "", size=1, line=2)
    d.border(upper, top=("thickThinSmallGap", 24, "FF0000"))
    d.frame(upper, top=30 + 16 + 4, width=170, height=2)
    _lower_line(section)
    made = p.paragraph(document, "{{ paper.number }}", align=p.RIGHT)
    made.paragraph_format.space_before = Pt(_points(30 + 16 + 4 + 3 - 37))
    _slot(document, "secrecy")
    _slot(document, "urgency")
    d.blank(document)
    _title(document)
    _addressed(document)
    _body(document, known)
    _end(document)


def _lower_line(section: Any) -> None:
    """The double line 20 mm above the first page's lower edge, 170 mm long; the numbers of the other pages stay where they are."""
    for footer in (section.footer, section.even_page_footer):
        footer.paragraphs[0].paragraph_format.space_after = section.footer_distance - Mm(20)
    section.footer_distance = Mm(20)
    first = section.first_page_footer
    first.is_linked_to_previous = False
    shape = first.paragraphs[0].paragraph_format
    shape.line_spacing, shape.left_indent, shape.right_indent = Pt(2), Mm(20 - 28), Mm(20 - 26)
    d.border(first.paragraphs[0], bottom=("thinThickSmallGap", 24, "FF0000"))


def _slot(document: Any, name: str) -> None:
    d.tag(document, f"{{%p if paper.{name} %}}")
    p.paragraph(document, f"{{{{ paper.{name} }}}}", font=p.HEADING)
    d.tag(document, "{%p endif %}")


def _points(millimetres: float) -> float:
    return millimetres / 25.4 * 72


def _title(document: Any) -> None:
    p.paragraph(document, "{{ paper.title }}", font=p.TITLE, size=p.SIZE_2, align=p.CENTRE, line=36, keep=True)
    d.blank(document)


def _addressed(document: Any) -> None:
    d.tag(document, "{%p if paper.to_main %}")
    d.body(document, "{{ paper.to_main }}：", indent=0)
    d.tag(document, "{%p endif %}")


def _body(document: Any, known: Mapping[str, str]) -> None:
    """Texts, figures and tables: by their names where these are known, else whatever there is."""
    named = [(one, *one.partition(".")[::2]) for one in known if "." in one]
    if not named:
        _whatever(document)
        return
    figures = [(full, name) for full, group, name in named if group == "figures"]
    place = 0
    if figures:
        d.body(document, f"{_NUMBERS[place]}、主要数据", font=p.HEADING, keep=True)
        place += 1
        rows = [(known[full] or name, f"{{{{ figures.{name} }}}}") for full, name in figures]
        p.table(document, ["数据", "数值"], rows, [106.0, 50.0], centred=(1,))
    for full, group, name in named:
        if group == "figures":
            continue
        head = _NUMBERS[place] if place < len(_NUMBERS) else str(place + 1)
        d.body(document, f"{head}、{known[full] or name}", font=p.HEADING, keep=True)
        place += 1
        if group == "texts":
            d.tag(document, f"{{%p for line in texts.{name} %}}")
            d.body(document, "{{ line }}")
            d.tag(document, "{%p endfor %}")
        else:
            d.table_of(document, f"tables.{name}")


def _whatever(document: Any) -> None:
    d.tag(document, "{%p for name in texts %}")
    d.tag(document, "{%p for line in texts[name] %}")
    d.body(document, "{{ line }}")
    d.tag(document, "{%p endfor %}")
    d.tag(document, "{%p endfor %}")
    d.tag(document, "{%p for name in tables %}")
    d.table_of(document, "tables[name]")
    d.blank(document)
    d.tag(document, "{%p endfor %}")


def _end(document: Any) -> None:
    """Attachments, who issues and when, the note."""
    d.tag(document, "{%p if paper.attachments %}")
    d.blank(document)
    d.tag(document, "{%p for one in paper.attachments %}")
    d.body(
        document,
        "{% if loop.first %}附件：{% else %}　　　{% endif %}{% if loop.length > 1 %}{{ loop.index }}.{% endif %}{{ one }}",
    )
    d.tag(document, "{%p endfor %}")
    d.tag(document, "{%p endif %}")
    d.signature(document, "{{ paper.org }}", "{{ paper.date }}")
    d.tag(document, "{%p if paper.note %}")
    d.body(document, "（{{ paper.note }}）")
    d.tag(document, "{%p endif %}")


def _printed_foot(document: Any) -> None:
    by = "{% if paper.printed_by %}{{ paper.printed_by }}{% else %}{{ paper.org }}{% endif %}"
    d.foot(document, [("paper.cc", "抄送：{{ paper.cc }}", ""), ("", by, _PRINTED)])


_MADE: dict[str, Callable[[Any, Mapping[str, str]], None]] = {
    "briefing": _briefing,
    "notice": _notice,
    "minutes": _minutes,
    "letter": _letter,
}
