"""The generated tables of docs/期限怎么算.md, from the data of limits: `write` renews them, `check` compares.

Each table stands between <!-- name --> and <!-- /name -->; the text around them is written by hand.
"""

import datetime as dt
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import tables  # type: ignore[import-not-found]  # the script beside this one
from parameters import said  # type: ignore[import-not-found]  # the script beside this one

from bihuan.law.case_types import case_types
from bihuan.law.citations import citations
from bihuan.law.dated import Parameters
from bihuan.law.limits.book import LimitBook, chosen
from bihuan.law.limits.model import Basis, ExtensionRule, GroundRule, Limit, Reading, StartEvent, TermRef, Version
from bihuan.law.limits.reading import CASES, LIMIT_DATA
from bihuan.law.terms import Period
from bihuan.law.yamlfile import read_yaml

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "期限怎么算.md"
BOOK, PARAMETERS = LimitBook.load(), Parameters.load()
TAGS = {"T": "T", "S": "S", "M": "**M 待核**", "I": "I 理解", "D": "**D 默认**"}
ORDER = ("F", "CV", "CR", "AD", "NE", "AR", "EX", "E", "EF", "ET", "EP", "SC", "DA", "P", "T")
ON = dt.date(2026, 1, 1)  # articles are written with the numbers of this day


def words(term: Period | str) -> str:
    """A length of time in words."""
    return str(said("term", str(term))).replace("（刑事）", "").replace(" ", "")


