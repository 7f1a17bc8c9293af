"""The data of limits: every row says whence it is, files that are wrong are refused by file and key."""

import datetime as dt
import re
import shutil

import pytest

from bihuan.law import case_types as types_module
from bihuan.law.case_types import load_case_types
from bihuan.law.citations import citations
from bihuan.law.dated import Parameters
from bihuan.law.errors import DataFileError, LawError, NotInForce, UnknownLimit
from bihuan.law.levels import LEVELS, TAGS
from bihuan.law.limits import rules
from bihuan.law.limits.book import LimitBook, choice
from bihuan.law.limits.reading import LIMIT_DATA, limit_files, read_limits
from bihuan.law.limits.words import vocabulary
from bihuan.law.yamlfile import read_yaml

D = dt.date
BOOK, PARAMETERS = LimitBook.load(), Parameters.load()
ROWS_OF_LAW = {"versions", "lists", "grounds", "leads", "conversions", "restarts", "adjournments", "closings", "readings"}
ONE = """
limits:
  - id: ZZ-01
    title: 试验
    family: trial
    system: civil
    event: filed
    exclusions: civil-trial
    versions:
      - {from: 2020-01-01, to: 2021-12-31, term: 3m, source: 29号, article: "2", level: interpretation, tag: T}
      - from: 2022-01-01
        term: 6m
        source: 民诉法
        article: "152"
        level: statute
        tag: T
        extensions:
          - {code: E1, by: [president], term: 6m}
"""


def load(folder, text):
    file = folder / "test.yaml"
    file.write_text(text, encoding="utf-8")
    return LimitBook.load(file)


