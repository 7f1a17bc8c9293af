"""Values of dated parameters, spoken."""

import pytest

from bihuan.kernel.parameter_words import said


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("term", "1m", "1 个月"),
        ("term", "10wd", "10 个工作日"),
        ("term", "1m+15d", "1 个月、15 天"),
        ("workdays", "3", "3 个工作日"),
        ("window_term", "10d", "时间窗口 10 天"),
        ("percent", "50", "占比 50%"),
        ("at_least", "5", "不少于 5 件"),
        ("boundary", "over", "boundary=over"),
        ("term", "soon", "term=soon"),
    ],
)
def test_a_value_is_spoken_and_never_left_out(name: str, value: str, words: str) -> None:
    assert str(said(name, value)) == words
