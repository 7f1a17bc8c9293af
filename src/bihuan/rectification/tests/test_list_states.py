"""The list of measures says where each stands, in the reader's language."""

from bihuan.rectification.ledgers import MEASURES

from .pages_support import addresses, page, text  # noqa: F401  a fixture of every test here


def test_each_measure_shows_its_state(court, client):
    court.measure()
    shown = text(page(client, court.clerk, MEASURES.url("list")))
    assert '<span class="tone tone-idle">方案未批准</span>' in shown
    court.approve()
    shown = text(page(client, court.clerk, MEASURES.url("list")))
    assert "方案未批准" not in shown and ">未启动</span>" in shown
    client.cookies["django_language"] = "en"
    shown = text(page(client, court.clerk, MEASURES.url("list")))
    assert ">Not started</span>" in shown and "<h1" in shown and "Measures" in shown
