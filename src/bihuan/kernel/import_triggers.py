"""What the database refuses about imports: staged rows are only ever inserted, and only under the dry run that is going on; a
merged import stays as it is, with the rows that were merged.

They alone can be deleted which stand for nothing: rows of an import that was given up, or of a dry run that another one replaced.
"""

from .triggers import Trigger, register

DRAFT, ROW = "kernel_importdraft", "kernel_importrow"
_STAYS = f"{ROW} is append-only"
_LATE = "rows are staged under the dry run that is going on"
_OVER = "a merged or dropped import stays as it is"
_FORGOTTEN = "imports are given up, not deleted"
# Names of our own tables and columns alone are put into these texts.
_GOES_ON = f"SELECT 1 FROM {DRAFT} d WHERE d.id = NEW.draft_id AND d.check_no = NEW.check_no AND d.state = 'uploaded'"  # noqa: S608
_STANDS = f"SELECT 1 FROM {DRAFT} d WHERE d.id = OLD.draft_id AND d.check_no = OLD.check_no AND d.state <> 'dropped'"  # noqa: S608
_THERE = (
    f"EXISTS (SELECT 1 FROM {ROW} r WHERE r.id = NEW.id) OR EXISTS (SELECT 1 FROM {ROW} r "  # noqa: S608
    "WHERE r.draft_id = NEW.draft_id AND r.check_no = NEW.check_no AND r.number = NEW.number)"
)

register(
    Trigger(
        "import_row_no_update",
        ROW,
        f"BEFORE UPDATE ON {ROW} BEGIN SELECT RAISE(ABORT, '{_STAYS}'); END",
        "BEFORE UPDATE",
        f"RAISE EXCEPTION '{_STAYS}';",
    ),
    Trigger(
        "import_row_in_time",
        ROW,
        f"BEFORE INSERT ON {ROW} WHEN NOT EXISTS ({_GOES_ON}) BEGIN SELECT RAISE(ABORT, '{_LATE}'); END",
        "BEFORE INSERT",
        f"IF NOT EXISTS ({_GOES_ON}) THEN RAISE EXCEPTION '{_LATE}'; END IF; RETURN NEW;",
    ),
    # On SQLite `INSERT OR REPLACE` deletes the row in its way without asking the triggers of deletion.
    Trigger(
        "import_row_no_replace",
        ROW,
        f"BEFORE INSERT ON {ROW} WHEN {_THERE} BEGIN SELECT RAISE(ABORT, '{_STAYS}'); END",
    ),
    Trigger(
        "import_row_stays",
        ROW,
        f"BEFORE DELETE ON {ROW} WHEN EXISTS ({_STANDS}) BEGIN SELECT RAISE(ABORT, '{_STAYS}'); END",
        "BEFORE DELETE",
        f"IF EXISTS ({_STANDS}) THEN RAISE EXCEPTION '{_STAYS}'; END IF; RETURN OLD;",
    ),
    Trigger("import_row_no_truncate", ROW, "", "BEFORE TRUNCATE", f"RAISE EXCEPTION '{_STAYS}';", "STATEMENT"),
    Trigger(
        "import_over",
        DRAFT,
        f"BEFORE UPDATE ON {DRAFT} WHEN OLD.state IN ('merged', 'dropped') BEGIN SELECT RAISE(ABORT, '{_OVER}'); END",
        "BEFORE UPDATE",
        f"IF OLD.state IN ('merged', 'dropped') THEN RAISE EXCEPTION '{_OVER}'; END IF; RETURN NEW;",
    ),
    Trigger(
        "import_no_replace",
        DRAFT,
        f"BEFORE INSERT ON {DRAFT} WHEN NEW.id IN (SELECT id FROM {DRAFT}) BEGIN SELECT RAISE(ABORT, '{_OVER}'); END",  # noqa: S608
    ),
    Trigger(
        "import_no_delete",
        DRAFT,
        f"BEFORE DELETE ON {DRAFT} BEGIN SELECT RAISE(ABORT, '{_FORGOTTEN}'); END",
        "BEFORE DELETE",
        f"RAISE EXCEPTION '{_FORGOTTEN}';",
    ),
    Trigger("import_no_truncate", DRAFT, "", "BEFORE TRUNCATE", f"RAISE EXCEPTION '{_FORGOTTEN}';", "STATEMENT"),
)
