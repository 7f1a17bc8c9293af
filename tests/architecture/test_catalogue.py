"""The English catalogue is complete, and is compiled without system tools."""

import ast
import importlib.util
from pathlib import Path

import pytest

from .tree import ROOT, source, syntax

pytestmark = pytest.mark.tree


@pytest.fixture(scope="module")
def messages():
    spec = importlib.util.spec_from_file_location("messages", ROOT / "scripts" / "messages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_calls_in_templates_are_found(messages):
    template = """{% load i18n %}
       <p title="it's">{% translate "整改" context "menu" %} {{ x|default:_("无") }}</p>
     {% blocktranslate trimmed with n=count %}共 {{ n }} 项
        100%{% endblocktranslate %}
          {% blocktranslate count n=n %}{{ n }} 项{% plural %}{{ n }} 项目{% endblocktranslate %}"""
    found = [(text, context) for text, context, _ in messages._calls(messages._template_calls(template, Path("x")))]
    assert found == [
        ("整改", "menu"),
        ("无", None),
        ("共 %(n)s 项 100%%", None),
        (("%(n)s 项", "%(n)s 项目"), None),
    ]


def test_calls_in_python_are_found(messages):
    python = "_('甲')\nf(pgettext_lazy('law', '乙' '丙'))\nngettext('一 %(n)s', '多 %(n)s', n)\n_(variable)\n"
    found = [(text, context) for text, context, _ in messages._calls(python)]
    assert found == [("甲", None), ("乙丙", "law"), (("一 %(n)s", "多 %(n)s"), None)]


def test_the_english_catalogue_is_complete(messages):
    assert messages.faults() == []


def test_no_text_hides_behind_another_name(messages):
    """Texts are found by the name of the call: under a name of its own a call is translated by nobody, and nobody misses it."""
    unknown = [
        f"{path.relative_to(ROOT)}: {name.asname}"
        for path in source()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if "gettext" in name.name and (name.asname or name.name) not in messages.KEYWORDS
    ]
    assert unknown == []
