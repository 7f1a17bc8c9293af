# ruff: noqa: E402  Django is set up before its models are imported
"""What the tests of operations run in processes of their own, on an installation of their own: `python -m tests.operations.act WHAT`.

migrate: the tables.   fill: a small court with evidence, an uploaded sheet, a template, a calendar, a session, a second factor.
work: one more fact with evidence, as the application does it.   look: what is there, as one JSON line.
Any other word: a checkpoint into a folder of that name beside the home, the way it leaves the machine.
"""

import datetime as dt
import io
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")

import django

django.setup()

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client

from bihuan.kernel import checkpoints, clock, evidence, parameters, patrol, sources, triggers
from bihuan.kernel.ledger import registry
from bihuan.kernel.models import Evidence, InboxItem, LogEntry, Person
from bihuan.kernel.search import everywhere
from bihuan.kernel.sheets import drafts
from bihuan.kernel.verify import stored, verify
from bihuan.people.services import accounts
from bihuan.rectification import services as s
from bihuan.rectification.models import Attempt, Closure, Measure
from bihuan.rectification.tests.factory import TODAY, Court

CALENDAR = "year: 2031\ntitle: 试\ndoc: 试〔2030〕1号\nissued: 2030-11-01\nsource: 试\ntag: M\noff: [01-01, 05-01, 10-01..10-03]\non: []\n"


def migrate() -> None:
    call_command("migrate", verbosity=0)


def fill() -> None:
    court = Court()
    first = court.measure(text="第一条措施")
    court.measure(first.problem, text="第二条措施")
    court.approve()
    court.at("internally_closed", court.attempt(first))
    more = court.at("in_progress", court.attempt(Measure.objects.exclude(pk=first.pk).first()))
    evidence.add(
        actor=court.clerk, obj=more.measure, file=io.BytesIO("核查情况".encode()), filename="核查.txt",
        kind="statistics", title="核查情况", effective_on=TODAY,
    )  # fmt: skip
    sheet = io.BytesIO("数据项,期间,部门,数值\n超期率,2026-05,民一庭,3\n".encode("gbk"))
    court.read(("2026-03", "3.10"))
    drafts.receive(
        actor=court.keeper, ledger=registry.get("rectification.readings"), file=sheet, filename="读数.csv",
        cut_off=dt.date(2026, 4, 30),
    )  # fmt: skip
    for kind in ("system", "security", "audit"):
        accounts.make(actor=None, username=f"{kind}1", name=kind, admin_role=kind, password="Bamboo-river-2026")
    person = Person.objects.get(username="system1")
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    Client().force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    home = Path(settings.BIHUAN_HOME)
    for folder, name, content in (("templates", "closing_form.docx", "docx"), ("calendar", "2031.yaml", CALENDAR)):
        (home / folder).mkdir(exist_ok=True)
        (home / folder / name).write_text(content, encoding="utf-8")
    parameters.touch()


def work() -> None:
    actor = Person.objects.get(username="clerk")
    measure = Measure.objects.order_by("pk").last()
    number = LogEntry.objects.count()
    s.add_progress(actor=Person.objects.get(username="judge"), measure=measure, text=f"进展 {number}")
    evidence.add(
        actor=actor, obj=measure, file=io.BytesIO(f"材料 {number}".encode()), filename="材料.txt",
        kind="statistics", title=f"材料 {number}", effective_on=TODAY,
    )  # fmt: skip
    patrol.run(TODAY)


def look() -> None:
    last = LogEntry.objects.order_by("-seq").first()
    contents = [evidence.open_content(row).read().decode() for row in Evidence.objects.order_by("pk")]
    home = Path(settings.BIHUAN_HOME)
    verdict = verify(stored())
    found = {
        "vendor": connection.vendor,
        "log": last.seq,
        "type": last.type,
        "params": last.data.get("params", {}),
        "sound": verdict.sound,
        "missing": triggers.missing(connection),
        "evidence": contents,
        "attempts": Attempt.objects.count(),
        "closures": Closure.objects.count(),
        "sessions": Session.objects.count(),
        "factors": Authenticator.objects.count(),
        "told": InboxItem.objects.filter(code="operations.restored_told").count(),
        "cut_off": str(sources.state("readings").cut_off),
        "templates": sorted(path.name for path in (home / "templates").iterdir()),
        "years": parameters.WorkCalendar.load(home / "calendar").published_years()[-1],
        "found": sum(len(group.hits) for group in everywhere.look(Person.objects.get(username="rectifier"), "措施")),
        "next": Measure.objects.order_by("-pk").values_list("pk", flat=True)[0],
    }
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    acts = {"migrate": migrate, "fill": fill, "work": work, "look": look}
    with clock.simulate(TODAY):
        for what in sys.argv[1:]:
            if what in acts:
                acts[what]()
            else:
                checkpoints.store(Path(settings.BIHUAN_HOME).parent / what)
