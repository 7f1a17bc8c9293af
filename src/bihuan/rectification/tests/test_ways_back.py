"""From an alert to what it is about, and from filed evidence back to the measure."""

import datetime as dt

from django.urls import reverse

from bihuan.kernel import clock, patrol
from bihuan.kernel.models import Alert
from bihuan.rectification.ledgers import MEASURES

from .pages_support import addresses, page, text  # noqa: F401  a fixture of every test here


def test_an_alert_leads_to_its_measure_for_who_may_see_it(court, client):
    measure = court.at("in_progress").measure
    with clock.simulate(measure.due + dt.timedelta(days=3)):
        patrol.run(clock.today(), only=["rect.measure.overdue"])
        alert = Alert.objects.get(rule="rect.measure.overdue", object_id=measure.pk)
        shown = text(page(client, court.head, reverse("alert_detail", args=[alert.pk])))
        assert MEASURES.url("detail", measure.pk) in shown and "查看事项" in shown
        page(client, court.stranger, reverse("alert_detail", args=[alert.pk]), 404)


def test_refused_evidence_leads_back_to_the_measure(court, client):
    measure = court.at("in_progress").measure
    address = reverse("evidence_add", args=[measure._meta.label_lower, measure.pk])
    shown = text(page(client, court.head, address, 409, {"title": "", "kind": "photo"}))
    assert MEASURES.url("detail", measure.pk) in shown
