"""Units, posts and persons: divisions that do the work, offices that oversee it, three administrators."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from bihuan.kernel.models import Assignment, Lead, Person, Post, Unit
from bihuan.people import demo

from ..sizes import Size
from .loading import Block
from .words import PLACES, name_of

SINCE = "2020-01-01"
LEFT = "2026-04-30"
SET_AT = "2021-01-01 00:00:00"
OFFICES = (
    ("leaders", "院领导"), ("rectify", "整改办"), ("inspection", "督察室"), ("committee", "机关党委"),
    ("stationed", "派驻组"), ("office", "办公室"), ("trial", "审管办"), ("political", "政治部"),
)  # fmt: skip
OVERSEERS = (
    ("rectifier", "rectify", "rectification_office", "整改办专员", 3),
    ("inspector", "inspection", "inspection_office", "督察室主任", 3),
    ("disciplinarian", "committee", "party_discipline", "机关纪委书记", 2),
    ("stationed", "stationed", "stationed_discipline", "派驻组组长", 2),
    ("secretary", "office", "office", "党组秘书", 2),
    ("keeper", "trial", "trial_management", "审管办主任", 2),
    ("political", "political", "political", "政治部主任", 1),
)
ADMINS = ("system", "security", "audit")
LEADERS = 4


@dataclass
class People:
    """Who is who: ids of persons and units, by what they are."""

    size: Size
    units: list[tuple[int, str, str]] = field(default_factory=list)
    persons: list[tuple[int, str, str, str]] = field(default_factory=list)
    posts: list[tuple[int, int, str, str]] = field(default_factory=list)
    held: list[tuple[int, int]] = field(default_factory=list)
    leads: list[tuple[int, int]] = field(default_factory=list)
    divisions: list[int] = field(default_factory=list)
    head: dict[int, int] = field(default_factory=dict)
    clerk: dict[int, int] = field(default_factory=dict)
    leader: dict[int, int] = field(default_factory=dict)
    judges: dict[int, list[int]] = field(default_factory=dict)
    by_name: dict[str, int] = field(default_factory=dict)
    unit_by_code: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._unit("court", "云泽市临江区人民法院")
        for code, name in OFFICES:
            self._unit(code, name)
        leaders = self.unit_by_code["leaders"]
        self._person("president", leaders, "president", "党组书记、院长")
        charged = [self._post(leaders, "leader", f"副院长{n + 1}") for n in range(LEADERS)]
        who = [self._hold(f"leader{n + 1}", post) for n, post in enumerate(charged)]
        for name, unit, role, title, many in OVERSEERS:
            post = self._post(self.unit_by_code[unit], role, title)
            for n in range(many):
                self._hold(f"{name}{n + 1}", post)
        for n in range(self.size.divisions):
            division = self._unit(f"d{n + 1:02}", f"{PLACES[n % 10]}第{n + 1}庭")
            self.divisions.append(division)
            self.head[division] = self._person(f"head{n + 1:02}", division, "head", "庭长")
            self.clerk[division] = self._person(f"clerk{n + 1:02}", division, "dept_clerk", "内勤")
            post = self._post(division, "judge", "审判员")
            self.judges[division] = [self._hold(f"judge{n + 1:02}{j + 1:02}", post) for j in range(self.size.judges)]
            self.leader[division] = who[n % LEADERS]
            self.leads.append((charged[n % LEADERS], division))
        for kind in ADMINS:
            self._account(f"{kind}-admin", kind)

    def name(self, person: int) -> str:
        """The user name, as the log keeps it."""
        return self.persons[person - 1][1]

    def _unit(self, code: str, name: str) -> int:
        self.units.append((len(self.units) + 1, code, name))
        self.unit_by_code[code] = len(self.units)
        return len(self.units)

    def _post(self, unit: int, role: str, title: str) -> int:
        self.posts.append((len(self.posts) + 1, unit, role, title))
        return len(self.posts)

    def _account(self, username: str, admin: str = "") -> int:
        number = len(self.persons) + 1
        self.persons.append((number, username, name_of(number), admin))
        self.by_name[username] = number
        return number

    def _hold(self, username: str, post: int) -> int:
        person = self._account(username)
        self.held.append((person, post))
        return person

    def _person(self, username: str, unit: int, role: str, title: str) -> int:
        return self._hold(username, self._post(unit, role, title))

    def _until(self, person: int) -> str | None:
        """The last judge of every tenth division has left without a hand-over."""
        gone = {self.judges[unit][-1] for unit in self.divisions[9::10]}
        return LEFT if person in gone else None

    def blocks(self) -> list[Block]:
        """The rows."""
        encoded = PBKDF2PasswordHasher().encode(demo.password(), "benchmarkbenchmark")
        return [
            Block(Unit, ("id", "code", "name", "order", "parent_id"), [(*u, u[0], 1 if u[0] > 1 else None) for u in self.units]),
            Block(
                Person,
                ("id", "username", "name", "admin_role", "password", "password_changed_at", "is_demo"),
                [(*p, encoded, SET_AT, True) for p in self.persons],
            ),
            Block(Post, ("id", "unit_id", "role", "title"), self.posts),
            Block(Assignment, ("person_id", "post_id", "starts", "ends"), [(*h, SINCE, self._until(h[0])) for h in self.held]),
            Block(Lead, ("post_id", "unit_id", "starts"), [(*one, SINCE) for one in self.leads]),
        ]
