"""Adjourned hearings beyond the caps of civil cases: too often, too far apart, for other reasons, without leave (9号).

One question each over the sittings; the caps are those of the law's data, and `law.limits.plain.judge_hearings` answers the same of
one case.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from django.db.models import Case as Choice
from django.db.models import (
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, JSONObject, TruncDate
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import law_words
from bihuan.kernel.rules import Params, carrying, rule
from bihuan.kernel.wording import Message
from bihuan.law.limits.book import current_limits
from bihuan.law.limits.model import AdjournmentRule
from bihuan.law.limits.plain import Hearing as Sitting
from bihuan.law.limits.plain import HearingFinding, judge_hearings

from ..meetings.sql import MonthsAfter, months_of
from ..models import Adjourned, Case, Hearing, HearingKind
from ..sources import CASES
from .limits import ARTICLE, DOMAIN, watched


def rules_held() -> tuple[AdjournmentRule, ...]:
    """The caps the law's data hold."""
    return current_limits().adjournments


def capped(on: dt.date) -> QuerySet[Case]:
    """Watched cases of the limits whose hearings are capped."""
    return watched(on).filter(limit_id__in=[id_ for held in rules_held() for id_ in held.limits])


def sittings() -> QuerySet[Any]:
    """The sittings of the case asked about that the caps speak of, with their day."""
    rows = Hearing.objects.filter(case=OuterRef("pk"), kind=HearingKind.TRIAL, voided_at=None)
    return carrying(rows, day=TruncDate("at")).filter(
        day__gte=_by_limit(lambda held: Value(held.start), "case__limit_id", DateField())
    )


def findings_of(case: Case) -> tuple[HearingFinding, ...]:
    """What is wrong with the sittings of one case, with the articles: one statement."""
    if case.limit_id not in {id_ for held in rules_held() for id_ in held.limits}:
        return ()
    rows = Hearing.objects.filter(case=case.pk, kind=HearingKind.TRIAL, voided_at=None).order_by("at", "pk")
    return judge_hearings(case.limit_id, [sitting(row) for row in rows])


def sitting(row: Hearing) -> Sitting:
    """A sitting as the law's calculus asks for it: an event beyond control is one of the "other" reasons."""
    return Sitting(
        on=timezone.localtime(row.at).date(),
        adjourned=bool(row.adjourned),
        other_reason=row.adjourned in OTHER,
        approved=bool(row.approved),
        force_majeure=row.adjourned == Adjourned.FORCE_MAJEURE,
        consent=row.consent,
    )


OTHER = (Adjourned.OTHER, Adjourned.FORCE_MAJEURE)


def _by_limit(value: Any, path: str, field: Any) -> Any:
    whens = [When(**{f"{path}__in": held.limits}, then=value(held)) for held in rules_held()]
    return Choice(*whens, default=None, output_field=field)


@lru_cache(maxsize=8)
def _article(name: str) -> str:
    """An article of the caps as sentences cite it; all caps cite the same. Names of laws are Chinese in every language."""
    held = rules_held()[0]
    text = held.basis.cite(held.start) if name == "article" else str(getattr(held, name))
    with translation.override("zh-hans"):
        return str(Message(ARTICLE, {"article": law_words.article(text)}))


def _told(rows: QuerySet[Any], article: str, due: Any, **params: Any) -> QuerySet[Any]:
    return carrying(
        rows,
        alert_due=due,
        alert_unit_id=F("division_id"),
        alert_person_id=F("judge_id"),
        alert_params=JSONObject(article=Value(_article(article)), **params),
    )


def _first(rows: QuerySet[Any], name: str) -> Subquery:
    return Subquery(rows.order_by("at", "pk").values(name)[:1], output_field=DateField())


