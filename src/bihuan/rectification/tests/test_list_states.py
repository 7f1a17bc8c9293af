"""States and choices are said in the reader's language, also those kept in stored sentences."""

import pytest
from django.utils import translation

from bihuan.kernel.wording import say
from bihuan.rectification.choice_words import chosen
from bihuan.rectification.ledgers import MEASURES
from bihuan.rectification.models import LookBackResult, ProblemKind

from .pages_support import addresses, page, text  # noqa: F401  a fixture of every test here


def test_each_measure_shows_its_state(court, client):
    court.measure()
    shown = text(page(client, court.clerk, MEASURES.url("list")))
    assert '<span class="tone tone-idle">方案未批准</span>' in shown
    court.approve()
    shown = text(page(client, court.clerk, MEASURES.url("list")))
    assert "方案未批准" not in shown and ">未启动</span>" in shown
    client.cookies["django_language"] = "en"
    with translation.override("en"):  # a request leaves its language to the next test otherwise
        shown = text(page(client, court.clerk, MEASURES.url("list")))
    assert ">Not started</span>" in shown and "<h1" in shown and "Measures" in shown


def test_a_stored_choice_is_read_in_either_language():
    with translation.override("zh-hans"):
        kept = {"measure": "一-1-01", "result": chosen(LookBackResult.REBOUNDED)}
        assert say("log.rectification.look_back.recorded", kept).endswith("：反弹")
    with translation.override("en"):
        assert say("log.rectification.look_back.recorded", kept).endswith(": Rebound")
    with pytest.raises(ValueError, match="CHOICES"):
        chosen(ProblemKind.AT_ONCE)