def rows(node, key=""):
    """Every row of the given kinds, wherever it stands in a file."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from rows(value, name)
    elif isinstance(node, list):
        for item in node:
            if key in ROWS_OF_LAW and isinstance(item, dict):
                yield key, item
            yield from rows(item, key)


DATA_FILES = [*limit_files(LIMIT_DATA), *sorted(rules.RULE_DATA.glob("*.yaml")), rules.READINGS]


@pytest.mark.parametrize("file", DATA_FILES, ids=lambda f: f.name)
def test_every_row_of_law_has_a_source(file):
    found = [(key, row) for key, row in rows(read_yaml(file)) if not (key == "leads" and "versions" in row)]
    assert found
    for key, row in found:
        assert row.get("source"), (key, row)
        assert row.get("tag") in TAGS, (key, row)
        assert row.get("level") in LEVELS, (key, row)
        assert isinstance(row.get("article"), str), (key, row)
        assert key in ("lists", "closings", "readings") or isinstance(row.get("from"), dt.date), (key, row)


def test_every_source_is_a_known_instrument_of_that_rank():
    for limit in BOOK:
        for version in limit.versions:
            assert citations().get(version.basis.source).level == version.basis.level
            for rule in version.extensions:
                assert rule.basis.source and rule.basis.level in LEVELS
                assert not rule.legacy or citations().split(rule.legacy)
    for held in BOOK.lists.values():
        assert {citations().get(g.basis.source).level for g in held.grounds} <= set(LEVELS)


def test_an_extension_without_a_length_in_law_has_none_here():
    """E2 civil, second instance, special procedure, administrative: no default is added."""
    for id_, code in (("CV-01", "E2"), ("CV-04", "E1"), ("CV-06", "E1"), ("AD-01", "E1")):
        rule = next(r for r in BOOK.version_on(id_, D(2025, 1, 1)).extensions if r.code == code)
        assert rule.until and rule.term is None
        assert rule.legacy_term is not None and rule.legacy.startswith("29号")


@pytest.mark.parametrize("id_", ["AD-02", "CR-02", "CR-03", "EX-04", "EX-04.1"])
def test_what_cannot_be_extended_has_no_extension(id_):
    assert BOOK.version_on(id_, D(2025, 1, 1)).extensions == ()


def test_conflicts_keep_both_readings():
    for id_ in ("AD-03", "E-03", "E-03.1", "EX-01", "CR-01", "F-07"):
        for conflict in BOOK.get(id_).conflicts:
            assert conflict.other and conflict.used and conflict.why
        assert BOOK.get(id_).conflicts
    for note in BOOK.readings:
        assert len(note.options) >= 2 and note.why
        if note.parameter:
            assert choice(note.parameter, D(2025, 1, 1), PARAMETERS) == note.options[0][0]
            said = PARAMETERS.get(note.parameter).note
            assert all(option in said for option, _words in note.options)
    switches = {p.id for p in PARAMETERS if p.id.startswith("law.reading.")}
    assert switches == {n.parameter for n in BOOK.readings if n.parameter}


def test_old_cases_fall_under_old_texts():
    assert str(BOOK.version_on("AD-01", D(2015, 4, 30)).term.term) == "3m"
    assert str(BOOK.version_on("AD-01", D(2015, 5, 1)).term.term) == "6m"
    assert BOOK.version_on("CV-02", D(2021, 12, 31)).basis.source == "民诉解释2020"
    assert BOOK.version_on("CV-02", D(2022, 1, 1)).basis.source == "民诉法"
    with pytest.raises(NotInForce, match="2022-01-01"):
        BOOK.version_on("CV-03", D(2021, 12, 31))


def test_unknown_ids_name_near_ones():
    with pytest.raises(UnknownLimit, match="AD-01"):
        BOOK.get("AD-77")
    with pytest.raises(UnknownLimit, match="supplement_received"):
        BOOK.restart("nothing")
    with pytest.raises(LawError, match="no known fact"):
        BOOK.limit_for("民初", "ordinary", ["no-such-fact"], D(2025, 1, 1))


def test_a_court_s_file_replaces_a_limit_and_changes_the_digest(tmp_path):
    own = load(tmp_path, ONE.replace("ZZ-01", "CV-16"))
    assert str(own.version_on("CV-16", D(2025, 1, 1)).term.term) == "6m"
    assert own.get("CV-16").origin == "test.yaml"
    assert own.digest != BOOK.digest == LimitBook.load().digest
    assert len(load(tmp_path, ONE)) == len(BOOK) + 1


@pytest.mark.parametrize(
    ("change", "key", "says"),
    [
        (("source: 29号, ", ""), "ZZ-01.versions[0].source", "missing"),
        (("tag: T}", "tag: sure}"), "ZZ-01.versions[0].tag", "not one of"),
        (("tag: T}", "}"), "ZZ-01.versions[0].tag", "missing"),
        (("level: interpretation", "level: statute"), "ZZ-01.versions[0].level", "29号 is interpretation"),
        (('article: "2", ', ""), "ZZ-01.versions[0].article", "missing"),
        (("source: 29号", "source: 某规定"), "ZZ-01.versions[0].source", "no law or document"),
        (("from: 2020-01-01, ", ""), "ZZ-01.versions[0].from", "missing"),
        (("to: 2021-12-31", "to: 2022-02-01"), "ZZ-01.versions[0].to", "overlaps"),
        (("to: 2021-12-31", "to: 2019-12-31"), "ZZ-01.versions[0].to", "before from"),
        (("from: 2022-01-01", "from: 2019-01-01"), "ZZ-01.versions[0]", "order them"),
        (("term: 3m, ", ""), "ZZ-01.versions[0].term", "exactly one"),
        (("term: 3m", "term: 三周"), "ZZ-01.versions[0].term", "cannot read"),
        (("event: filed", "event: some day"), "ZZ-01.event", "no known event"),
        (("    event: filed\n", ""), "ZZ-01.event", "missing"),
        (("family: trial", "family: lawsuit"), "ZZ-01.family", "no known family"),
        (("system: civil", "system: naval"), "ZZ-01.system", "no known system"),
        (("exclusions: civil-trial", "exclusions: nothing"), "ZZ-01", "not there"),
        (("by: [president]", "by: [clerk]"), "ZZ-01.versions[1].extensions[0].by[0].by", "no known approver"),
        (("by: [president]", "by: []"), "ZZ-01.versions[1].extensions[0].by", "empty"),
        (("by: [president], term: 6m", "by: [president]"), "ZZ-01.versions[1].extensions[0].term", "until: true"),
        (("term: 6m}", "term: 6m, any_of: [rain]}"), "ZZ-01.versions[1].extensions[0].any_of", "no known fact"),
        (("code: E1", "code: E1, after: E9"), "ZZ-01", "comes after"),
        (("id: ZZ-01", "id: zz1"), "zz1.id", "CV-08.1"),
        (("title: 试验", "titel: 试验"), "ZZ-01.title", "missing"),
        (("title: 试验", "title: 试验\n    colour: red"), "ZZ-01.colour", "not a known key"),
        (("    versions:", "    like: CV-99\n    versions:"), "ZZ-01.like", "no limit"),
    ],
)
def test_wrong_files_are_refused_by_file_and_key(tmp_path, change, key, says):
    assert change[0] in ONE
    with pytest.raises(DataFileError, match=re.escape(says)) as refused:
        load(tmp_path, ONE.replace(*change, 1))
    assert refused.value.key == key
    assert refused.value.path.name == "test.yaml"


RULES = {"exclusions.yaml": lambda p: rules.read_exclusions(p, vocabulary()), "leads.yaml": rules.read_leads,
         "turns.yaml": rules.read_turns, "adjournments.yaml": rules.read_adjournments, "closings.yaml": rules.read_closings}  # fmt: skip


@pytest.mark.parametrize("name", sorted(RULES))
def test_rules_without_a_source_are_refused(tmp_path, name):
    text = (rules.RULE_DATA / name).read_text(encoding="utf-8")
    RULES[name](rules.RULE_DATA / name)
    file = tmp_path / name
    file.write_text(re.sub(r"source: [^,\n}]+,?\s*", "", text, count=1), encoding="utf-8")
    with pytest.raises(DataFileError, match="source"):
        RULES[name](file)


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("exclusions.yaml", ("ground: announcement", "ground: weather"), "no known ground"),
        ("exclusions.yaml", ("needs: [all_parties_consent]", "needs: [luck]"), "no known fact"),
        ("leads.yaml", ("apply: 10d", "apply: ten"), "write days"),
        ("turns.yaml", ("effect: continue", "effect: stop"), "not one of"),
        ("adjournments.yaml", ("gap: 1m", "gab: 1m"), "missing"),
    ],
)
def test_wrong_rules_are_refused(tmp_path, name, change, says):
    text = (rules.RULE_DATA / name).read_text(encoding="utf-8")
    assert change[0] in text
    file = tmp_path / name
    file.write_text(text.replace(*change, 1), encoding="utf-8")
    with pytest.raises(DataFileError, match=says):
        RULES[name](file)


def test_one_limit_stands_once_in_a_file(tmp_path):
    file = tmp_path / "civil.yaml"
    shutil.copy(LIMIT_DATA / "civil.yaml", file)
    file.write_text(file.read_text(encoding="utf-8").replace("id: CV-16", "id: CV-15"), encoding="utf-8")
    with pytest.raises(DataFileError, match="twice"):
        read_limits([file], vocabulary())


def test_a_court_adds_type_codes(tmp_path):
    file = tmp_path / "own.yaml"
    head = "source: 本院规定\narticle: ''\nlevel: local\ntag: D\nfrom: 2024-01-01\ntypes:\n"
    file.write_text(head + "  - {code: 民试, title: 试点案件, line: civil, procedure: ordinary}\n", encoding="utf-8")
    assert "民试" in load_case_types(file).by_code and "民初" in load_case_types(file).by_code
    file.write_text(head + "  - {code: 民试, title: 试点案件, line: naval, procedure: ordinary}\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="not one of"):
        load_case_types(file)
    assert types_module.case_types().basis.tag == "M"
    assert types_module.court_codes().basis.tag == "M"


def test_every_type_that_a_limit_names_is_in_the_table():
    known = types_module.case_types().by_code
    assert {code for limit in BOOK for rule in limit.applies for code in rule.types} <= set(known)
