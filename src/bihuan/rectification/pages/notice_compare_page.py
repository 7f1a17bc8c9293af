"""The page that shows a notice beside a round: matches are corrected there, and only the differences shown if one likes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.pages.base import row_id

from ..ledgers import ROUNDS
from ..models import InspectionRound
from . import notice_kept
from .notice_compare import STATUS, Comparison, compare
from .notices import Held


class NoticeCompare(Held):
    """What the notice says and the ledger does not, and the other way round."""

    template = "rectification/notice_compare.html"

    def round(self) -> InspectionRound:
        """`?round=`: with which."""
        return self.seen(InspectionRound, row_id(self.request.GET.get("round", "")))

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Both sides; `only=1` leaves out what agrees."""
        notice = self.held(token)
        round_ = self.round()
        chosen = self.kept.matches.get(str(round_.pk), {})
        result: Comparison = compare(self.person, notice, round_, draft=self.draft(notice), chosen=chosen)
        only = request.GET.get("only") == "1"
        here = f"{request.path}?round={round_.pk}"
        context = {
            "notice": notice,
            "round": round_,
            "result": result,
            "problems": [pair for pair in result.problems if not (only and pair.quiet)],
            "facts": [(fact, *STATUS[fact.status]) for fact in result.facts if not (only and fact.status == "same")],
            "figures": [
                (one, *STATUS[one.status]) for one in result.figures if not (only and one.status in ("equal", "about"))
            ],
            "only": only,
            "by_hand": len(chosen),
            "toggle": here if only else f"{here}&only=1",
            "back": reverse("rectification:notice", args=[token]),
            "round_url": ROUNDS.url("detail", round_.pk),
        }
        return self.show(context)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Keep the matches chosen by hand: `m-<key>` is a row of the ledger, 0 for none, empty for what likeness says."""
        self.held(token)
        round_ = self.round()
        sent: dict[str, Any] = request.POST.dict()
        chosen = {n[2:]: row_id(v) for n, v in sent.items() if n.startswith("m-") and (v == "0" or row_id(v))}
        notice_kept.remember_matches(self.upload, self.kept, round_.pk, chosen)
        self.done(_("已按所选的对应关系重新核对。"))
        only = "&only=1" if request.GET.get("only") == "1" else ""
        return HttpResponseRedirect(f"{request.path}?round={round_.pk}{only}")
