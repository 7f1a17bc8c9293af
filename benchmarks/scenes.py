"""The pages that are measured: who opens what, the statements that page cannot do without, and what is asked of it.

The statements are written as one would by hand, for the same rows; they are run bare on the same database in the same run. Words
in braces are filled in from the court (see `Court` in worker.py).
"""

from __future__ import annotations

from dataclasses import dataclass

LIST, SCREEN = 60.0, 100.0
"""Processor ms a request (program and database) that lists and searches, and first screens, may take."""

STATE = "(SELECT a.state FROM rectification_attempt a WHERE a.measure_id = m.id ORDER BY a.number DESC LIMIT 1)"
MEASURES = f"""
SELECT m.id, m.code, m.text, u.name, p.name, l.name, m.due, {STATE} AS state
FROM rectification_measure m JOIN rectification_inspectionround r ON r.id = m.round_id
JOIN kernel_unit u ON u.id = m.lead_unit_id LEFT JOIN kernel_person p ON p.id = m.person_id
LEFT JOIN kernel_person l ON l.id = m.leader_id WHERE m.voided_at IS NULL"""  # noqa: S608
PROBLEMS = """
SELECT q.id, q.code, q.title, q.category, q.kind, q.grade, l.name, r.name
FROM rectification_problem q JOIN rectification_inspectionround r ON r.id = q.round_id
LEFT JOIN kernel_person l ON l.id = q.leader_id WHERE q.voided_at IS NULL"""
PLANNED = ' ORDER BY r.feedback_on DESC, {t}."order", {t}.id LIMIT 51'
NEWEST, NEWEST_PROBLEMS = PLANNED.format(t="m"), PLANNED.format(t="q")
COUNTED = "SELECT COUNT(*) FROM (SELECT 1 FROM rectification_measure m WHERE m.voided_at IS NULL{more} LIMIT 1001) t"
BY_STATE = f"SELECT {STATE} AS state, COUNT(*) FROM rectification_measure m WHERE m.round_id = {{round}} AND m.voided_at IS NULL GROUP BY 1"  # noqa: S608
OPEN = "('not_started', 'in_progress', 'applied', 'head_passed', 'leader_passed', 'verified')"
STANDING = "breach_state IN ('open', 'undetermined')"
ALERTS = "SELECT a.id, a.subject, a.severity, a.due, a.level FROM kernel_alert a WHERE a." + STANDING  # noqa: S608
NOTICES = "SELECT i.id, i.code, i.params, i.url, i.created_at FROM kernel_inboxitem i WHERE i.person_id = {me}"
MINE = (
    f"{MEASURES} AND m.person_id = {{me}} AND r.state = 'approved' AND {STATE} IN {OPEN} ORDER BY m.due LIMIT 9",
    f"{ALERTS} AND a.owner_id = {{me}} ORDER BY a.level DESC, a.due LIMIT 8",
    f"{NOTICES} AND i.read_at IS NULL ORDER BY i.created_at DESC LIMIT 8",
)
ENTRIES = "SELECT e.seq, e.at, e.actor_name, e.type, e.data FROM kernel_logentry e"


FILTERED = f" AND m.lead_unit_id = {{unit}} AND {STATE} = 'in_progress'"
NEWEST_FIRST = "ORDER BY m.due DESC, m.id DESC LIMIT 51"


@dataclass(frozen=True)
class Scene:
    """One page. `floor` are the bare statements; `bar` the processor ms it may take (None: it is only reported)."""

    title: str
    person: str
    path: str
    floor: tuple[str, ...]
    bar: float | None = LIST
    partial: bool = False


