"""The demo court's ordinary cases, drawn by a fixed seed: closed within their limit, or filed so lately that nothing is near."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from typing import Any

SEED = 20261123
COUNT = 420
FIRST = dt.date(2024, 1, 2)
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
_GIVEN = "明华建国丽芳伟军静敏强磊洋艳勇杰娟涛超秀英霞平刚桂"
_TRADES = ("商贸", "建材", "置业", "物流", "农业", "机械", "餐饮", "科技")
KINDS: tuple[tuple[str, str, tuple[str, ...], int, int, tuple[str, ...]], ...] = (
    ("民初", "ordinary", ("civil1", "civil2"), 180, 24, ("买卖合同纠纷", "建设工程合同纠纷", "侵权责任纠纷", "股东知情权纠纷")),
    ("民初", "summary", ("civil1", "civil2", "tribunal_qingshi", "tribunal_heping"), 90, 30, ("民间借贷纠纷", "离婚纠纷", "劳务合同纠纷")),
    ("民初", "small", ("tribunal_qingshi", "tribunal_heping"), 58, 14, ("物业服务合同纠纷", "追索劳动报酬纠纷", "电信服务合同纠纷")),
    ("刑初", "ordinary", ("criminal",), 55, 6, ("盗窃", "危险驾驶", "掩饰、隐瞒犯罪所得")),
    ("刑初", "fast_track", ("criminal",), 9, 5, ("危险驾驶",)),
    ("行初", "ordinary", ("administrative",), 180, 5, ("行政处罚", "工伤认定", "不履行法定职责")),
    ("执", "only", ("enforcement",), 180, 14, ("民间借贷纠纷", "买卖合同纠纷", "劳动争议")),
    ("民特", "only", ("civil1",), 28, 2, ("申请司法确认调解协议",)),
)
"""Type code, procedure, divisions, days of its limit, weight, causes."""
_MANNERS = ("judgment", "judgment", "mediation", "withdrawal")


def ordinary(until: dt.date) -> Iterator[tuple[str, dict[str, Any]]]:
    """(division, facts of the case as in `situations.yaml`) in the order of drawing; the same each time."""
    draw = random.Random(SEED)
    weights = [kind[4] for kind in KINDS]
    span = (until - FIRST).days
    for _n in range(COUNT):
        type_, procedure, units, days, _weight, causes = draw.choices(KINDS, weights)[0]
        filed = FIRST + dt.timedelta(days=draw.randrange(span))
        closed = filed + dt.timedelta(days=max(draw.randint(days // 5, days * 4 // 5), 1))
        enterprise = draw.random() < 0.25
        case: dict[str, Any] = {
            "type": type_, "procedure": procedure, "filed": filed, "cause": draw.choice(causes), "enterprise": enterprise,
            "parties": _parties(draw, enterprise, type_), "amount": draw.randrange(3, 900) * 1000 if type_ in {"民初", "执"} else None,
        }  # fmt: skip
        unit = draw.choice(units)
        manner = "executed" if type_ == "执" else "judgment" if type_ in {"刑初", "行初"} else draw.choice(_MANNERS)
        if closed <= until:
            case |= {"closed": closed, "manner": manner, "appealable": manner == "judgment"}
        elif (until - filed).days > days // 2:  # its time would be near: rather one of those closed early
            case |= {"closed": filed + dt.timedelta(days=days // 3), "manner": manner, "appealable": manner == "judgment"}
        yield unit, case


def parties(key: str, case: Mapping[str, Any]) -> str:
    """Parties for a case that names none; the same for the same key."""
    return _parties(random.Random(f"{SEED}{key}"), bool(case.get("enterprise")), str(case["type"]))


def _parties(draw: random.Random, enterprise: bool, type_: str) -> str:
    first, second = _person(draw), _person(draw)
    firm = f"云泽市{draw.choice(_SURNAMES)}{draw.choice(_GIVEN)}{draw.choice(_TRADES)}有限公司"
    if type_.startswith("刑"):
        return f"公诉机关临江区人民检察院，被告人{first}"
    if type_.startswith("行"):
        return f"原告{firm if enterprise else first}，被告临江区某局"
    if type_.startswith("执"):
        return f"申请执行人{first}，被执行人{firm if enterprise else second}"
    if type_ in {"破", "民特"}:
        return f"申请人{first}，被申请人{firm if enterprise else second}"
    return f"原告{first}，被告{firm if enterprise else second}"


def _person(draw: random.Random) -> str:
    return draw.choice(_SURNAMES) + "".join(draw.choices(_GIVEN, k=draw.randint(1, 2)))
