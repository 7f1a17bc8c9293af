"""Another's case beyond its nodes: shut to those who neither work on it nor oversee it, open for some hours with a reason its judge sees."""

import datetime as dt
import io

import pytest
import python_calamine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from bihuan.cases.ledgers import CASES, PARTIES
from bihuan.cases.models import AccessReason, CaseParty
from bihuan.cases.opening.scopes import is_whole_to, shown_parties, whole
from bihuan.cases.opening.services import HOURS, open_whole
from bihuan.kernel import access, clock
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.models import LogEntry
from bihuan.law.dated import current_parameters

from .factory import TODAY, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]
WHY = "答复当事人关于进度的信访"


def story(court, **more):
    """A case with parties, a panel, an excluded time and a hearing."""
    given = {"parties": "原告某某商行，被告某某人", "assistant": court.assistant, "panel": [court.second], "cause": "租赁合同纠纷"}
    case = court.case("2026-03-02", **given | more)
    court.pause(case, "appraisal", "2026-04-01", "2026-04-20", reference="鉴定委托书第7号")
    court.party(case, "某某商行")
    return case


def page_of(person, case):
    answer = signed_in(person).get(CASES.url("detail", case.pk))
    assert answer.status_code == 200, person
    return answer.content.decode()


BEYOND = ("某某商行", "鉴定委托书第7号", "合议庭成员", 'id="timeline-title"')
ASKS = "说明理由并查看"


def test_nodes_for_all_who_see_the_case_and_the_rest_for_those_who_work_on_it(court):
    case = story(court)
    for person in (court.judge, court.assistant, court.second):
        text = page_of(person, case)
        assert "某某商行" in text and 'id="timeline-title"' in text and ASKS not in text, person
    for person in (court.head, court.leader, court.president, court.keeper, court.office_clerk):
        text = page_of(person, case)
        assert all(told in text for told in (case.number, "租赁合同纠纷", court.judge.name, "2026-03-02", "为什么是这一天", ASKS)), person
        assert not [told for told in BEYOND if told in text], person
        for name in ("history", "change", "void"):
            assert signed_in(person).get(CASES.url(name, case.pk)).status_code == 403, (person, name)
    assert signed_in(court.criminal_judge).get(CASES.url("detail", case.pk)).status_code == 404


def test_a_confirmed_mark_opens_it_to_those_who_oversee_it(court):
    case, waiting, over = story(court), story(court), story(court)
    court.mark(case), court.mark(waiting, "proposed"), court.mark(over, "ended")
    for person in (court.head, court.leader, court.president):
        assert "某某商行" in page_of(person, case) and ASKS not in page_of(person, case)
        assert all("某某商行" not in page_of(person, one) for one in (waiting, over))
    for person in (court.keeper, court.office_clerk):
        assert "某某商行" not in page_of(person, case), "they see the mark, they do not oversee"


def test_with_a_reason_it_is_open_until_it_runs_out_and_the_judge_sees_who_looked(court, monkeypatch):
    case, other = story(court), story(court)
    url, keeper = reverse("cases:open_whole", args=[case.pk]), signed_in(court.keeper)
    for empty in ("", "  ", "看看"):
        assert keeper.post(url, {"reason": empty}).status_code == 422
    assert not AccessReason.objects.exists() and "某某商行" not in page_of(court.keeper, case)
    assert keeper.post(url, {"reason": WHY}).headers["Location"] == CASES.url("detail", case.pk)
    row = AccessReason.objects.get()
    hours = int(current_parameters().value_on(HOURS, TODAY)["hours"])
    assert (row.person, row.case, row.reason, row.until - row.at) == (court.keeper, case, WHY, dt.timedelta(hours=hours))
    entry = LogEntry.objects.get(type="cases.case.opened")
    assert entry.actor == court.keeper and entry.data["params"]["reason"] == WHY
    assert "某某商行" in page_of(court.keeper, case) and 'id="timeline-title"' in page_of(court.keeper, case)
    assert keeper.get(CASES.url("change", case.pk)).status_code == 200
    assert "某某商行" not in page_of(court.keeper, other) and "某某商行" not in page_of(court.president, case)
    assert WHY in page_of(court.judge, case) and court.keeper.name in page_of(court.judge, case)
    assert "谁查看过本案" not in page_of(court.judge, other) and "谁查看过本案" not in page_of(court.second, case)
    late = row.until
    monkeypatch.setattr(clock, "now", lambda: late)
    text = page_of(court.keeper, case)
    assert "某某商行" not in text and ASKS in text
    assert signed_in(court.keeper).get(CASES.url("change", case.pk)).status_code == 403
    assert WHY in page_of(court.judge, case), "the trace stays"


