"""The court's own Word templates: BIHUAN_HOME/templates/<name>.docx is filled in place of the document we build.

Names and the places each offers are listed in README.md. A template is filled in a sandbox with escaping on: a `<` in a
measure stays a `<`, and a template can call nothing.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from bihuan.kernel.errors import Refused
from bihuan.kernel.paper import clean
from bihuan.kernel.wording import Message, wording

TEMPLATE_BROKEN = wording(
    "documents.template_broken",
    _("文书模板“%(name)s”无法使用：%(error)s。请修改模板，或移走该文件以使用系统自带的格式。"),
)
NAMES = ("closing_form", "supervision_letter", "problem_file_catalogue")


def path_of(name: str) -> Path:
    """Where the court's own template of that name lies."""
    return Path(settings.BIHUAN_HOME) / "templates" / f"{name}.docx"


def render(name: str, context: Mapping[str, Any], built: Callable[[], bytes]) -> bytes:
    """The document: the court's template filled with `context` if there is one, else what `built` makes.

    Raises Refused, naming template and error, when the template cannot be filled; a place it names that does not exist
    is such an error, never an empty spot in an official document.
    """
    path = path_of(name)
    if not path.is_file():
        return built()
    out = io.BytesIO()
    try:
        template = DocxTemplate(path)
        template.render(
            _clean(context), SandboxedEnvironment(autoescape=True, undefined=StrictUndefined), autoescape=True
        )
        template.save(out)
    except (
        TemplateError,
        PackageNotFoundError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        etree.XMLSyntaxError,
    ) as error:
        raise Refused(Message(TEMPLATE_BROKEN, {"name": path.name, "error": str(error)[:200]})) from error
    return out.getvalue()


def _clean(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _clean(held) for name, held in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(held) for held in value]
    return clean(value) if isinstance(value, str) else value
