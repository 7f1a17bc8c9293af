"""What the long runs found, as a page of the documents: each test adds its rows, `make soak` writes them down."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

ENVIRONMENT = "SOAK_ROWS_FILE"
"""The file that rows are added to, one JSON object a line."""

QUICK = os.environ.get("QUICK", "") not in {"", "0"}
"""Whether a handful of points will do: so that every change can have the long runs at all."""

WORKS = {
    "merge": "导入合并",
    "patrol": "巡查",
    "close": "销号",
    "migrate": "建库、升级表结构",
    "backup": "备份",
    "restore": "恢复",
    "large check": "大批导入：预检",
    "large merge": "大批导入：合并",
}
VICTIMS = {"worker": "工作进程", "postgres": "数据库服务（全部进程）"}


@dataclass(frozen=True)
class Row:
    """One kind of kill: the work, who was killed, at how many points of how many statements or steps (0: of time), and how many of
    the kills left work that the next run had to finish."""

    work: str
    victim: str
    points: int
    of: int
    left: int | None
    database: str = ""


def add(row: Row) -> None:
    """Note a row where the run asks for it."""
    if path := os.environ.get(ENVIRONMENT):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")


def page(rows: list[Row]) -> str:
    """The document."""
    day = dt.datetime.now(dt.UTC).date().isoformat()
    kills = sum(row.points for row in rows)
    head = [
        "# 断电与强杀",
        "",
        "<!-- 由 make soak 写成。 -->",
        "",
        f"{day}，Python {platform.python_version()}，{os.cpu_count()} 核。共强杀（`kill -9`）{kills} 次，每次之后核对并重做，无一例外：",
        "",
        "- 一次导入要么全在，要么全不在；一项销号要么有决定有记录，要么都没有；预警不重复；",
        "- 日志链完整，触发器齐全，SQLite 的 `integrity_check` 通过，PostgreSQL 能自行恢复；",
        "- 同一工作再做一次即告完成，结果与未被打断的一次相同；再做第二次什么也不变；",
        "- 被打断的备份不会冒充备份；被打断的恢复，库是旧的或者新的，不是一半。",
        "",
        "强杀点按发给数据库的语句（备份、恢复按程序步骤，大批导入按时间）分布于整个过程，在每一段内随机，种子固定，可以重现。",
        "“留有余活”指强杀之后工作尚未完成、由下一次运行做完的次数。",
        "",
        "| 工作 | 数据库 | 被杀的 | 强杀点 | 全程语句（步骤） | 留有余活 |",
        "|---|---|---|---:|---:|---:|",
    ]
    body = [
        f"| {WORKS[row.work]} | {row.database} | {VICTIMS[row.victim]} | {row.points} | {row.of or '按时间'} | {'未计' if row.left is None else row.left} |"
        for row in rows
    ]
    return "\n".join([*head, *body, ""])


def main() -> None:
    """`python -m tests.soak.report ROWS DOCUMENT`."""
    source, target = map(Path, sys.argv[1:])
    rows = [Row(**json.loads(line)) for line in source.read_text(encoding="utf-8").splitlines()]
    target.write_text(page(rows), encoding="utf-8")
    print(f"{target}: {sum(row.points for row in rows)} kills")


if __name__ == "__main__":
    main()
