"""Official papers: the court's own Word templates, filled, checked, laid out by GB/T 9704-2012, turned into PDF.

What a template is handed, always text, lists of text and mappings:
  figures.<name>          a figure as it is shown, "65.61%"
  texts.<name>            the paragraphs of a text, a list
  tables.<name>.head      the heads of a table's columns; tables.<name>.rows its rows, each a list of cells
  paper.<place>           title, mark (the red words, else made of org), org, number, issue ("5" or "第5期"), date, signer, copy_no,
                          secrecy, urgency, to_main, to_report, to_send, to_issue, cc, printed_by, printed, copies, note, contact,
                          attachments and attendees (lists); what is not handed over is empty
"""

from .checking import check_template
from .converting import NoConverter, converter, to_pdf
from .faults import Fault, TemplateFault
from .fonts import missing_fonts, named_fonts
from .layouts import LAYOUTS, default_template
from .places import PAPER
from .rendering import known_of, render
from .store import active, paper, papers

__all__ = [
    "LAYOUTS",
    "PAPER",
    "Fault",
    "NoConverter",
    "TemplateFault",
    "active",
    "check_template",
    "converter",
    "default_template",
    "known_of",
    "missing_fonts",
    "named_fonts",
    "paper",
    "papers",
    "render",
    "to_pdf",
]
