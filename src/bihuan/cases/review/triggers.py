"""What the database itself refuses about reviews: a draw and what was graded stay; nothing is deleted."""

from __future__ import annotations

from bihuan.kernel.trigger_shapes import differs, no_truncate, refuse
from bihuan.kernel.triggers import Trigger, register

REVIEW, FINDING, DRAW, CONDUCT = "cases_casereview", "cases_reviewfinding", "cases_reviewdraw", "cases_conductinstance"
DRAWN = ("first", "last", "enterprise", "size", "seed", "population", "population_sha256", "drawn_on")
GRADED = ("grade", "graded_on", "meeting_id", "reviewer_id", "answered_on", "lapsed")
ABOUT = ("case_id", "judge_id", "ground", "appeal_id", "draw_id", "opened_on")


def _stays(name: str, table: str, guard: str, columns: tuple[str, ...], message: str) -> list[Trigger]:
    return list(
        refuse(
            name, table, "UPDATE", f"{guard} AND ({differs(columns, postgres=False)})", message,
            postgres=f"{guard} AND ({differs(columns, postgres=True)})",
        )
    )  # fmt: skip


def triggers() -> list[Trigger]:
    """All of them."""
    made = [
        *refuse("review_born_opened", REVIEW, "INSERT", "NEW.state <> 'opened'", "a review begins with the self-check"),
        *_stays("review_about_stays", REVIEW, "1 = 1", ABOUT, "what a review is about stays"),
        *_stays("review_grade_stays", REVIEW, "OLD.state = 'graded'", GRADED, "a grade stays"),
        *_stays("review_draw_stays", DRAW, "1 = 1", DRAWN, "a draw stays as it was drawn"),
    ]
    for table in (REVIEW, FINDING, DRAW, CONDUCT):
        made += [*refuse(f"{table}_kept", table, "DELETE", "1 = 1", "rows of reviews are never deleted"), no_truncate(table, table)]
    return made


register(*triggers())
