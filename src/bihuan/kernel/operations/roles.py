"""PostgreSQL: what the application's role may do, given anew after every migrate by the owner of the tables.

The owner makes and changes tables and runs nothing else; the service runs under a role that reads, writes and never changes
a table or drops a trigger: of what is only ever added to (the log first of all) it may only add. SQLite has no roles.
"""

from __future__ import annotations

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext_lazy as _

from .. import triggers
from ..errors import Refused
from ..facts import Fact
from ..wording import Message, wording

APPLICATION = "bihuan_app"
"""The role of the service, as deploy/postgresql/roles.sql makes it."""
LOOK, ADD, KEEP, ALL = "SELECT", "SELECT, INSERT", "SELECT, INSERT, UPDATE", "SELECT, INSERT, UPDATE, DELETE"
_LOOKED_AT = {"django_migrations", "django_content_type", "auth_permission"}

NOT_OWNER = wording(
    "operations.not_owner",
    _(
        "数据库账号 %(user)s 不能改动表结构。这项操作请用属主账号运行：把 DATABASE_URL 换成属主账号的（《运维》第八节），再运行一次。"
    ),
)


def grants(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Table -> the rights of the application's role, for the tables that are there."""
    added_to = {t.table for t in triggers.registered() if t.name.endswith("_no_update") and t.each == "ROW"}
    facts = {model._meta.db_table for model in apps.get_models() if issubclass(model, Fact)}
    found = {}
    for table in connection.introspection.table_names():
        if table in _LOOKED_AT:
            found[table] = LOOK
        elif table in added_to:
            found[table] = ADD
        else:
            found[table] = KEEP if table in facts else ALL
    return found


def apply(connection: BaseDatabaseWrapper) -> bool:
    """Give the application's role its rights; whether there was anything to do (the role is there, and the tables are ours)."""
    if connection.vendor != "postgresql":
        return False
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user FROM pg_roles WHERE rolname = %s", [APPLICATION])
        row = cursor.fetchone()
        if row is None or row[0] == APPLICATION:
            return False
        for table, rights in grants(connection).items():
            cursor.execute(f"REVOKE ALL ON {quote(table)} FROM {APPLICATION}")
            cursor.execute(f"GRANT {rights} ON {quote(table)} TO {APPLICATION}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {_schema(connection)} TO {APPLICATION}")
    return True


def check_owner(connection: BaseDatabaseWrapper) -> None:
    """Refused when the role at work cannot change tables."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, has_schema_privilege(current_schema(), 'CREATE')")
        user, able = cursor.fetchone()
    if not able:
        raise Refused(Message(NOT_OWNER, {"user": user}))


def _schema(connection: BaseDatabaseWrapper) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        return str(cursor.fetchone()[0])
