"""Templates: what the Content-Security-Policy would refuse, and what could not be translated."""

import re

import pytest
from django.template.base import Lexer, TokenType
from django.utils.translation.template import block_re, endblock_re

from .tree import SOURCE, place, source, text

pytestmark = pytest.mark.tree
CHINESE = re.compile(r"[\u3400-\u9fff]")
# A language's name stands in that language, whoever reads it; its element says so.
IN_ITS_OWN_LANGUAGE = re.compile(r"<(\w+)[^>]*\slang=\"[^\"]+\"[^>]*>[^<]*</\1>")
REFUSED = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*=", re.DOTALL),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.DOTALL),
    "htmx's inline code": re.compile(r"\shx-on[:=-]|hx-vals\s*=\s*[\"']js:|hx-trigger=\"[^\"]*\["),
    "a script without nonce": re.compile(r"<script(?![^>]*\b(?:src|nonce)=)[^>]*>"),
    "a style without nonce": re.compile(r"<style(?![^>]*\bnonce=)[^>]*>"),
    "an address elsewhere": re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//"),
}


def bare_chinese(content: str):
    """Yield (line, text) of Chinese that stands outside the translation tags."""
    inside = comment = False
    for token in Lexer(content).tokenize():
        if token.token_type == TokenType.BLOCK:
            if token.contents == "comment":
                comment = True
            elif token.contents == "endcomment":
                comment = False
            elif block_re.match(token.contents):
                inside = True
            elif endblock_re.match(token.contents):
                inside = False
        elif token.token_type == TokenType.TEXT and not inside and not comment:
            visible = re.sub(r"<!--.*?-->", "", token.contents, flags=re.DOTALL)
            visible = IN_ITS_OWN_LANGUAGE.sub("", visible)
            if CHINESE.search(visible):
                yield token.lineno, visible.strip()[:40]


def test_the_check_sees_bare_chinese():
    assert list(bare_chinese("<p>{% translate '整改' %}{# 注 #}</p>")) == []
    assert list(bare_chinese("{% blocktranslate %}共 {{ n }} 项{% endblocktranslate %}")) == []
    assert list(bare_chinese('<b lang="zh-CN">中文</b>')) == []
    assert [words for _, words in bare_chinese("<p>整改</p>")] == ["<p>整改</p>"]


def test_every_visible_text_of_a_template_is_translatable():
    found = [f"{place(path, line)}: {words}" for path in source(".html") for line, words in bare_chinese(text(path))]
    assert not found


@pytest.mark.parametrize("what", REFUSED)
def test_templates_hold_nothing_that_the_policy_refuses(what):
    pages = [path for path in source(".html") if "print" not in path.name and "error_plain" not in path.name]
    assert not [place(path) for path in pages if REFUSED[what].search(text(path))]


def test_every_icon_that_is_used_is_in_the_sprite():
    names = set()
    for line in text(SOURCE.parents[1] / "scripts" / "icons.txt").splitlines():
        words = line.split()
        if words and not words[0].startswith("#"):
            names.add("-".join(words[:2]))
    used = re.compile(r"icons\.svg[^\"']*#([a-z0-9-]+)|\{%\s*icon\s+[\"']([a-z0-9-]+)[\"']")
    missing = {
        f"{place(path)}: {name}"
        for path in (*source(".html"), *source(".py"))
        for pair in used.findall(text(path))
        if (name := pair[0] or pair[1]) not in names
    }
    assert not missing
