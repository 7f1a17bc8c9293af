"""The result for people: a table for the terminal, a document for the shelf."""

from __future__ import annotations

import platform
import re
import sqlite3
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .figures import Line

MARKS = ("<!-- 以下由 make bench 生成 -->", "<!-- 以上由 make bench 生成 -->")
STAGES = {
    "pages": "页面",
    "import": "导入",
    "patrol": "巡查",
    "logs": "日志校验",
    "cases": "案件",
    "indicators": "指标与一览",
    "migrate": "迁移",
    "soak": "持续运行",
}
COLUMNS = ("项目", "数据库", "并发", "次数", "p50", "p95", "最长", "CPU 程序", "CPU 库", "语句", "字节", "底线", "底线 CPU", "CPU 倍数", "要求", "达到")


def machine() -> dict[str, str]:
    """What the figures were measured on; nothing that names the machine."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"model name\s*:\s*(.+)", text)
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text()) if Path("/proc/meminfo").exists() else None
    return {
        "处理器": f"{model[1] if model else platform.machine()}，{text.count('processor	:') or '?'} 核",
        "内存": f"{int(memory[1]) // 1024 // 1024} GB" if memory else "?",
        "系统": f"{platform.system()} {platform.release()}",
        "Python": sys.version.split()[0],
        "SQLite": sqlite3.sqlite_version,
    }


def rows(lines: Iterable[Line]) -> list[list[str]]:
    """The lines as cells."""
    return [_cells(line) for line in lines]


def _cells(line: Line) -> list[str]:
    holds = {True: "是", False: "否", None: ""}[line.holds]
    floor = [_time(line.floor_wall), _time(line.floor_cpu), f"{line.ratio:.1f}" if line.ratio else ""]
    return [
        line.name, line.database, str(line.clients), f"{line.count:,}", _time(line.p50), _time(line.p95), _time(line.worst),
        _time(line.app), _time(line.db), "" if line.statements is None else f"{line.statements:,}",
        "" if line.size is None else f"{line.size:,}", *floor, line.bar, holds + (f"（{line.note}）" if line.note else ""),
    ]  # fmt: skip


def _time(ms: float | None) -> str:
    """A time as people read it."""
    if not ms:
        return ""
    return f"{ms / 1000:.1f} s" if ms >= 10_000 else f"{ms:.0f} ms" if ms >= 100 else f"{ms:.1f} ms" if ms >= 1 else f"{ms:.2f} ms"


def table(lines: list[Line]) -> str:
    """Everything, for the terminal."""
    out = []
    for stage, title in STAGES.items():
        mine = [line for line in lines if line.stage == stage]
        if mine:
            cells = [list(COLUMNS), *rows(mine)]
            widths = [max(_width(row[n]) for row in cells) for n in range(len(COLUMNS))]
            out += [f"\n== {title}"]
            out += ["  ".join(text + " " * (widths[n] - _width(text)) for n, text in enumerate(row)).rstrip() for row in cells]
    failed = [line for line in lines if line.holds is False]
    asked = [line for line in lines if line.holds is not None]
    out += ["", f"要求 {len(asked)} 项，达到 {len(asked) - len(failed)} 项。"]
    out += [f"  未达到：{line.name}（{line.database}）：{line.bar}" for line in failed]
    return "\n".join(out)


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def markdown(lines: list[Line], about: dict[str, Any]) -> str:
    """The generated part of the document."""
    out = [MARKS[0], "", "| 测量条件 | |", "|---|---|"]
    out += [f"| {name} | {value} |" for name, value in about.items()]
    for stage, title in STAGES.items():
        mine = [line for line in lines if line.stage == stage]
        if mine:
            out += ["", f"### {title}", "", f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
            out += [f"| {' | '.join(row)} |" for row in rows(mine)]
    return "\n".join([*out, "", MARKS[1]])


def put(path: Path, generated: str) -> None:
    """Replace the generated part of the document."""
    text = path.read_text(encoding="utf-8")
    head, _, rest = text.partition(MARKS[0])
    tail = rest.partition(MARKS[1])[2]
    path.write_text(head + generated + tail, encoding="utf-8")
