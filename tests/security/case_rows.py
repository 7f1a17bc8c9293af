"""A case of the civil division with everything the case system recorded of it, and a request about it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from bihuan.cases.clock import refresh
from bihuan.cases.models import (
    Appeal,
    Case,
    CaseGrant,
    CaseParty,
    CasePause,
    CaseTurn,
    ExtensionRequest,
    Hearing,
    PendingReason,
)
from bihuan.cases.services import exclusions, requests
from bihuan.kernel.work import unit_of_work


def case_rows(court: Any, secret: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """(row by ledger, row by page)."""
    day = dt.date(2026, 4, 1)
    case = Case(
        number="（2025）鄂0000民初1号", procedure="ordinary", cause=f"{secret}案由", parties=f"{secret}当事人",
        division=court.units["civil"], judge=court.judge, filed_on=dt.date(2025, 12, 15),
    )  # fmt: skip
    case.clean()
    facts = [
        CasePause(case=case, ground="appraisal", first=day, last=day, reference=f"{secret}委托书"),
        CaseGrant(case=case, by="president", term="1m", applied_on=day, decided_on=day, reference=f"{secret}文号"),
        CaseTurn(case=case, kind="convert", was="summary", to="ordinary", on=day, reference=f"{secret}裁定"),
        Hearing(case=case, at=timezone.make_aware(dt.datetime(2026, 4, 1, 9)), place=f"{secret}法庭"),
        Appeal(case=case, appealed_on=day, upper_number=f"{secret}号"),
    ]
    with unit_of_work(None) as uow:
        case.save(force_insert=True)
        for fact in facts:
            fact.save(force_insert=True)
        uow.record("test.made", case, covers=[type(fact) for fact in facts], params={"what": "case"})
    refresh([case.pk])
    asked = {"rule": "E2", "by": "superior", "until": dt.date(2026, 12, 31), "reason": f"{secret}理由", "late_reason": secret}
    requests.ask(actor=court.judge, case=case, values=asked)
    request = ExtensionRequest.objects.get()
    wanted = {"ground": "audit", "first": day, "reference": f"{secret}审计", "reason": f"{secret}理由"}
    exclusion = exclusions.ask(actor=court.judge, case=case, values=wanted)
    with unit_of_work(None) as uow:
        party = CaseParty.objects.create(case=case, role="claimant", name=f"{secret}人")
        reason = PendingReason.objects.create(
            case=case, tier="local.long-pending.twelve-months", cause="other", detail=f"{secret}原因", solution=secret,
            plan_on=dt.date(2026, 12, 31), recorded_on=day, recorded_by=court.judge,
        )  # fmt: skip
        uow.record("test.made", case, covers=[CaseParty, PendingReason], params={"what": "reason"})
    ledgers = dict(zip(("pauses", "grants", "turns", "hearings", "appeals"), facts, strict=True))
    rows = {"cases": case, "extensions": request, "exclusions": exclusion, "parties": party, "pending": reason, **ledgers}
    pages = {
        "extension": case, "what_if": case, "extension_print": request, "extension_withdraw": request, "exclusion": case,
        "exclusion_print": exclusion, "exclusion_withdraw": exclusion, "pending": case, "open_whole": case,
    }  # fmt: skip
    return {f"cases.{name}": row for name, row in rows.items()}, {f"cases:{name}": row for name, row in pages.items()}