def table(head: str, rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    titles = head.split("|")
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    lines += ["| " + " | ".join(cell.replace("|", "／") or "—" for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def cite(basis: Basis) -> str:
    """All articles of a row, as they are numbered now."""
    return basis.cite_all(ON)


def length(ref: TermRef | None, version: Version) -> str:
    """The length of a text, with the longest one where there are two."""
    if version.unlimited:
        return "不受期限限制"
    if version.before:
        return f"在{BOOK.words.events[version.before]}之前"
    if ref is None:
        return "—"
    shown = words(ref.on(max(version.start, min(version.end, ON)), PARAMETERS))
    return f"{shown}，至迟{words(version.at_latest)}" if version.at_latest and ref is version.term else shown


def lengths(version: Version) -> str:
    """The length of a text with its variants."""
    found = [length(version.term, version)]
    found += [f"{BOOK.words.facts[v.when]}的{length(v.term, version)}" for v in version.variants]
    return "；".join(found)


def extension(rule: ExtensionRule) -> str:
    """One extension in words."""
    by = "或".join(BOOK.words.approvers[a.by] for a in rule.by if a.reading is None)
    longest = f"批准延长{words(rule.term)}" if rule.term else "批准，届满日由其写明"
    if rule.total:
        longest = f"批准延长，总长不过{words(rule.total)}" if rule.term is None else f"{longest}（总长不过{words(rule.total)}）"
    often = {0: "可多次", 1: "一次"}.get(rule.times, f"{rule.times}次")
    told = [f"{by}{longest}，{often}"]
    if rule.any_of:
        told.append("限于" + "或".join(BOOK.words.facts[x] for x in rule.any_of))
    if rule.all_of:
        told.append("须" + "、".join(BOOK.words.facts[x] for x in rule.all_of))
    if rule.legacy_term:
        told.append(f"旧规定{words(rule.legacy_term)}（{rule.legacy}，仅供参考）")
    if rule.legacy_basis:
        told.append("只有旧规定")
    return "，".join(told)


def now(limit: Limit) -> Version:
    """The newest text."""
    return limit.versions[-1]


def started(start: StartEvent) -> str:
    """The event that starts a limit, with the fact it asks for."""
    return BOOK.words.events[start.event] + (f"（{BOOK.words.facts[start.when]}）" if start.when else "")


def limits() -> str:
    """All limits as of now."""
    rows = []
    for limit in sorted(BOOK, key=lambda limit: ORDER.index(limit.id.split("-")[0])):
        version = now(limit)
        start = "；".join(started(s) for s in limit.starts if chosen(s.reading, ON, PARAMETERS))
        listed = BOOK.lists[limit.exclusions].title if limit.exclusions else ""
        kind = {"minimum": "（下限）", "maximum": "（上限）"}.get(limit.kind, "")
        more = "；".join(extension(rule) for rule in version.extensions if rule.end >= ON)
        rows.append((limit.id, limit.title + kind, start, lengths(version), more, listed, cite(version.basis), TAGS[version.basis.tag]))
    return table("编号|期限|起算|长度|延长|清单|依据|把握", rows)


def old_texts() -> str:
    """Texts that no longer hold, for old cases."""
    rows = [
        (limit.id, limit.title, f"{v.start}—{v.end}", lengths(v), "；".join(extension(r) for r in v.extensions), cite(v.basis), TAGS[v.basis.tag])
        for limit in BOOK
        for v in limit.versions[:-1]
    ]
    return table("编号|期限|适用于起算日在|长度|延长|依据|把握", rows)


def unsure() -> str:
    """Texts, and days from which texts hold, that nobody read in the original."""
    rows = []
    starts: dict[tuple[str, dt.date], list[str]] = {}
    for limit in BOOK:
        for v in limit.versions:
            if v.basis.tag in ("M", "D"):
                rows.append((limit.id, limit.title, "条文或数字", f"{lengths(v)}（自 {v.start}）", TAGS[v.basis.tag]))
            elif v.start_tag == "M":
                starts.setdefault((v.basis.source, v.start), []).append(limit.id)
    for held in BOOK.lists.values():
        for g in held.grounds:
            if g.start_tag == "M" and held.title not in starts.setdefault((g.basis.source, g.start), []):
                starts[g.basis.source, g.start].append(held.title)
    rows += [("、".join(ids), f"{source}的施行日", "施行日", f"按 {start} 起", TAGS["M"]) for (source, start), ids in sorted(starts.items())]
    for name, basis in (("类型代字", case_types().basis),):
        rows.append(("—", f"案号的{name}与法院代字", "整张表", cite(basis), TAGS[basis.tag]))
    for renumbered in citations().tables():
        for title, numbers, editions in renumbered.articles:
            for edition in sorted(editions):
                rows.append(("—", f"{renumbered.law}（{edition}年文本）{title}", "条号", f"按第{numbers[edition]}条", TAGS["M"]))
    return table("编号|内容|待核的是|现在按什么用|把握", rows)


def readings() -> str:
    """Questions with two answers."""
    rows = []
    for note in BOOK.readings:
        used, *others = [said_ for _code, said_ in note.options]
        change = f"`{note.parameter}`" if note.parameter else "固定"
        rows.append((note.title, used, "；".join(others), note.why, cite(note.basis), change))
    return table("问题|本系统用|另一种|理由|条文|本院可改", rows)


def conflicts() -> str:
    """Texts that contradict each other."""
    rows = [(limit.id, limit.title, c.used, c.other, c.why) for limit in BOOK for c in limit.conflicts]
    return table("编号|期限|用的|另一种|理由", rows)


def reading_of(reading: Reading | None) -> str:
    """Under which reading a row holds."""
    if reading is None:
        return ""
    note = next(note for note in BOOK.readings if note.parameter == reading[0])
    return f"本院选用“{dict(note.options)[reading[1]]}”时才扣（见第八节）"


def ground(rule: GroundRule) -> str:
    """The conditions of one ground."""
    told = []
    if rule.skip:
        told.append(f"最初{words(rule.skip)}照算")
    if rule.max_each:
        told.append(f"每次最多{words(rule.max_each)}")
    if rule.needs:
        told.append("须有" + "、".join(BOOK.words.facts[x] for x in rule.needs) + "的证明")
    if rule.end != dt.date.max:
        told.append(f"至 {rule.end} 止")
    return "；".join([*told, *filter(None, [reading_of(rule.reading)])])


def exclusions() -> str:
    """The closed lists."""
    rows = [
        (held.title, BOOK.words.grounds[g.ground], ground(g), cite(g.basis), TAGS[g.basis.tag])
        for held in BOOK.lists.values()
        for g in held.grounds
    ]
    return table("清单|事由|条件|依据|把握", rows)


def never() -> str:
    """Grounds that stand on no list."""
    listed = {g.ground for held in BOOK.lists.values() for g in held.grounds}
    return "、".join(title for id_, title in BOOK.words.grounds.items() if id_ not in listed) + "\n"


def leads() -> str:
    """How long before expiry to ask and to decide."""
    rows = []
    for lead in BOOK.leads.values():
        for v in lead.versions:
            end = "" if v.end == dt.date.max else str(v.end)
            decide = "—" if v.decide is None else "届满前" if not v.decide else f"{v.decide}日前"
            above = "—" if v.decide_above is None else "届满前" if not v.decide_above else f"{v.decide_above}日前"
            rows.append((lead.title, f"{v.start}—{end}", f"{v.apply}日前", decide, above, cite(v.basis), v.note))
    return table("案件|适用于申请日在|申请|本院决定|上级决定|依据|说明", rows)


def turns() -> str:
    """Conversions and restarts."""
    rows = [
        (c.title, {"continue": "连续计算", "restart": "重新计算"}[c.effect], "应在届满以前转换" if c.before_expiry else "", cite(c.basis), TAGS[c.basis.tag])
        for c in BOOK.conversions
    ]
    rows += [
        (r.title, "重新计算", "；".join(filter(None, [f"以{r.times}次为限" if r.times else "", f"在外不超过{words(r.away)}（{r.away_article}）" if r.away else ""])),
         cite(r.basis), TAGS[r.basis.tag])
        for r in BOOK.restarts
    ]  # fmt: skip
    return table("事由|期限|条件|依据|把握", rows)


def tiers() -> str:
    """The thresholds of long-pending cases."""
    rows = []
    for parameter in PARAMETERS:
        if parameter.id.startswith("local.long-pending."):
            value = parameter.values[-1]
            mark = {"over": "超过", "reach": "满"}[str(value.content["boundary"])]
            rows.append((parameter.title, f"{mark}{words(value.term())}", f"`{parameter.id}`", TAGS[value.tag]))
    return table("档次|长度|参数|把握", rows)


def counts() -> str:
    """How much there is."""
    rows = list(_counted())
    return table("内容|数目", rows)


def _counted() -> Iterator[tuple[str, str]]:
    cases = sum(len(read_yaml(file)["cases"]) for file in LIMIT_DATA.glob(f"*{CASES}"))
    yield "期限", str(len(BOOK))
    yield "各时期的文本", str(sum(len(limit.versions) for limit in BOOK))
    yield "延长规则", str(sum(len(v.extensions) for limit in BOOK for v in limit.versions))
    yield "封闭清单与其中的事由", f"{len(BOOK.lists)} 张，{sum(len(held.grounds) for held in BOOK.lists.values())} 条"
    yield "程序转换、重新计算", f"{len(BOOK.conversions)} 条、{len(BOOK.restarts)} 条"
    yield "两种理解", f"{len(BOOK.readings)} 处，其中本院可改 {sum(bool(n.parameter) for n in BOOK.readings)} 处"
    yield "期限算例（`data/limits/*.cases.yaml`）", str(cases)


TABLES: dict[str, Callable[[], str]] = {
    "counts": counts, "limits": limits, "old": old_texts, "exclusions": exclusions, "never": never, "leads": leads,
    "turns": turns, "readings": readings, "conflicts": conflicts, "tiers": tiers, "unsure": unsure,
}  # fmt: skip


def renewed(text: str) -> str:
    """The document with every table as the data have it now."""
    for name, make in TABLES.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->\n)", re.DOTALL)
        if not pattern.search(text):
            sys.exit(f"{DOCUMENT} has lost the marks <!-- {name} --> ... <!-- /{name} -->")
        made = make().replace("\\", "\\\\")
        text = pattern.sub(rf"\g<1>{made}\g<2>", text, count=1)
    return text


if __name__ == "__main__":
    tables.main(DOCUMENT, renewed, __doc__)
