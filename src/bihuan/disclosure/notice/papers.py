"""A version of a notice on paper and as a page."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from bihuan.kernel import paper

from .versions import Version

STYLE = mark_safe(
    "<style>"
    "body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:1.05rem/1.8 serif;color:#111;background:#fff;overflow-wrap:anywhere}"
    "h1{text-align:center;font-size:1.6rem}"
    "h2{font-size:1.25rem}"
    "h3{font-size:1.1rem}"
    "p{text-indent:2em;margin:.4rem 0}"
    ".sign{text-align:right;text-indent:0}"
    "</style>"
)
"""The look of the page that goes elsewhere: inside it, as it can bring nothing along."""


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
            "disclosure/standalone.html",
            {"blocks": made.blocks, "title": made.blocks[0].text, "day": day, "style": STYLE},
        )
