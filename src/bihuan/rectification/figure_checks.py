"""The figure check's part of rectification: figures read as the notice reader reads them, and the counts of the round in work."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, figure_check
from bihuan.kernel.figure_check import Mention
from bihuan.kernel.models import Person
from bihuan.kernel.rate import Rate

from . import rates
from .models import InspectionRound, Measure
from .notice.figures import read_figures
from .notice.model import Figure
from .notice.normalise import normalise

_DIGITS = r"\d[\d,]*(?:\.\d+)?"
_CHINESE = r"[〇零一二两三四五六七八九十百]+"


@figure_check.reading
def read(text: str, signed: dt.date | None) -> tuple[str, list[Mention]]:
    """The text in one spelling and its figures. `signed` dates months and days printed without a year."""
    plain = normalise(text)
    found, _doubts = read_figures(plain, text, (0, len(text)), 1, reference=signed, earliest=None)
    return plain, sorted((_mention(plain, one) for one in found), key=lambda one: one.at)


def _mention(plain: str, figure: Figure) -> Mention:
    start, end = figure.span
    at, stop, printed = _number(plain, figure)
    value = Decimal(printed) if printed else Decimal(str(figure.value))
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return Mention(
        start, end, at, stop, plain[start:end], value, figure.unit, places, figure.as_of or "",
        "approximate" if figure.approximate and figure.kind == "result" else figure.kind,
    )  # fmt: skip


def _number(plain: str, figure: Figure) -> tuple[int, int, str]:
    """Where the number with its unit stands, and its digits ("" when it is written in signs). A figure ends after its number, so the
    last that fits is the one."""
    start, end = figure.span
    words = plain[start:end]
    unit = re.escape(figure.unit)
    best: tuple[int, int, str] | None = None
    for match in re.finditer(rf"({_DIGITS})\s*(?:余|多|来)?\s*{unit}", words):
        digits = match[1].replace(",", "")
        if Decimal(digits) == Decimal(str(figure.value)):
            best = (start + match.start(), start + match.end(), digits)
    if best is None:
        for match in re.finditer(rf"百分之{_CHINESE}|{_CHINESE}\s*(?:余|多)?\s*{unit}", words):
            best = (start + match.start(), start + match.end(), "")
    return best or (start, end, "")


# ---- the counts of the round in work --------------------------------------------------------------------------


def _rates(person: Person | None) -> rates.Rates | None:
    memo = access.viewer(person).memo if person is not None else {}
    if "figure_check.rates" not in memo:
        rows = access.visible(person, InspectionRound).filter(is_backfilled=False, voided_at__isnull=True)
        newest = rows.first()
        memo["figure_check.rates"] = rates.rates(newest, person=person) if newest is not None else None
    found: rates.Rates | None = memo["figure_check.rates"]
    return found


def _of(
    part: Callable[[rates.Rates], int | Decimal | None],
) -> Callable[[Person | None, dt.date], int | Decimal | None]:
    def compute(person: Person | None, day: dt.date) -> int | Decimal | None:
        held = _rates(person)
        return part(held) if held is not None else None

    return compute


def _share(rate: Rate) -> Decimal | None:
    return Decimal(100 * rate.numerator) / rate.denominator if rate.denominator else None


def _overdue(person: Person | None, day: dt.date) -> int:
    rows = access.visible(person, Measure).filter(
        round__is_backfilled=False, round__voided_at__isnull=True, voided_at__isnull=True
    )
    return rows.filter(rates.late(day)).count()


_ITEMS = ("条", "项", "个")
figure_check.source(
    "rectification.measures", title=_("整改措施数"), words=["制定整改措施", "整改措施"], unit=_ITEMS,
    compute=_of(lambda held: held.measures.denominator),
)  # fmt: skip
figure_check.source(
    "rectification.measures-done", title=_("已完成的整改措施数"), unit=_ITEMS,
    words=["完成整改措施", "整改措施已完成", "措施已销号", "销号措施", "措施销号"],
    compute=_of(lambda held: held.measures.numerator),
)  # fmt: skip
figure_check.source(
    "rectification.measures-rate", title=_("整改措施完成率"), words=["整改措施完成率", "措施完成率"], unit=["%"],
    compute=_of(lambda held: _share(held.measures)),
)  # fmt: skip
figure_check.source(
    "rectification.measures-overdue", title=_("逾期的整改措施数"), unit=_ITEMS,
    words=["逾期整改措施", "逾期措施", "超期措施", "措施逾期"], compute=_overdue,
)  # fmt: skip
figure_check.source(
    "rectification.problems", title=_("反馈问题数"), words=["反馈问题", "整改问题"], unit=_ITEMS,
    compute=_of(lambda held: held.problems.denominator),
)  # fmt: skip
figure_check.source(
    "rectification.problems-done", title=_("已完成整改的问题数"), unit=_ITEMS,
    words=["完成整改问题", "完成问题整改", "已完成整改", "完成整改"],
    compute=_of(lambda held: held.problems.numerator),
)  # fmt: skip
figure_check.source(
    "rectification.problems-rate", title=_("问题整改完成率"), unit=["%"],
    words=["问题整改完成率", "整改完成率", "问题完成率"], compute=_of(lambda held: _share(held.problems)),
)  # fmt: skip
