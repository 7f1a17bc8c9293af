"""What counts as the name alone."""

import pytest

from bihuan.kernel.figure_check import binding

pytestmark = pytest.mark.once


@pytest.mark.parametrize("lead", ["", "截至2026年5月31日", "今年以来我院共", "本周，", "上半年全院累计已"])
def test_words_before_a_name_that_say_nothing_else(lead):
    assert binding._NEUTRAL.fullmatch(lead)


@pytest.mark.parametrize("lead", ["民一庭", "行政诉讼案件", "涉企", "达到" * 60 + "截至到" * 30 + "1" * 60 + "民"])
def test_words_before_a_name_that_make_it_another_figure(lead):
    assert binding._NEUTRAL.fullmatch(lead) is None
