"""The demo court's ordinary cases, drawn by a fixed seed: closed within their limit, or filed so lately that nothing is near.

Any number of them from the same three years; the first ones are the same whatever the number."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from typing import Any

SEED = 20261123
SMALL, WHOLE = 420, 12_000
"""How many there are in a court for tests, and in the demo: about four thousand a year."""
FIRST = dt.date(2023, 11, 24)
SEALED = {"离婚纠纷": ("privacy", 0.2), "盗窃": ("juvenile", 0.08)}
"""Causes of which some cases are closed to the public: why, and how many of them."""
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
_GIVEN = "明华建国丽芳伟军静敏强磊洋艳勇杰娟涛超秀英霞平刚桂"
_TRADES = ("商贸", "建材", "置业", "物流", "农业", "机械", "餐饮", "科技")
KINDS: tuple[tuple[str, str, tuple[str, ...], int, float, tuple[str, ...]], ...] = (
    ("民初", "ordinary", ("civil1", "civil2"), 180, 24, ("买卖合同纠纷", "建设工程合同纠纷", "侵权责任纠纷", "股东知情权纠纷")),
    ("民初", "summary", ("civil1", "civil2", "tribunal_qingshi", "tribunal_heping"), 90, 30, ("民间借贷纠纷", "离婚纠纷", "劳务合同纠纷")),
    ("民初", "small", ("tribunal_qingshi", "tribunal_heping"), 58, 14, ("物业服务合同纠纷", "追索劳动报酬纠纷", "电信服务合同纠纷")),
    ("刑初", "ordinary", ("criminal",), 55, 6, ("盗窃", "危险驾驶", "掩饰、隐瞒犯罪所得")),
    ("刑初", "fast_track", ("criminal",), 9, 5, ("危险驾驶",)),
    ("行初", "ordinary", ("administrative",), 180, 5, ("行政处罚", "工伤认定", "不履行法定职责")),
    ("执", "only", ("enforcement",), 180, 14, ("民间借贷纠纷", "买卖合同纠纷", "劳动争议")),
    ("民特", "only", ("civil1",), 28, 2, ("申请司法确认调解协议",)),
    ("刑初", "summary", ("criminal",), 18, 4, ("盗窃", "故意伤害", "交通肇事")),
    ("行初", "summary", ("administrative",), 43, 1, ("政府信息公开",)),
    ("行审", "only", ("administrative",), 6, 2, ("行政非诉审查",)),
    ("执恢", "only", ("enforcement",), 180, 5, ("民间借贷纠纷", "金融借款合同纠纷")),
    ("执异", "only", ("enforcement",), 14, 2, ("执行行为异议",)),
    ("破申", "only", ("civil2",), 14, 0.3, ("申请破产清算",)),
    ("法赔", "only", ("administrative",), 55, 0.2, ("申请国家赔偿",)),
)
"""Type code, procedure, divisions, days of its limit, weight, causes."""
MANNERS = {"刑初": "judgment", "行初": "judgment", "执": "executed", "执恢": "executed"} | dict.fromkeys(("行审", "执异", "破申", "法赔", "民特"), "ruling")
_MANNERS = ("judgment", "judgment", "mediation", "withdrawal")


def ordinary(until: dt.date, count: int = SMALL) -> Iterator[tuple[str, dict[str, Any]]]:
    """(division, facts of the case as in `situations.yaml`) in the order of drawing; the same each time."""
    draw = random.Random(SEED)
    weights = [kind[4] for kind in KINDS]
    span = (until - FIRST).days
    for _n in range(count):
        type_, procedure, units, days, _weight, causes = draw.choices(KINDS, weights)[0]
        filed = FIRST + dt.timedelta(days=draw.randrange(span))
        closed = filed + dt.timedelta(days=max(draw.randint(days // 5, days * 4 // 5), 1))
        enterprise = draw.random() < 0.25
        case: dict[str, Any] = {
            "type": type_, "procedure": procedure, "filed": filed, "cause": draw.choice(causes), "enterprise": enterprise,
            "parties": _parties(draw, enterprise, type_), "amount": draw.randrange(3, 900) * 1000 if type_ in {"民初", "执"} else None,
        }  # fmt: skip
        unit = draw.choice(units)
        why, share = SEALED.get(case["cause"], ("", 0.0))
        if draw.random() < share:
            case["sealed"] = why
        manner = MANNERS.get(type_) or draw.choice(_MANNERS)
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
    if type_ in {"破", "破申", "民特", "法赔"}:
        return f"申请人{first}，被申请人{firm if enterprise else second}"
    return f"原告{first}，被告{firm if enterprise else second}"


def _person(draw: random.Random) -> str:
    return draw.choice(_SURNAMES) + "".join(draw.choices(_GIVEN, k=draw.randint(1, 2)))
