"""Filling a template, and the sandbox it is filled in."""

import io

import pytest
from docx import Document

from bihuan.kernel.official import LAYOUTS, TemplateFault, check_template, default_template, render

from .papers import KNOWN, context, docx, texts

pytestmark = pytest.mark.once


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_takes_all_it_is_handed_and_has_no_fault(layout):
    template = default_template(layout, KNOWN)
    assert check_template(template, KNOWN) == []
    found = texts(render(template, context()))
    whole = "\n".join(found)
    for shown in ("1,187 件", "99.67%", "责任 <明确> & 到人。", "编号", "一-2", "4月2日", "某某区人民法院"):
        assert shown in whole, shown
    assert "{" not in whole


@pytest.mark.parametrize("layout", LAYOUTS)
def test_without_names_a_layout_takes_whatever_texts_and_tables_come(layout):
    template = default_template(layout)
    assert check_template(template, {}) == []
    whole = "\n".join(texts(render(template, context())))
    assert "责任 <明确> & 到人。" in whole
    assert "建立台账" in whole


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_a_paper_leaves_open_leaves_no_empty_words(layout):
    bare = {"paper": {"title": "题目", "org": "某法院", "date": "2026年3月5日"}}
    whole = "\n".join(texts(render(default_template(layout), bare)))
    for word in ("报：", "送：", "发：", "抄送：", "附件：", "签发人：", "出席：", "第  期"):
        assert word not in whole


def test_the_issue_may_come_with_or_without_its_words():
    template = docx("第{{ paper.issue }}期")
    for given in ("5", "第5期", "第 5 期"):
        assert texts(render(template, {"paper": {"issue": given}})) == ["第5期"]


def test_a_placeholder_cut_into_runs_is_one():
    template = docx(["共 {", "{ figures.", "closed }", "} 。"])
    assert texts(render(template, context())) == ["共 1,187 件 。"]


def test_placeholders_that_stand_in_contents_are_text():
    held = {"figures": {"closed": "{{ paper.org }}"}}
    assert texts(render(docx("{{ figures.closed }}"), held)) == ["{{ paper.org }}"]


@pytest.mark.parametrize(
    "said",
    [
        "{{ figures.__class__ }}",
        "{{ figures['__class__'] }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ figures.items() }}",
        "{{ figures.closed.format('x') }}",
        "{{ self }}",
        "{{ cycler }}",
        "{{ lipsum() }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ figures.closed ~ figures.closed }}",
        "{{ figures.closed | safe }}",
        "{{ figures | attr('keys') }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% set x = 1 %}",
        "{% macro m() %}{% endmacro %}",
        "{% autoescape false %}{{ figures.closed }}{% endautoescape %}",
        "{% for x in range(1000000000) %}{% endfor %}",
    ],
)
def test_nothing_reaches_out_of_the_sandbox(said):
    template = docx("前 " + said + " 后")
    with pytest.raises(TemplateFault) as refused:
        render(template, context())
    assert refused.value.faults[0].place
    assert check_template(template, KNOWN)


def test_the_attributes_of_what_is_handed_over_are_no_parts():
    with pytest.raises(TemplateFault):
        render(docx("{{ texts.summary.append }}"), context())


def test_loops_and_output_are_bounded():
    many = {"texts": {"summary": ["字"] * 2000}}
    nested = docx("{% for a in texts.summary %}{% for b in texts.summary %}{% endfor %}{% endfor %}")
    with pytest.raises(TemplateFault) as refused:
        render(nested, many)
    assert refused.value.faults[0].why.code == "official.why.too_large"
    long = {"texts": {"summary": ["字" * 60_000] * 1000}}
    with pytest.raises(TemplateFault) as refused:
        render(docx("{% for a in texts.summary %}{{ a }}{% endfor %}"), long)
    assert refused.value.faults[0].why.code == "official.why.too_large"


def test_a_name_nobody_handed_over_is_never_an_empty_spot():
    with pytest.raises(TemplateFault) as refused:
        render(docx("一", "结案 {{ figures.closd }}"), context())
    fault = refused.value.faults[0]
    assert (fault.part, fault.paragraph, fault.why.params["name"]) == ("body", 2, "figures.closd")
    assert fault.do.params["closest"] == "figures.closed"


def test_a_hostile_document_property_is_in_the_same_sandbox():
    document = Document(io.BytesIO(docx("x")))
    document.core_properties.title = "{{ ''.__class__ }}"
    out = io.BytesIO()
    document.save(out)
    template = out.getvalue()
    with pytest.raises(TemplateFault):
        render(template, context())