def test_who_needs_none_and_whom_none_helps_are_refused(court):
    case, sealed = story(court), story(court, sealed="privacy")
    for person, one in (
        (court.judge, case), (court.second, case), (court.criminal_judge, case), (court.keeper, sealed), (court.president, sealed),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            open_whole(actor=person, case=one, reason=WHY)
    with pytest.raises(Refused):
        open_whole(actor=court.president, case=case, reason="  看  ")
    assert signed_in(court.criminal_judge).get(reverse("cases:open_whole", args=[case.pk])).status_code == 404
    assert signed_in(court.keeper).post(reverse("cases:open_whole", args=[sealed.pk]), {"reason": WHY}).status_code == 403
    assert not AccessReason.objects.exists() and not LogEntry.objects.filter(type="cases.case.opened").exists()
    assert "某某商行" not in page_of(court.head, sealed) and ASKS in page_of(court.head, sealed)
    court.reason(court.head, sealed)
    assert "某某商行" in page_of(court.head, sealed)
    court.let_see_sealed(court.keeper)
    assert "某某商行" in page_of(court.keeper, sealed), "the grant was given with a reason"


def test_a_reason_stays_as_it_was_given(court):
    court.reason(court.keeper, story(court))
    for sql in ("UPDATE cases_accessreason SET reason = ''", "UPDATE cases_accessreason SET until = at"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert [access.visible(p, AccessReason).count() for p in (court.keeper, court.judge, court.second, court.president)] == [1, 1, 0, 0]


def test_the_condition_is_what_is_asked_of_each_case(court):
    made = [story(court), story(court), story(court, judge=court.second, panel=[]), story(court)]
    court.mark(made[1])
    court.reason(court.keeper, made[0]), court.reason(court.leader, made[2])
    people = (court.judge, court.second, court.head, court.leader, court.president, court.keeper)
    found = 0
    for person in people:
        seen = access.viewer(person)
        rows = set(access.visible(person, type(made[0])).filter(whole(seen)).values_list("pk", flat=True))
        one_by_one = {case.pk for case in access.visible(person, type(made[0])) if is_whole_to(seen, case)}
        assert rows == one_by_one, person
        parties = set(access.visible(person, CaseParty).filter(shown_parties(seen)).values_list("case", flat=True))
        assert parties == rows, person
        found += len(rows)
    assert 0 < found < len(people) * len(made)


def test_an_export_names_parties_only_of_cases_that_are_open_to_the_person(court):
    case = story(court)

    def cells(person):
        book = io.BytesIO(signed_in(person).get(CASES.url("export")).content)
        return str(python_calamine.CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python())

    assert case.number in cells(court.keeper) and "当事人" not in cells(court.keeper) and "某某商行" not in cells(court.keeper)
    assert "某某商行" in cells(court.judge)
    court.reason(court.keeper, case)
    assert "某某商行" in cells(court.keeper)
    story(court)
    assert "某某商行" not in cells(court.keeper), "all or none: an empty cell would be brought back as nothing"
    assert "某某商行" in signed_in(court.keeper).get(PARTIES.url()).content.decode()