@rule(
    "cases.adjourned.too-often",
    title=_("延期开庭超过次数"),
    says=_("已延期开庭 %(count)s 次，最多 %(times)s 次（%(article)s）"),
    about="cases.Case",
    severity="warning",
    domain=DOMAIN,
    sources=(CASES,),
    population=capped,
)
def too_often(on: dt.date, p: Params) -> QuerySet[Any]:
    """Cases whose hearings were adjourned more often than the cap."""
    adjourned = sittings().exclude(adjourned="")
    counted = adjourned.order_by().values("case").annotate(n=Count("pk")).values("n")
    rows = carrying(
        capped(on).filter(Exists(adjourned.order_by())),
        adjourned_times=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        most=_by_limit(lambda held: Value(held.times), "limit_id", IntegerField()),
    )
    rows = rows.filter(adjourned_times__gt=F("most"))
    last = Subquery(adjourned.order_by("-at", "-pk").values("day")[:1], output_field=DateField())
    return _told(
        rows, "article", last, count=Cast(F("adjourned_times"), TextField()), times=Cast(F("most"), TextField())
    )


@rule(
    "cases.adjourned.too-long",
    title=_("两次开庭间隔超过一个月"),
    says=_("%(day)s 开庭后，应于 %(due)s 以前再次开庭（%(article)s）"),
    about="cases.Case",
    severity="warning",
    domain=DOMAIN,
    sources=(CASES,),
    population=capped,
)
def too_long(on: dt.date, p: Params) -> QuerySet[Any]:
    """Cases with hearings farther apart than the cap, without consent or force majeure; of an adjourned one that was not followed by
    another, up to the day of asking."""
    after = Hearing.objects.filter(
        case=OuterRef("case"), kind=HearingKind.TRIAL, voided_at=None, at__gt=OuterRef("at")
    ).order_by("at")
    waits = Q(followed=None, case__closed_on=None, latest__lt=on) & ~Q(adjourned="")
    apart = carrying(
        sittings().exclude(adjourned=Adjourned.FORCE_MAJEURE).exclude(consent=True),
        latest=_by_limit(lambda held: MonthsAfter(TruncDate("at"), months_of(held.gap)), "case__limit_id", DateField()),
        followed=Subquery(carrying(after, day=TruncDate("at")).values("day")[:1], output_field=DateField()),
    ).filter(Q(followed__gt=F("latest")) | waits)
    rows = capped(on).filter(Exists(apart.order_by()))
    return _told(rows, "gap_article", _first(apart, "latest"), day=_first(apart, "day"))


def _because(on: dt.date, rows: QuerySet[Any], article: str) -> QuerySet[Any]:
    return _told(capped(on).filter(Exists(rows.order_by())), article, _first(rows, "day"))


@rule(
    "cases.adjourned.other",
    title=_("以不可抗力、意外事件以外的其他事由延期开庭"),
    says=_("%(due)s 以“其他应当延期的情形”延期开庭，不属于不可抗力或者意外事件（%(article)s）"),
    about="cases.Case",
    severity="warning",
    domain=DOMAIN,
    sources=(CASES,),
    population=capped,
)
def for_other_reasons(on: dt.date, p: Params) -> QuerySet[Any]:
    """Cases with a hearing adjourned for another reason that is none beyond control."""
    return _because(on, sittings().filter(adjourned=Adjourned.OTHER), "force_article")


@rule(
    "cases.adjourned.unapproved",
    title=_("以其他情形延期开庭，没有院长批准的记载"),
    says=_("%(due)s 以其他情形延期开庭，没有院长批准的记载（%(article)s）"),
    about="cases.Case",
    severity="notice",
    domain=DOMAIN,
    sources=(CASES,),
    population=capped,
)
def unapproved(on: dt.date, p: Params) -> QuerySet[Any]:
    """Cases with a hearing adjourned for another reason without the president's leave."""
    rows = sittings().filter(adjourned__in=OTHER).filter(Q(approved=None) | Q(approved=False))
    return _because(on, rows, "other_article")