SCENES: tuple[Scene, ...] = (
    # -- first screens
    Scene("首页·院长", "president", "/", (BY_STATE, *MINE[1:]), SCREEN),
    Scene("首页·分管领导", "leader1", "/", (*MINE[1:], f"{MEASURES} AND m.leader_id = {{me}} AND {STATE} IN {OPEN} ORDER BY m.due LIMIT 16"), SCREEN),
    Scene("首页·庭长", "head01", "/", (*MINE[1:], f"{MEASURES} AND m.lead_unit_id = {{unit}} AND {STATE} IN {OPEN} ORDER BY m.due LIMIT 16"), SCREEN),
    Scene("首页·法官", "judge0101", "/", MINE, SCREEN),
    Scene("首页·整改办", "rectifier1", "/", (BY_STATE, *MINE[1:]), SCREEN),
    Scene(
        "首页·督察室", "inspector1", "/",
        (*MINE[1:], "SELECT a.id, a.measure_id FROM rectification_attempt a WHERE a.state = 'leader_passed' ORDER BY a.applied_on LIMIT 50"),
        SCREEN,
    ),
    Scene("首页·审计管理员（日志）", "audit-admin", "/people/log/", (f"{ENTRIES} ORDER BY e.seq DESC LIMIT 51",), SCREEN),
    Scene("整改总览", "rectifier1", "/rectification/", (BY_STATE, f"{PROBLEMS} AND q.round_id = {{round}}{NEWEST_PROBLEMS}"), SCREEN),
    Scene("整改看板", "rectifier1", "/rectification/board/", (BY_STATE,), SCREEN),
    Scene("院长一页纸", "president", "/rectification/president/", (BY_STATE, f"{MEASURES} AND m.due < '{{today}}' AND {STATE} = 'in_progress' ORDER BY m.due LIMIT 20"), SCREEN),
    # -- lists
    Scene("措施列表", "rectifier1", "/l/rectification/measures/", (MEASURES + NEWEST, COUNTED.format(more=""))),
    Scene("措施列表（局部刷新）", "rectifier1", "/l/rectification/measures/?page=2", (MEASURES + NEWEST,), partial=True),
    Scene("措施列表·庭长", "head01", "/l/rectification/measures/", (f"{MEASURES} AND m.lead_unit_id = {{unit}}{NEWEST}",)),
    Scene("措施列表·第 400 页", "rectifier1", "/l/rectification/measures/?page=400", (MEASURES + NEWEST + " OFFSET {deep}",)),
    Scene("措施筛选：部门、状态", "rectifier1", "/l/rectification/measures/?lead_unit={unit}&state=in_progress", (MEASURES + FILTERED + NEWEST,)),
    Scene("措施筛选：已超期", "rectifier1", "/l/rectification/measures/?late=yes", (f"{MEASURES} AND m.due < '{{today}}' AND {STATE} IN {OPEN}{NEWEST}",)),
    Scene("措施按期限倒序", "rectifier1", "/l/rectification/measures/?sort=-due", (f"{MEASURES} {NEWEST_FIRST}",)),
    Scene("措施按部门排序", "rectifier1", "/l/rectification/measures/?sort=lead_unit", (f'{MEASURES} ORDER BY u."order", u.code, m.id LIMIT 51',)),
    Scene("问题列表", "rectifier1", "/l/rectification/problems/", (PROBLEMS + NEWEST_PROBLEMS,)),
    Scene("问题筛选：监督重点", "rectifier1", "/l/rectification/problems/?category=conduct", (f"{PROBLEMS} AND q.category = 'conduct'{NEWEST_PROBLEMS}",)),
    Scene("预警列表·全部", "president", "/alerts/?scope=all", (f"{ALERTS} ORDER BY a.severity, a.due LIMIT 51",)),
    Scene("预警列表·我的", "judge0101", "/alerts/", (f"{ALERTS} AND a.owner_id = {{me}} ORDER BY a.severity, a.due LIMIT 51",)),
    Scene("消息", "judge0101", "/inbox/", (f"{NOTICES} ORDER BY i.created_at DESC LIMIT 51",)),
    Scene("日志按类型", "audit-admin", "/people/log/?type=rectification.closed", (f"{ENTRIES} WHERE e.type = 'rectification.closed' ORDER BY e.seq DESC LIMIT 51",)),
    # -- search: of a list, then of everything
    Scene("搜索措施：罕见二字词", "rectifier1", "/l/rectification/measures/?q={rare}", (f"{MEASURES} AND {{m_rare}}{NEWEST}",)),
    Scene(
        "搜索措施：常见二字词", "rectifier1", "/l/rectification/measures/?q={common}",
        (f"{MEASURES} AND {{m_common}}{NEWEST}", "{m_counted_common}"),
    ),
    Scene("搜索措施：没有的词", "rectifier1", "/l/rectification/measures/?q={absent}", (f"{MEASURES} AND {{m_absent}}{NEWEST}",)),
    Scene(
        "搜索措施：常见二字词、部门、状态", "rectifier1", "/l/rectification/measures/?q={common}&lead_unit={unit}&state=in_progress",
        (f"{MEASURES} AND {{m_common}}{FILTERED}{NEWEST}",),
    ),
    Scene("搜索措施·庭长", "head01", "/l/rectification/measures/?q={common}", (f"{MEASURES} AND m.lead_unit_id = {{unit}} AND {{m_common}}{NEWEST}",)),
    Scene("搜索问题：罕见二字词", "rectifier1", "/l/rectification/problems/?q={rare}", (f"{PROBLEMS} AND {{q_rare}}{NEWEST_PROBLEMS}",)),
    Scene(
        "搜索问题：常见二字词", "rectifier1", "/l/rectification/problems/?q={common_problem}",
        (f"{PROBLEMS} AND {{q_common_problem}}{NEWEST_PROBLEMS}", "{q_counted_common_problem}"),
    ),
    Scene("全院搜索：罕见二字词", "rectifier1", "/search/?q={rare}", ("{every_rare}",)),
    Scene("全院搜索：常见二字词", "rectifier1", "/search/?q={common}", ("{every_common}",)),
    Scene("全院搜索：没有的词", "rectifier1", "/search/?q={absent}", ("{every_absent}",)),
    Scene("全院搜索·庭长：常见二字词", "head01", "/search/?q={common}", ("{every_common}",)),
    # -- one item
    Scene(
        "措施详情", "head01", "/l/rectification/measures/{measure}/",
        (
            f"{MEASURES} AND m.id = {{measure}}",
            "SELECT * FROM rectification_attempt WHERE measure_id = {measure}",
            "SELECT * FROM rectification_criterion WHERE measure_id = {measure}",
            "SELECT * FROM rectification_progress WHERE measure_id = {measure} ORDER BY day DESC LIMIT 8",
            "SELECT * FROM kernel_evidence WHERE object_kind = 'rectification.measure' AND object_id = {measure}",
            "SELECT * FROM kernel_alert WHERE about = 'rectification.measure' AND object_id = {measure}",
        ),
        None,
    ),
    Scene(
        "问题详情", "rectifier1", "/l/rectification/problems/{problem}/",
        (f"{PROBLEMS} AND q.id = {{problem}}", f"{MEASURES} AND m.problem_id = {{problem}}"),
        None,
    ),
    Scene(
        "措施历史（日志）", "head01", "/l/rectification/measures/{measure}/history/",
        (f"{ENTRIES} WHERE e.kind = 'rectification.measure' AND e.object_id = '{{measure}}' ORDER BY e.seq DESC LIMIT 51",),
        None,
    ),
)  # fmt: skip
