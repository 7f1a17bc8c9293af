"""Receipts, complaints and checks of the demo court: every situation of `sample/filing.yaml`, ordinary receipts around them, a finished check
that fulfilled its duty and one that is being made. All of it fictional."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import clock, duties, log, sources
from bihuan.kernel.ledger import service
from bihuan.kernel.models import Person, Unit
from bihuan.kernel.work import unit_of_work

from ..models import Case, FilingCheckItem, FilingComplaint, Receipt, ReceiptSupplement
from . import checks, linking, names
from .clock import refresh
from .flows import CHECK_FLOW, COMPLAINT_FLOW
from .ledgers_supervision import COMPLAINTS
from .sources import RECEIPTS

log.event("cases.filing.sample", _("载入演示立案收件：%(count)s 件"))
FILE = Path(__file__).parents[1] / "sample" / "filing.yaml"
HEAD, JUDGES, FINDER = "yanmubai", ("jifangzhou", "fengyanqiu"), "luopeixian"
SEED, ORDINARY = 20261123, 90
_KINDS = (("F-01", "买卖合同纠纷"), ("F-01", "民间借贷纠纷"), ("F-01", "离婚纠纷"), ("F-09", "买卖合同纠纷"), ("F-02", "工伤认定"), ("F-15", "申请支付令"))


def told() -> dict[str, list[dict[str, Any]]]:
    """What the file says."""
    found: dict[str, list[dict[str, Any]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def fill(as_of: dt.date, cases: Mapping[str, Case]) -> dict[str, Receipt]:
    """Write it all as of a day; `cases` are those of the situations by key. Returns the receipts of the situations by key."""
    people = {person.username: person for person in Person.objects.all()}
    unit = Unit.objects.get(code="filing")
    sheet = told()
    with clock.simulate(as_of), unit_of_work(None, job="demo") as uow:
        made = {row["key"]: _receipt(row, f"2026立收{n:04}", unit, people, cases) for n, row in enumerate(sheet["receipts"], start=1)}
        for n, row in enumerate(_ordinary(as_of), start=1):
            _receipt(row, f"2026立收{1000 + n}", unit, people, cases)
        sources.record_intake(RECEIPTS, cut_off=as_of, rows={"new": len(made) + ORDINARY}, filename="立案系统导出.xlsx")
        uow.record("cases.filing.sample", params={"count": len(made) + ORDINARY}, covers=[Receipt, ReceiptSupplement])
    with clock.simulate(as_of):
        refresh()
        linking.link()
    _complain(sheet["complaints"], unit, people, made)
    _check(as_of, people[HEAD])
    return {key: Receipt.objects.get(pk=row.pk) for key, row in made.items()}


def _receipt(row: Mapping[str, Any], no: str, unit: Unit, people: Mapping[str, Person], cases: Mapping[str, Case]) -> Receipt:
    at = timezone.make_aware(dt.datetime.fromisoformat(str(row["received"])))
    case = cases.get(row.get("case", ""))
    receipt = Receipt(
        receipt_no=no, kind=row["kind"], first_received_at=at, channel=row.get("channel", "window"), cause=row.get("cause", ""), unit=unit,
        person=people[JUDGES[int(no[-1]) % 2]], receipt_given=row.get("given", True), outcome=row.get("outcome", ""),
        outcome_on=row.get("decided"), ruling_no=row.get("ruling", ""), case_number=case.number if case else "",
        applicant_digest=names.digest(row.get("applicant", f"申请人{no}")), opponent_digest=names.digest(row.get("opponent", f"对方{no}")),
        mediation_consent=row.get("consent"), mediation_sent_on=row.get("sent"), mediation_signed_on=row.get("signed"),
        mediation_until=row.get("until"), mediation_ended_on=row.get("ended"),
    )  # fmt: skip
    receipt.clean()
    receipt.save(force_insert=True)
    for days in row.get("supplements", ()):
        received = days[1] if len(days) > 1 else None
        ReceiptSupplement(receipt=receipt, notice_on=days[0], received_on=received, wanted="补充被告住所和证据").save(force_insert=True)
    return receipt


def _ordinary(as_of: dt.date) -> Iterator[dict[str, Any]]:
    """Receipts decided within two days; the same each time."""
    draw = random.Random(SEED)
    for _n in range(ORDINARY):
        received = as_of - dt.timedelta(days=draw.randint(4, 110))
        kind, cause = draw.choice(_KINDS)
        channel = draw.choice(["window", "window", "online", "post"])
        at = f"{received} {draw.randint(8, 17):02}:{draw.randint(0, 59):02}"
        yield {"kind": kind, "cause": cause, "received": at, "channel": channel, "outcome": "filed",
               "decided": received + dt.timedelta(days=draw.randint(0, 2))}  # fmt: skip


def _complain(rows: list[dict[str, Any]], unit: Unit, people: Mapping[str, Person], receipts: Mapping[str, Receipt]) -> None:
    finder = people[FINDER]
    for row in rows:
        with clock.simulate(row["accepted"]):
            values = {"no": row["number"], "unit": unit, "accepted_on": row["accepted"], "ground": row["ground"], "person": finder,
                      "receipt": receipts.get(row.get("about", "")), "content": row.get("content", "")}  # fmt: skip
            made: FilingComplaint = service.create(COMPLAINTS, actor=people[HEAD], values=values)
        if "found" in row:
            data = {"finding": row["finding"], "found_on": row["found"], "handling": row["handling"]}
            with clock.simulate(row["found"]):
                made = COMPLAINT_FLOW.perform(made, "find", actor=finder, data=data)
        if "replied" in row:
            with clock.simulate(row["replied"]):
                COMPLAINT_FLOW.perform(made, "reply", actor=finder, data={"replied_on": row["replied"]})


def _check(as_of: dt.date, head: Person) -> None:
    first = as_of.replace(day=1)
    before = (first - dt.timedelta(days=1)).replace(day=1)
    with clock.simulate(before):
        office = Person.objects.filter(assignments__post__role="trial_management").order_by("pk").first()
        assert office is not None
        checks.establish(actor=office, every="month", starts=before, grace_days=3)
        duties.generate(as_of)
    last = before + dt.timedelta(days=27)
    with clock.simulate(last):
        done = checks.draw(actor=head, no=f"立案检查〔{as_of.year}〕第1次", first=before, last=last, size=8, seed="20261028")
        checks.record(actor=head, check=done, rows={item.pk: _finding(item) for item in done.items.select_related("receipt")})
        CHECK_FLOW.perform(done, "conclude", actor=head, data={"conclusion": "抽查收件总体规范；窗口应当场出具收件凭证，补正应一次告知。"})
    with clock.simulate(as_of):
        open_ = checks.draw(actor=head, no=f"立案检查〔{as_of.year}〕第2次", first=first, last=as_of, size=10, seed="20261123")
        some = list(open_.items.select_related("receipt").order_by("place"))[:4]
        checks.record(actor=head, check=open_, rows={item.pk: _finding(item) for item in some})


def _finding(item: FilingCheckItem) -> tuple[str, str]:
    receipt = item.receipt
    if receipt.outcome_on and receipt.due_on and receipt.outcome_on > receipt.due_on:
        return "late", "超过届满日才作出结论"
    return ("no_receipt", "没有凭证存根") if receipt.receipt_given is False else ("sound", "")
