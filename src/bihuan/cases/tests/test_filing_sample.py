"""The demo court's filing is what it is said to be, by lamp and alerts, and what the slow reading of the articles says of it."""

import pytest

from bihuan.cases.clock import lamp_of
from bihuan.cases.filing.sample import told
from bihuan.cases.models import FilingCheck, FilingComplaint, Receipt
from bihuan.cases.sample.fill import fill, fill_filing
from bihuan.kernel import clock, patrol, rules
from bihuan.kernel.models import Alert, DutyOccurrence
from bihuan.people.sample.fill import fill as fill_people
from bihuan.people.sample.load import load_court

from .filing_oracle import found

pytestmark = pytest.mark.django_db
SHORT = {"cases.filing.", "cases.complaint."}


def test_every_situation_of_filing_is_found_and_nothing_else(settings):
    settings.BIHUAN_DEMO = True
    court = load_court()
    fill_people(court)
    made = fill_filing(court, fill(court))
    ours = [code for code in rules.rules() if code.startswith(tuple(SHORT))]
    with clock.simulate(court.as_of):
        assert {report.outcome for report in patrol.run(only=ours).reports} == {"ok"}
    alerts = set(Alert.objects.filter(rule__in=ours, breach_state="open").values_list("rule", "object_id"))
    assert alerts == found(court.as_of)
    rows = told()
    wrong = {}
    for row in rows["receipts"]:
        receipt = made[row["key"]]
        got = lamp_of(receipt, court.as_of).key, {rule for rule, pk in alerts if pk == receipt.pk and rule.startswith("cases.filing.")}
        if got != (row["lamp"], {f"cases.filing.{code}" for code in row["alerts"]}):
            wrong[row["key"]] = (got, receipt.due_on)
    assert not wrong, wrong
    named = {f"cases.filing.{code}" for row in rows["receipts"] for code in row["alerts"]} | {"cases.complaint.reply-late"}
    assert named == set(ours), "a rule without its situation"
    late = {FilingComplaint.objects.get(pk=pk).no for rule, pk in alerts if rule == "cases.complaint.reply-late"}
    assert late == {row["number"] for row in rows["complaints"] if row.get("alerts")}
    assert sorted(FilingComplaint.objects.values_list("state", flat=True)) == ["accepted", "accepted", "found", "replied"]
    assert Receipt.objects.count() == len(made) + 90 and not Receipt.objects.exclude(clock_problem="").exists()
    done, open_ = FilingCheck.objects.order_by("drawn_on")
    assert (done.state, open_.state) == ("done", "drawn") and open_.items.filter(finding="").exists()
    kept = DutyOccurrence.objects.get(fulfilled_on__isnull=False, duty__record_kind="cases.filingcheck")
    assert kept.record_id == done.pk and kept.fulfilled_on <= kept.deadline
