"""Sealed cases in a whole court: in no search, no export, no filter that tells of contents, no drill-down; whatever the size."""

import io

import pytest
import python_calamine
from django.urls import reverse

from bihuan.cases.ledgers import CASES, PAUSES
from bihuan.cases.meetings.searches import SEARCHES
from bihuan.cases.models import Case
from bihuan.cases.opening.services import open_whole
from bihuan.cases.sample.fill import fill, fill_meetings
from bihuan.cases.sample.ordinary import SMALL, WHOLE
from bihuan.kernel import clock
from bihuan.kernel.models import Person
from bihuan.kernel.work import unit_of_work
from bihuan.people.sample.fill import fill as fill_people
from bihuan.people.sample.load import load_court

from .factory import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]
SIZES = [pytest.param(SMALL, id="small"), pytest.param(WHOLE, id="whole", marks=pytest.mark.soak)]
PARTIES = "原告不可见之人，被告不可见之邻人"
OPEN_PARTIES = "原告不可见之人，被告可见之邻人"


def text_of(client, url, **query):
    answer = client.get(url, query)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def cells_of(workbook):
    return {str(cell) for row in python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python() for cell in row}


@pytest.mark.parametrize("count", SIZES)
def test_what_is_sealed_is_found_nowhere(settings, count):
    settings.BIHUAN_DEMO = True
    court = load_court()
    fill_people(court)
    made = fill(court, count)
    fill_meetings(court)
    with clock.simulate(court.as_of):
        sealed = list(Case.objects.exclude(sealed="").order_by("pk"))
        kinds = {case.sealed for case in sealed}
        assert kinds == {"juvenile", "privacy"} and len(sealed) >= count // 100 and made["sealed-juvenile"] in sealed
        shown = Case.objects.filter(sealed="", cause="离婚纠纷").latest("pk")
        marked = next(case for case in sealed if case.closed_on is None and case.sealed == "privacy")
        with unit_of_work(None) as uow:
            Case.objects.filter(pk=marked.pk).update(parties=PARTIES)
            Case.objects.filter(pk=shown.pk).update(parties=OPEN_PARTIES)
            uow.record("cases.sample.loaded", covers=[Case], params={"count": 2})
        numbers = {case.number for case in sealed}
        for username in ("quanjingyi", "jiangboheng"):  # the trial management office without a grant, and the president
            person = Person.objects.get(username=username)
            client = signed_in(person)
            for ledger in (CASES, PAUSES, SEARCHES):
                answer = client.get(ledger.url("export"))
                cells = cells_of(answer.content) if answer.status_code == 200 else set()
                assert len(cells) > 20 and not cells & numbers, ledger.code
            found = text_of(client, CASES.url("list"), q="不可见之人", state="")
            assert shown.number not in found, "parties are beyond the nodes: found by them only with a reason"
            open_whole(actor=person, case=shown, reason="核对当事人信息")
            found = text_of(client, CASES.url("list"), q="不可见之人", state="")
            assert shown.number in found, "what is open is found"
            assert shown.number in text_of(client, reverse("search"), q="不可见之人")
            for url, query in (
                (CASES.url("list"), {"q": marked.number, "state": ""}),
                (CASES.url("list"), {"q": "不可见之人", "state": ""}),
                (CASES.url("list"), {"q": marked.cause, "state": ""}),
                (CASES.url("list"), {"judge": str(marked.judge_id)}),
                (CASES.url("list"), {"enterprise": "1" if marked.enterprise else "0"}),
                (CASES.url("list"), {"procedure": marked.procedure}),
                (PAUSES.url("list"), {"q": marked.number}),
                (SEARCHES.url("list"), {"q": marked.number}),
                (reverse("search"), {"q": "不可见之人"}),
                (reverse("search"), {"q": marked.number}),
            ):
                page = text_of(client, url, **query)
                assert CASES.url("detail", marked.pk) not in page and "不可见之邻人" not in page, (url, query)
            detail = text_of(client, CASES.url("detail", marked.pk))
            assert marked.number in detail and "不可见" not in detail and marked.judge_name not in detail
            for name in ("history", "change", "void"):
                assert client.get(CASES.url(name, marked.pk)).status_code == 403, name
