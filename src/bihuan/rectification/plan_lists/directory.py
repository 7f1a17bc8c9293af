"""Names in the lists, found among the persons, departments and choices of the database."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import models

from bihuan.kernel import access, clock
from bihuan.kernel.models import Assignment, Person, Unit
from bihuan.kernel.wording import Message

from . import wordings as w

_TITLE = re.compile(
    r"^(?:党组书记|党组副书记|党组成员|书记|副书记|院长|副院长|庭长|副庭长|局长|副局长|主任|副主任|组长|副组长|队长|副队长|政治部主任|"
    r"专职委员|审判委员会专职委员|审委会专委|四级高级法官|三级高级法官|法官|法官助理|书记员|负责人|同志)+$"
)
_AROUND = re.compile(
    r"^(?:(?:党组)?书记|党组副书记|党组成员|副?院长|副?庭长|副?局长|副?主任|副?组长|副?队长)+|"
    r"(?:同志|副?院长|副?庭长|副?局长|副?主任|副?组长|副?队长)+$"
)
_NOTE = re.compile(r"[（(]([^（()）]*)[)）]$")


def plain(name: str) -> str:
    """A name for comparison."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))


class Directory:
    """Persons and departments as `actor` may see them, read once for a whole list."""

    def __init__(self, actor: Person | None) -> None:
        day = clock.today()
        self.units: dict[str, list[Unit]] = defaultdict(list)
        for unit in access.visible(actor, Unit).filter(closed_on__isnull=True):
            self.units[plain(unit.name)].append(unit)
        self.persons: dict[str, list[Person]] = defaultdict(list)
        for person in access.visible(actor, Person).filter(is_active=True, admin_role=""):
            self.persons[plain(person.name)].append(person)
        self.places: dict[int, set[str]] = defaultdict(set)
        held = access.visible(actor, Assignment).filter(Assignment.on(day)).select_related("post__unit")
        for row in held:
            self.places[row.person_id].add(row.post.unit.name)

    # ---- departments --------------------------------------------------------------------------------------------

    def unit(self, name: str, field: str) -> tuple[Unit | None, list[Message], list[Message]]:
        """(department, remarks, faults). A short form is taken when just one department's name holds its characters."""
        wanted = plain(name)
        exact = self.units.get(wanted, [])
        if len(exact) == 1:
            return exact[0], [], []
        near = exact or [unit for key, units in self.units.items() if _shortens(wanted, key) for unit in units]
        if len(near) == 1:
            return near[0], [Message(w.UNDERSTOOD_AS, {"name": name, "full": near[0].name})], []
        told: dict[str, Any] = {"field": field, "name": name, "near": [unit.name for unit in near[:5]]}
        if near:
            return None, [], [Message(w.UNIT_TWICE, told)]
        told["near"] = _nearest(wanted, self.units)
        return None, [], [Message(w.NO_UNIT, told)]

    def units_of(self, names: Iterable[str], field: str) -> tuple[list[Unit], list[Message], list[Message]]:
        """The departments of several names; "甲庭和乙庭" is two when it is not one."""
        units: list[Unit] = []
        remarks: list[Message] = []
        faults: list[Message] = []
        for name in names:
            unit, said, wrong = self.unit(name, field)
            parts = [part for part in re.split(r"[和及与]", name) if part] if unit is None else []
            if len(parts) > 1:
                several = [self.unit(part, field) for part in parts]
                if all(found is not None for found, _said, _wrong in several):
                    units.extend(found for found, _s, _w in several if found is not None)
                    remarks.extend(message for _u, messages, _w in several for message in messages)
                    continue
            if unit is not None:
                units.append(unit)
            remarks.extend(said)
            faults.extend(wrong)
        return list(dict.fromkeys(units)), remarks, faults

    # ---- persons -------------------------------------------------------------------------------------------------

    def persons_of(self, names: Iterable[str], field: str) -> tuple[list[Person], list[Message], list[Message]]:
        """(persons in order, remarks, faults). Titles beside a name are dropped, a department in brackets chooses."""
        persons: list[Person] = []
        remarks: list[Message] = []
        faults: list[Message] = []
        for name in names:
            if _TITLE.match(plain(name)):
                remarks.append(Message(w.TITLE_IGNORED, {"name": name}))
                continue
            found, wrong = self._person(name, field)
            if found is not None:
                persons.append(found)
                if plain(found.name) != plain(name):
                    remarks.append(Message(w.UNDERSTOOD_AS, {"name": name, "full": found.name}))
            else:
                faults.append(wrong)
        return list(dict.fromkeys(persons)), remarks, faults

    def _person(self, name: str, field: str) -> tuple[Person | None, Message]:
        whole = plain(name)
        beside = _NOTE.search(whole)
        core = _NOTE.sub("", whole)
        near: list[Person] = []
        for candidate in dict.fromkeys((whole, core, _AROUND.sub("", core))):
            near = self.persons.get(candidate, [])
            if near:
                break
        if len(near) > 1 and beside:
            chosen = [p for p in near if any(_shortens(beside[1], plain(u)) for u in self.places[p.pk])]
            near = chosen or near
        if len(near) == 1:
            return near[0], Message(w.UNDERSTOOD_AS)
        told: dict[str, Any] = {"field": field, "name": name}
        if near:
            shown = [f"{p.name}（{'、'.join(sorted(self.places[p.pk])) or p.username}）" for p in near[:5]]
            return None, Message(w.PERSON_TWICE, told | {"near": shown, "example": shown[0]})
        return None, Message(w.NO_PERSON, told | {"near": _nearest(core, self.persons)})


def _shortens(short: str, full: str) -> bool:
    """Whether `short` keeps characters of `full` in their order, the first one among them: 民一庭 of 民事审判第一庭."""
    if len(short) < 2 or not full.startswith(short[0]):
        return False
    rest = iter(full)
    return all(char in rest for char in short)


def _nearest(name: str, known: Iterable[str]) -> list[str]:
    return difflib.get_close_matches(name, list(known), n=3, cutoff=0.3) or ["—"]


def choice(
    given: str, choices: type[models.TextChoices] | list[tuple[Any, Any]], field: str
) -> tuple[Any, Message | None]:
    """(code of a label written in the lists, fault). Words around the label, as 关于…方面, do not matter."""
    pairs = list(choices.choices) if isinstance(choices, type) else choices
    wanted = _core(given)
    by_label = {_core(str(label)): code for code, label in pairs}
    if wanted in by_label:
        return by_label[wanted], None
    holding = {code for label, code in by_label.items() if len(label) >= 2 and (label in wanted or wanted in label)}
    if len(holding) == 1 and len(wanted) >= 2:
        return holding.pop(), None
    near = difflib.get_close_matches(wanted, list(by_label), n=2, cutoff=0.6)
    if near and len({by_label[label] for label in near}) == 1:
        return by_label[near[0]], None
    return None, Message(w.NO_CHOICE, {"field": field, "name": given, "near": [str(label) for _c, label in pairs]})


def _core(text: str) -> str:
    bare = re.sub(r"^[（(\d一二三四五六七八九十]{0,4}[)）、.．]", "", plain(text))
    return re.sub(r"^(?:关于|聚焦|落实|在)|(?:方面|情况|问题|存在的?)+$", "", re.sub(r"[“”\"「」]", "", bare))
