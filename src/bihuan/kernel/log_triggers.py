"""What the database refuses about the log, the steps of flows, and administrators."""

from .triggers import Trigger, insert_only, register

register(
    *insert_only("log", "kernel_logentry", "seq"),
    *insert_only("flow_step", "kernel_flowstep"),
    Trigger(
        "admin_has_no_post",
        "kernel_assignment",
        "BEFORE INSERT ON kernel_assignment WHEN EXISTS (SELECT 1 FROM kernel_person WHERE id = NEW.person_id AND admin_role <> '') "
        "BEGIN SELECT RAISE(ABORT, 'an administrator holds no post'); END",
        "BEFORE INSERT OR UPDATE",
        "IF EXISTS (SELECT 1 FROM kernel_person WHERE id = NEW.person_id AND admin_role <> '') "
        "THEN RAISE EXCEPTION 'an administrator holds no post'; END IF; RETURN NEW;",
    ),
    Trigger(
        "admin_had_no_post_update",
        "kernel_assignment",
        "BEFORE UPDATE ON kernel_assignment WHEN EXISTS (SELECT 1 FROM kernel_person WHERE id = NEW.person_id AND admin_role <> '') "
        "BEGIN SELECT RAISE(ABORT, 'an administrator holds no post'); END",
    ),
    Trigger(
        "post_holder_is_no_admin",
        "kernel_person",
        "BEFORE UPDATE OF admin_role ON kernel_person WHEN NEW.admin_role <> '' "
        "AND EXISTS (SELECT 1 FROM kernel_assignment WHERE person_id = NEW.id AND ends IS NULL) "
        "BEGIN SELECT RAISE(ABORT, 'an administrator holds no post'); END",
        "BEFORE UPDATE",
        "IF NEW.admin_role <> '' AND EXISTS (SELECT 1 FROM kernel_assignment WHERE person_id = NEW.id AND ends IS NULL) "
        "THEN RAISE EXCEPTION 'an administrator holds no post'; END IF; RETURN NEW;",
    ),
    Trigger(
        "admin_role_stays",
        "kernel_person",
        "BEFORE UPDATE OF admin_role ON kernel_person WHEN OLD.admin_role <> '' AND NEW.admin_role NOT IN ('', OLD.admin_role) "
        "BEGIN SELECT RAISE(ABORT, 'an administrator does not become another'); END",
        "BEFORE UPDATE",
        "IF OLD.admin_role <> '' AND NEW.admin_role NOT IN ('', OLD.admin_role) "
        "THEN RAISE EXCEPTION 'an administrator does not become another'; END IF; RETURN NEW;",
    ),
)
