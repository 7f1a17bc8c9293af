"""Records about a case, on need to know as the case itself: their nodes for all who see them, the rest with a reason. Refusals beside permissions."""

import datetime as dt
import io

import pytest
import python_calamine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bihuan.cases.ledgers import CASES, EXCLUSIONS, EXTENSIONS, HEARINGS, PAUSES
from bihuan.cases.meetings.searches import SEARCHES
from bihuan.cases.models import CaseReview, Hearing
from bihuan.cases.review.ledgers import REVIEWS
from bihuan.cases.services import exclusions, requests
from bihuan.kernel import access, evidence
from bihuan.kernel.ledger import need, registry
from bihuan.kernel.ledger.tables import table_class
from bihuan.kernel.models import Evidence
from bihuan.kernel.search import everywhere, matching

from .factory import signed_in
from .test_exclusions import APPRAISAL
from .test_extensions import SIX

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]
WHY = "答复当事人关于进度的信访"
SHUT = str(need.SHUT)
PAPER, REASON, PLACE, TERMS, FOUND = (
    "鉴定委托书特字第七号",
    "鉴定机构尚未出具意见",
    "第九审判庭",
    "商铺转租优先购买",
    "（2019）最高法民再某号",
)


def records(court, **more):
    """A case of the judge with a row in each ledger: {ledger: (row, what is beyond its nodes)}."""
    case = court.case("2026-03-02", parties="原告某某商行", cause="租赁合同纠纷", **more)
    asked = requests.ask(actor=court.judge, case=court.case("2025-12-15", **more), values=SIX | {"reason": REASON})
    pause = court.pause(case, "audit", "2026-04-01", "2026-04-20", reference=PAPER)
    excluded = exclusions.ask(actor=court.judge, case=case, values=APPRAISAL | {"reason": REASON})
    court.hearing(case, "2026-04-22 09:30", place=PLACE)
    search = court.search(case, terms=TERMS, found=FOUND, result="library", use="considered")
    return {
        EXTENSIONS: (asked, REASON), EXCLUSIONS: (excluded, REASON), PAUSES: (pause, PAPER),
        SEARCHES: (search, TERMS),
    }  # fmt: skip


def page(person, url, *wanted):
    answer = signed_in(person).get(url)
    assert answer.status_code in (wanted or (200,)), (person, url, answer.status_code)
    return answer.content.decode()


def cells(person, ledger):
    book = io.BytesIO(signed_in(person).get(ledger.url("export")).content)
    return str(python_calamine.CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python())


def test_pages_show_nodes_to_all_who_see_a_record_and_the_rest_with_the_case(court):
    held = records(court)
    for ledger, (row, beyond) in held.items():
        url = ledger.url("detail", row.pk)
        assert beyond in page(court.judge, url), ledger.code
        for person in (court.head, court.leader, court.president, court.keeper):
            text = page(person, url)
            assert (
                row.case.number in text and beyond not in text and "说明理由并查看" in text and "办理记录" not in text
            ), (
                ledger.code,
                person,
            )
            assert page(person, ledger.url("history", row.pk), 403)
        for name in ("change", "void"):
            if getattr(ledger, name):
                assert "请先在案件页说明理由" in page(court.keeper, ledger.url(name, row.pk), 403), (ledger.code, name)
    for ledger, (row, beyond) in held.items():
        way = reverse("cases:open_whole", args=[row.case_id])
        back = ledger.url("detail", row.pk)
        if not need.is_shut(ledger, court.keeper, row):
            continue  # the reason for the case has opened all its records
        answer = signed_in(court.keeper).post(way, {"reason": WHY, "next": back})
        assert answer.headers["Location"] == back and beyond in page(court.keeper, back)
    assert all(beyond in page(court.keeper, ledger.url("detail", row.pk)) for ledger, (row, beyond) in held.items())
    assert all(
        beyond not in page(court.president, ledger.url("detail", row.pk)) for ledger, (row, beyond) in held.items()
    )


def test_when_and_where_a_case_is_heard_is_a_node(court):
    records(court)
    row = Hearing.objects.get()
    for person in (court.head, court.keeper, court.president):
        text = page(person, HEARINGS.url("detail", row.pk))
        assert PLACE in text and "办理记录" not in text and PLACE in page(person, HEARINGS.url()), person


def test_lists_and_exports_keep_to_nodes_for_rows_that_are_not_open(court):
    row, _beyond = records(court)[PAUSES]
    own = page(court.judge, PAUSES.url())
    assert PAPER in own and SHUT not in own and PAPER in cells(court.judge, PAUSES)
    for person in (court.head, court.keeper, court.president):
        text = page(person, PAUSES.url())
        assert row.case.number in text and SHUT in text and PAPER not in text
        told = cells(person, PAUSES)
        assert row.case.number in told and PAPER not in told and "依据的文书" not in told
    court.reason(court.keeper, row.case)
    assert PAPER in page(court.keeper, PAUSES.url()) and PAPER in cells(court.keeper, PAUSES)
    court.pause(court.case("2026-03-02"), "audit", "2026-04-01", reference="另案")
    text = page(court.keeper, PAUSES.url())
    assert PAPER in text and SHUT in text and "另案" not in text
    assert PAPER not in cells(court.keeper, PAUSES), "all or none: an empty cell would be brought back as nothing"


