"""What the tables refuse, and who sees which rows."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from bihuan.cases.models import Case, CaseGrant, CasePause, CaseTurn, Receipt
from bihuan.cases.scopes import is_open_to, opened
from bihuan.kernel import access

pytestmark = pytest.mark.django_db


def test_the_parts_of_a_number_and_the_line_are_read(court):
    case = court.case(number="(2026) 鄂0000 破 ７号之一")
    assert case.number == "（2026）鄂0000破7号之一"
    assert (case.year, case.court_code, case.type_code, case.serial, case.suffix) == (2026, "鄂0000", "破", 7, 1)
    assert case.line == "bankruptcy" and court.case(type="执").line == "enforcement" and court.case().line == "civil"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"number": "（2026）鄂0000民初号"}, "number"),
        ({"facts": ["weather"]}, "facts"),
        ({"dates": {"election_day": "soon"}}, "dates"),
        ({"dates": {"birthday": "2026-01-01"}}, "dates"),
        ({"closing_manner": "judgment"}, "closing_manner"),
    ],
)
def test_what_columns_cannot_say_is_refused_by_field(court, values, field):
    case = court.case()
    for name, value in values.items():
        setattr(case, name, value)
    with pytest.raises(ValidationError) as refused:
        case.clean()
    assert list(refused.value.error_dict) == [field]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [("received_on", "filed_on"), ("filed_on", "transferred_on"), ("filed_on", "heard_on"), ("filed_on", "closed_on"),
     ("closed_on", "effective_on")],
)  # fmt: skip
def test_days_in_the_wrong_order_are_refused_in_words_and_by_the_database(court, earlier, later):
    case = court.case(closed_on="2026-04-01", **({} if "closed_on" in (earlier, later) else {}))
    setattr(case, earlier, dt.date(2026, 4, 2))
    setattr(case, later, dt.date(2026, 4, 1))
    with pytest.raises(ValidationError) as refused:
        case.validate_constraints()
    assert later in refused.value.error_dict
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE cases_case SET {earlier} = %s, {later} = %s WHERE id = %s", ["2026-04-02", "2026-04-01", case.pk]
        )


def test_another_limit_needs_a_reason(court):
    with pytest.raises(IntegrityError), transaction.atomic():
        court.case(limit_given="CV-02")
    assert court.case(limit_given="CV-02", limit_reason="简易程序漏登").limit_given == "CV-02"


def test_clock_facts_say_of_which_kind_they_are(court):
    case = court.case(procedure="summary")
    assert court.turn(case, "ordinary", "2026-04-01", was="summary").kind == "convert"
    assert Case.objects.get(pk=case.pk).procedure == "ordinary"
    prosecution = court.case(type="刑初", division=court.units["criminal"])
    assert court.turn(prosecution, "supplementary_investigation", sent_on="2026-04-01").kind == "restart"
    assert court.grant(case, "2026-05-01", term="六个月").term == "6m"
    with pytest.raises(ValidationError):
        court.grant(case, "2026-05-02", term="很久")
    with pytest.raises(IntegrityError), transaction.atomic():
        court.turn(case, "ordinary", was="summary")
    assert CasePause.objects.count() == 0 and CaseGrant.objects.count() == 1 and CaseTurn.objects.count() == 2


def seen(person):
    return set(access.visible(person, Case).values_list("pk", flat=True))


def test_who_sees_which_cases(court):
    own = court.case(assistant=court.assistant)
    panel = court.case(judge=court.second, panel=[court.judge])
    other = court.case(judge=court.second)
    criminal = court.case(type="刑初", division=court.units["criminal"], judge=court.criminal_judge)
    civil = {own.pk, panel.pk, other.pk}
    everything = {*civil, criminal.pk}
    assert seen(court.judge) == {own.pk, panel.pk}
    assert seen(court.assistant) == {own.pk}
    assert seen(court.second) == {panel.pk, other.pk}
    assert seen(court.head) == seen(court.leader) == seen(court.office_clerk) == civil
    assert seen(court.president) == seen(court.keeper) == everything
    assert seen(court.filing_head) == seen(court.stationed) == set()


def test_a_sealed_case_is_open_to_those_who_work_on_it_alone(court):
    sealed = court.case(sealed="juvenile", panel=[court.second], assistant=court.assistant)
    court.pause(sealed, "appraisal", "2026-04-01", "2026-04-10")
    reads = {court.judge, court.second, court.assistant, court.head}
    sees = {*reads, court.leader, court.president, court.keeper, court.office_clerk}
    for person in (*sees, court.criminal_judge):
        viewer = access.viewer(person)
        rows = access.visible(person, Case)
        assert rows.filter(pk=sealed.pk).exists() == (person in sees), person
        assert rows.filter(opened(viewer), pk=sealed.pk).exists() == (person in reads), person
        assert (person in sees and is_open_to(viewer, sealed)) == (person in reads), person
        assert access.visible(person, CasePause).exists() == (person in reads), person
    court.let_see_sealed(court.keeper)
    court.let_see_sealed(court.president)
    assert is_open_to(access.viewer(court.keeper), sealed) and access.visible(court.keeper, CasePause).exists()
    assert not is_open_to(access.viewer(court.president), sealed)  # the grant opens it to the office that keeps the data


def test_who_sees_which_receipts(court):
    receipt = court.receipt()
    court.supplement(receipt, "2026-05-08")
    court.complaint()
    for person in (court.filing_judge, court.filing_head, court.supervisor, court.keeper, court.president, court.leader):
        assert access.visible(person, Receipt).exists(), person
    for person in (court.judge, court.head, court.criminal_head):
        assert not access.visible(person, Receipt).exists(), person
