"""Extensions judged: is there one at all, by whom, how often, how long, on what condition, asked for and decided in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from ..dated import Parameters
from ..movements import ONE_DAY, Extension, Way, advance
from ..terms import Period
from . import findings as f
from .book import LimitBook, choice, chosen
from .findings import Finding, finding
from .history import Grant
from .model import ExtensionRule, LeadVersion, Limit, Version

LATE_DECISION = "law.reading.late-decision"


@dataclass
class Clock:
    """The end of a limit while its extensions are judged one by one: `end` raw and without exclusions."""

    limit: Limit
    trigger: dt.date
    end: dt.date
    way: Way
    book: LimitBook
    parameters: Parameters
    facts: frozenset[str]
    under: dt.date | None
    expiry: Callable[[dt.date], tuple[dt.date, dt.date]]  # (raw, due) when the limit ends on this raw day
    used: dict[str, int] = field(default_factory=dict)
    accepted: list[Extension] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)

    def grant(self, grant: Grant) -> None:
        """Judge one extension; where it counts, the end moves."""
        at = grant.at
        on = at or self.trigger
        version = self._version(self.under or on)
        rule = self._rule(grant, version, on)
        if rule is None or not self._conditions(grant, rule, on):
            return
        raw, due = self.expiry(self.end)
        lead = self._lead(at or self.trigger)
        if not self._in_time(grant, rule, lead, raw, due):
            return
        end = self._end(grant, rule, on)
        if end is None:
            return
        if rule.legacy_basis:
            self.found.append(finding(f.GRANT_LEGACY, article=rule.basis.cite(on), reference=grant.reference))
        self.used[rule.code] = self.used.get(rule.code, 0) + 1
        self.accepted.append(self._extension(grant, rule, end, on))
        self.end = end

    # ---- which rule ----

    def _version(self, on: dt.date) -> Version:
        """The text of the day of the act; a day before any text falls back on the text of the case itself."""
        found = next((v for v in self.limit.versions if v.covers(on)), None)
        return found or self.limit.on(self.under or self.trigger)

    def _rule(self, grant: Grant, version: Version, on: dt.date) -> ExtensionRule | None:
        rules = [r for r in version.extensions if r.start <= on <= r.end]
        told = {"reference": grant.reference}
        if not rules:
            article = version.basis.cite(on)
            self.found.append(finding(f.GRANT_NONE, **told, article=article))
            return None
        theirs = [r for r in rules if self._may(r, grant.by, on)] if grant.by else rules
        if not theirs:
            expected = sorted({name for r in rules for name in self._approvers(r, on)})
            article = rules[0].basis.cite(on)
            self.found.append(finding(f.GRANT_APPROVER, by=grant.by, expected=expected, **told, article=article))
            return None
        ready = [r for r in theirs if not r.after or self.used.get(r.after)]
        if not ready:
            article = theirs[0].basis.cite(on)
            self.found.append(finding(f.GRANT_ORDER, by=grant.by, **told, article=article))
            return None
        free = [r for r in ready if not r.times or self.used.get(r.code, 0) < r.times]
        if not free:
            rule = ready[-1]
            values = {"by": grant.by, "times": rule.times, **told, "article": rule.basis.cite(on)}
            self.found.append(finding(f.GRANT_TIMES, **values))
            return None
        if not grant.by:
            assumed = self._approvers(free[0], on)
            self.found.append(finding(f.GRANT_UNRECORDED, assumed=assumed, **told))
        return free[0]

    def _approvers(self, rule: ExtensionRule, on: dt.date) -> list[str]:
        return [a.by for a in rule.by if chosen(a.reading, on, self.parameters)]

    def _may(self, rule: ExtensionRule, by: str, on: dt.date) -> bool:
        return by in self._approvers(rule, on)

    def _conditions(self, grant: Grant, rule: ExtensionRule, on: dt.date) -> bool:
        held = self.facts | grant.facts
        told = {"reference": grant.reference, "article": rule.basis.cite(on)}
        if rule.any_of and not held & set(rule.any_of):
            self.found.append(finding(f.GRANT_CONDITION, needs=list(rule.any_of), all=False, **told))
            return False
        missing = [name for name in rule.all_of if name not in held]
        if missing:
            self.found.append(finding(f.GRANT_CONDITION, needs=missing, all=True, **told))
            return False
        return True

    # ---- in time ----

    def _lead(self, on: dt.date) -> LeadVersion | None:
        return self.book.leads[self.limit.lead].find_on(on) if self.limit.lead else None

    def _in_time(
        self, grant: Grant, rule: ExtensionRule, lead: LeadVersion | None, raw: dt.date, due: dt.date
    ) -> bool:
        applied, decided, told = grant.applied, grant.decided, {"reference": grant.reference}
        on = grant.at or self.trigger
        article = lead.basis.cite(on) if lead else rule.basis.cite(on)
        if applied is None:
            self.found.append(finding(f.GRANT_UNDATED, **told))
        elif applied > due:
            self.found.append(finding(f.GRANT_AFTER_EXPIRY, applied=applied, due=due, **told, article=article))
            return False
        elif lead and lead.apply and applied > raw - lead.apply * ONE_DAY:
            values = {"wanted": raw - lead.apply * ONE_DAY, "days": lead.apply, "raw": raw}
            self.found.append(finding(f.GRANT_LATE, applied=applied, **values, **told, article=article))
        if decided is None:
            if applied is not None:
                self.found.append(finding(f.GRANT_PENDING, applied=applied, **told))
            return applied is None
        if applied is not None and decided < applied:
            self.found.append(finding(f.GRANT_DAYS, applied=applied, decided=decided, **told))
        if decided > due:
            kept = choice(LATE_DECISION, decided, self.parameters) == "kept"
            code = f.GRANT_DECIDED_AFTER if kept else f.GRANT_DECIDED_REFUSED
            self.found.append(finding(code, decided=decided, due=due, **told, article=article))
            return kept
        wanted = self._decision_days(grant, rule, lead, on)
        if wanted and decided > raw - wanted * ONE_DAY:
            values = {"wanted": raw - wanted * ONE_DAY, "days": wanted, "raw": raw}
            self.found.append(finding(f.GRANT_DECIDED_LATE, decided=decided, **values, **told, article=article))
        return True

    def _decision_days(self, grant: Grant, rule: ExtensionRule, lead: LeadVersion | None, on: dt.date) -> int:
        if lead is None:
            return 0
        by = grant.by or self._approvers(rule, on)[0]
        return (lead.decide_above if by in self.book.words.above else lead.decide) or 0

    # ---- how long ----

    def _end(self, grant: Grant, rule: ExtensionRule, on: dt.date) -> dt.date | None:
        """The new raw end, cut to what the law allows; None where the grant cannot count."""
        told = {"reference": grant.reference, "article": rule.basis.cite(on)}
        most = self._most(rule)
        if grant.until is not None:
            end = grant.until
        elif grant.length is not None:
            end = self._plus(self.end, grant.length)
        elif rule.term is not None:
            end = self._plus(self.end, rule.term)
        else:
            values = {"legacy_term": str(rule.legacy_term or rule.total or ""), "legacy": rule.legacy}
            self.found.append(finding(f.GRANT_NO_LENGTH, by=grant.by, **values, **told))
            return None
        if end <= self.end:
            self.found.append(finding(f.GRANT_NOTHING, until=end, end=self.end, reference=grant.reference))
            return None
        if rule.least is not None and end < (least := self._plus(self.end, rule.least)):
            self.found.append(finding(f.GRANT_UNDER, asked=end, least=least, **told))
        if most is not None and end > most:
            self.found.append(finding(f.GRANT_OVER, asked=end, allowed=most, **told))
            return most if most > self.end else None
        return end

    def _most(self, rule: ExtensionRule) -> dt.date | None:
        """The latest raw end one more grant under `rule` may reach."""
        limits = []
        if rule.term is not None:
            limits.append(self._plus(self.end, rule.term))
        if rule.total is not None:
            limits.append(self._plus(self.trigger, rule.total))
        return min(limits) if limits else None

    def _plus(self, day: dt.date, term: Period) -> dt.date:
        return advance(self.way, day, self.way.of_system(term), [])

    def _extension(self, grant: Grant, rule: ExtensionRule, end: dt.date, on: dt.date) -> Extension:
        """The extension for the trace: by its length where that is what moved the end, else by the day."""
        article = rule.basis.cite(on)
        length = grant.length or rule.term
        if grant.until is None and length is not None:
            term = self.way.of_system(length)
            if advance(self.way, self.end, term, []) == end:
                return Extension(term=term, article=article, reference=grant.reference)
        return Extension(until=end, article=article, reference=grant.reference)