@pytest.mark.parametrize("few", [matching.FEW, 0], ids=["rare words", "every word is frequent"])
def test_words_and_filters_that_ask_for_more_pass_over_what_is_not_open(court, monkeypatch, few):
    monkeypatch.setattr(matching, "FEW", few)
    held = records(court)
    search, pause = held[SEARCHES][0], held[PAUSES][0]

    def found(person, ledger, **query):
        return {row.pk for row in signed_in(person).get(ledger.url(), query).context["page_obj"].object_list}

    asked = [
        (SEARCHES, search, {"q": TERMS}), (SEARCHES, search, {"result": "library"}), (PAUSES, pause, {"q": PAPER}),
        (PAUSES, pause, {"q": "某某商行"}), (CASES, search.case, {"q": "某某商行"}),
    ]  # fmt: skip
    for ledger, row, query in asked:
        assert row.pk in found(court.judge, ledger, **query), (ledger.code, query)
        assert row.pk not in found(court.keeper, ledger, **query), (ledger.code, query)
    nodes = [
        (SEARCHES, search, {"q": search.case.number}), (SEARCHES, search, {"gate": search.gate}), (CASES, search.case, {"q": "租赁合同"}),
        (CASES, search.case, {"q": search.case.number}), (PAUSES, pause, {"ground": "audit"}),
    ]  # fmt: skip
    for ledger, row, query in nodes:
        assert row.pk in found(court.keeper, ledger, **query), (ledger.code, query)
    for words in (TERMS, PAPER, "某某商行"):
        assert everywhere.look(court.judge, words) and not everywhere.look(court.keeper, words), words
    (group,) = everywhere.look(court.keeper, "租赁合同纠纷")
    assert [hit.url for hit in group.hits] == [CASES.url("detail", search.case_id)] and "某某商行" not in str(
        group.hits
    )
    court.reason(court.keeper, search.case)
    assert everywhere.look(court.keeper, TERMS) and search.pk in found(court.keeper, SEARCHES, q=TERMS)
    assert "reference" not in {c.name for c in PAUSES.all_columns if _sortable(PAUSES, c.name)}, "an order would tell"


def _sortable(ledger, name):
    return table_class(ledger).base_columns[name].orderable


def test_records_of_a_sealed_case_are_not_there_but_for_those_it_is_open_to(court):
    held = records(court, sealed="privacy")
    for ledger, (row, beyond) in held.items():
        url = ledger.url("detail", row.pk)
        assert beyond in page(court.judge, url)
        for person in (court.president, court.leader, court.keeper):
            page(person, url, 404)
        text = page(court.head, url)
        assert beyond not in text and "说明理由并查看" in text
    for row, _beyond in list(held.values())[:2]:
        court.reason(court.head, row.case)
    court.let_see_sealed(court.keeper)
    for ledger, (row, beyond) in held.items():
        assert beyond in page(court.head, ledger.url("detail", row.pk)) and beyond in page(
            court.keeper, ledger.url("detail", row.pk)
        )


def test_evidence_filed_for_a_search_goes_with_its_contents(court):
    row = records(court)[SEARCHES][0]
    filed = evidence.add(
        actor=court.judge, obj=row, file=SimpleUploadedFile("report.txt", "检索报告".encode()), filename="report.txt", kind="minutes",
        title="检索报告", effective_on=dt.date(2026, 5, 12),
    )  # fmt: skip
    assert access.visible(court.judge, Evidence).filter(pk=filed.pk).exists()
    assert not access.visible(court.keeper, Evidence).filter(pk=filed.pk).exists()
    court.reason(court.keeper, row.case)
    assert access.visible(court.keeper, Evidence).filter(pk=filed.pk).exists()


def test_reviews_are_whole_for_those_who_have_a_part_in_them_and_nodes_for_the_president(court):
    review = court.review(state="answered")
    url = REVIEWS.url("detail", review.pk)
    for person in (review.judge, review.reviewer, court.keeper):
        assert "评查人建议等次" in page(person, url), person
    text = page(court.president, url)
    assert review.case.number in text and "评查人建议等次" not in text and "说明理由并查看" in text
    court.reason(court.president, review.case)
    assert "评查人建议等次" in page(court.president, url)


def test_the_committee_secretary_sees_a_sealed_review_while_the_committee_has_it_and_no_longer(court):
    secretary = court.committee_secretary
    shut = court.case("2026-01-05", closed_on="2026-03-02", closing_manner="judgment", sealed="privacy")
    open_, sealed = court.review(state="submitted"), court.review(shut, state="submitted")
    early = court.review(state="answered")

    def seen():
        return set(access.visible(secretary, CaseReview).values_list("pk", flat=True))

    assert seen() == {open_.pk, sealed.pk} and early.pk not in seen()
    assert "评查人建议等次" in page(secretary, REVIEWS.url("detail", sealed.pk))
    meeting = court.hold(court.meeting(cases=[court.case("2025-06-02")]))
    for one in (open_, sealed):
        court.review_step(one, "decide", grade="flawed", meeting=meeting)
    assert seen() == {open_.pk}, "there is nothing left to do"
    assert "评查人建议等次" not in page(secretary, REVIEWS.url("detail", open_.pk))
    page(secretary, REVIEWS.url("detail", sealed.pk), 404)


def test_every_ledger_of_records_about_a_case_says_what_is_on_need_to_know():
    """A new ledger about cases has to decide; those that are records of supervision itself are named here."""
    supervision = {
        "cases.pending", "cases.oversight_marks", "cases.oversight_measures", "cases.document_readings", "cases.agenda_items",
        "cases.parties",
    }  # fmt: skip
    about = {
        code
        for code, ledger in registry.ledgers().items()
        if registry.field_of(ledger.model, "case") is not None and code.startswith("cases.")
    }
    undecided = {code for code in about if registry.get(code).need is None}
    assert undecided <= supervision | {"cases.receipts"}, undecided
