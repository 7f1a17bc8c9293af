"""Whatever the rows hold, each of them is either in an item or listed with a reason; nothing breaks the reader."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.kernel.errors import Refused
from bihuan.rectification.plan_lists import read_lists
from bihuan.rectification.plan_lists.columns import ALIASES, is_heading

from .made import docx, xlsx

HEADINGS = sorted(names[0] for names in ALIASES.values()) + ["备注", "进展"]
WHOLE = ("lists.table_unknown", "lists.table_leads")
CELLS = st.sampled_from(
    ["", "", "1", "2", "一", "（1）", "1-1", "一-2", "甲项不力", "乙项不力", "会议少", "按月开会", "1.建账\n2.对账", "张三、李四", "民一庭",
     "立行立改", "长期坚持", "2025年9月底前", "9月30日前", "尽快", "合计", "问题线索", "集中整改", "一级", "/", "无", "序号", "反馈问题"]
)  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    heads = draw(st.lists(st.sampled_from(HEADINGS), min_size=2, max_size=8, unique=True))
    rows = draw(st.lists(st.lists(CELLS, min_size=len(heads), max_size=len(heads)), max_size=6))
    return [heads, *rows]


@given(made=st.lists(tables(), min_size=1, max_size=3), sheet=st.booleans())
@settings(max_examples=40)
def test_every_row_is_accounted_for(made, sheet) -> None:
    named = [(f"表{n}", rows) for n, rows in enumerate(made, 1)]
    try:
        lists = read_lists(xlsx(*named) if sheet else docx(*named), "清单.xlsx" if sheet else "清单.docx")
    except Refused as refusal:
        assert str(refusal.reasons[0])
        return
    held = {(p.table, p.row) for item in lists.items() for p in item.places}
    held |= {(left.place.table, left.place.row) for left in lists.leftovers}
    told = {str(note.params["table"]) for note in lists.notes if note.code in WHOLE}
    for number, (name, rows) in enumerate(named, 1):
        table = name if sheet else f"{number} {name}"
        for row, cells in enumerate(rows[1:], 2):
            if not any(cells) or is_heading(cells) or table in told:
                continue
            assert (table, row) in held, (table, row, cells)
