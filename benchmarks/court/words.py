"""Texts by number: the same number, the same text; how often the two words that are searched for occur is known."""

from __future__ import annotations

RARE, COMMON = "驿站", "台账"
RARE_HITS = 10
COMMON_PROBLEM, ABSENT = "归档", "案台"
"""Stands in every fourth problem or so; stands nowhere, though both its characters are frequent."""
PLACES = ("立案窗口", "审判团队", "执行指挥中心", "人民法庭", "诉讼服务大厅", "档案库房", "财务岗位", "机关食堂", "车辆管理", "司法警察队伍")
THINGS = (
    "超期案件清理", "案款发放", "卷宗归档", "类案检索", "信访办理", "支部学习", "谈心谈话", "公务接待", "固定资产登记", "印章使用",
    "庭审直播", "裁判文书上网", "廉政风险排查", "会议记录", "请销假管理",
)  # fmt: skip
FAULTS = ("不够及时", "责任不清", "监督缺位", "执行走样", "留痕不全", "标准不一", "整改反复", "研究不深")
WAYS = ("逐案核查", "建立清单", "每周调度", "明确专人", "组织自查", "约谈提醒", "公开通报", "回访核实", "完善制度", "集中培训")
SURNAMES = "江祝秦尤关盛骆裴凌齐易路苏余宋陆方叶严纪章文舒段"
GIVEN = ("知远", "明岚", "建平", "山越", "怀远", "景行", "青禾", "霜序", "安澜", "千寻", "正衡", "清源", "怀民", "知行", "立人", "守真")


def is_common(number: int) -> bool:
    """Whether the texts of the number hold the common word: three in ten."""
    return number % 10 in (1, 4, 7)


def is_rare(number: int, count: int) -> bool:
    """Whether they hold the rare word: RARE_HITS of `count` numbers."""
    step = max(count // RARE_HITS, 1)
    return number % step == step // 2


def name_of(number: int) -> str:
    """A person's name."""
    return SURNAMES[number % len(SURNAMES)] + GIVEN[(number // len(SURNAMES) + number) % len(GIVEN)]


def title(number: int) -> str:
    """What a problem is called."""
    return f"{PLACES[number % 10]}{THINGS[number // 10 % 15]}{FAULTS[number // 7 % 8]}"


def verbatim(number: int, count: int) -> str:
    """A problem in the feedback's words, about eighty characters."""
    rare = f"，涉及{RARE}" if is_rare(number, count) else ""
    return (
        f"检查发现，{PLACES[number // 3 % 10]}在{THINGS[number % 15]}方面{FAULTS[number % 8]}，"
        f"{THINGS[number // 4 % 15]}未按规定办理{number % 37 + 1}件次{rare}；部分干部对{THINGS[number // 9 % 15]}重视不够，"
        f"{FAULTS[number // 5 % 8]}的情况仍有发生。"
    )


def measure(number: int, count: int) -> str:
    """A measure, about sixty characters."""
    common = COMMON if is_common(number) else "清单"
    rare = f"，并核对{RARE}记录" if is_rare(number, count) else ""
    return (
        f"对{PLACES[number % 10]}的{THINGS[number // 2 % 15]}{WAYS[number % 10]}，建立{common}，由{WAYS[number // 3 % 10]}后"
        f"报整改办；每{number % 4 + 1}周通报一次{THINGS[number // 6 % 15]}进度{rare}。"
    )


def standard(number: int) -> str:
    """When a measure counts as done."""
    return f"{THINGS[number // 2 % 15]}连续{number % 5 + 1}个月无新增问题"


def progress(number: int) -> str:
    """What was done on a day."""
    return f"已{WAYS[number % 10]}，完成{THINGS[number % 15]}{number % 90 + 5}件，下步{WAYS[number // 10 % 10]}。"
