"""A version of a notice on paper and as a page."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import translation

from bihuan.kernel import paper

from .versions import Version


def docx(made: Version, day: str = "") -> bytes:
    """The version as a .docx in the layout of official documents."""
    title = made.blocks[0].text
    document = paper.new_document(title=title)
    paper.title(document, title)
    for block in made.blocks[1:]:
        if block.kind == "heading":
            paper.heading(document, block.text)
        elif block.kind == "entry":
            paper.paragraph(document, block.text, font=paper.SECOND, indent=2, keep=True)
        elif block.kind == "sign":
            paper.paragraph(document, "")
            paper.signature(document, block.text, day)
        else:
            paper.paragraph(document, block.text, indent=2)
    return paper.content(document)


def html(made: Version, day: str = "") -> str:
    """The version as one page that needs nothing else: no script, its style inside."""
    with translation.override("zh-hans"):
        return render_to_string(
            "disclosure/standalone.html", {"blocks": made.blocks, "title": made.blocks[0].text, "day": day}
        )
