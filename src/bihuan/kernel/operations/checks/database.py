"""The database: reachable, of a fit version, migrated, guarded by its triggers, and not at the application's mercy."""

from __future__ import annotations

import sqlite3

from django.db import DatabaseError, connection
from django.utils.translation import gettext_lazy as _

from ... import triggers
from ...models import SearchPending
from ...search import indexes, tables
from ...wording import Message
from .. import faults, standing
from . import Answers, Level, area
from .machine import told

OK, WARN, FAIL = Level.OK, Level.WARN, Level.FAIL
OLDEST_POSTGRES = 15
LOG = "kernel_logentry"

REACHED = told("database", _("%(name)s，可以读写"))
UNREACHED = told(
    "database.unreached", _("数据库连不上：%(why)s。请检查数据库服务是否在运行、DATABASE_URL 是否正确、数据库文件是否损坏。")
)
EMPTY = told("database.empty", _("还没有数据库。真实法院请运行 bihuan init，演示请运行 bihuan run；从备份恢复请运行 bihuan restore。"))
OLD_POSTGRES = told("database.old", _("PostgreSQL 是 %(version)s，须为 15 或更新。请升级数据库服务器。"))
NO_WAL = told("database.no_wal", _("SQLite 没有使用 WAL（现为 %(mode)s）：数据目录可能在网络盘上。请移到本机磁盘，或改用 PostgreSQL。"))
CORRUPT = told("database.corrupt", _("数据库文件损坏：%(what)s。请停止服务，按《运维》第七节从最近的备份恢复。"))
WHOLE = told("database.whole", _("数据库文件逐页检查完好"))


@area("database", _("数据库"))
def database(deep: bool) -> Answers:
    """Whether it answers, and what it is."""
    try:
        empty = standing.standing().empty
    except DatabaseError as error:
        why = str(error).strip()
        broken = faults.of(error) is faults.Fault.DAMAGED
        return [(FAIL, Message(CORRUPT, {"what": why}) if broken else Message(UNREACHED, {"why": why}))]
    if empty:
        return [(FAIL, Message(EMPTY))]
    return list(_postgres() if connection.vendor == "postgresql" else _sqlite(deep))


def _postgres() -> Answers:
    version = connection.pg_version // 10000  # type: ignore[attr-defined]
    if version < OLDEST_POSTGRES:
        yield FAIL, Message(OLD_POSTGRES, {"version": version})
    else:
        yield OK, Message(REACHED, {"name": f"PostgreSQL {version}"})


def _sqlite(deep: bool) -> Answers:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
        cursor.execute("PRAGMA integrity_check(1)" if deep else "SELECT 'ok'")
        said = str(cursor.fetchone()[0])
    if said != "ok":
        yield FAIL, Message(CORRUPT, {"what": said[:100]})
        return
    if mode != "wal":
        yield WARN, Message(NO_WAL, {"mode": mode})
    else:
        yield OK, Message(REACHED, {"name": f"SQLite {sqlite3.sqlite_version}"})
    if deep:
        yield OK, Message(WHOLE)


MIGRATED = told("migrations", _("数据库结构是当前版本（升级步骤 %(count)s 个）"))
PENDING = told("migrations.pending", _("数据库结构不是当前版本，还差 %(count)s 步。请停止服务后运行 bihuan upgrade（会先做备份）。"))
UNKNOWN = told("migrations.unknown", _("数据库出自较新的版本（%(names)s）。请安装该版本；或用升级前的备份恢复。"))


@area("migrations", _("数据库结构"), of_court=True)
def migrations(deep: bool) -> Answers:
    """Whether it is this program's."""
    now = standing.standing()
    if now.unknown:
        return [(FAIL, Message(UNKNOWN, {"names": standing.shown(now.unknown)}))]
    if now.pending:
        return [(FAIL, Message(PENDING, {"count": len(now.pending)}))]
    return [(OK, Message(MIGRATED, {"count": len(now.applied)}))]


GUARDED = told("triggers", _("保护触发器 %(count)s 个齐全，内容未变"))
UNGUARDED = told(
    "triggers.missing", _("保护触发器缺失或被改动 %(count)s 个：%(names)s。请运行 bihuan migrate 重装，运行 bihuan check --deep，并查明是谁改的。")
)


@area("triggers", _("保护触发器"), of_court=True)
def guards(deep: bool) -> Answers:
    """Whether the database refuses what it should."""
    missing = triggers.missing(connection)
    if missing:
        return [(FAIL, Message(UNGUARDED, {"count": len(missing), "names": missing[:8]}))]
    return [(OK, Message(GUARDED, {"count": sum(t.exists_on(connection.vendor) for t in triggers.registered())}))]


INDEXED = told("search", _("检索索引 %(count)s 个齐全"))
UNINDEXED = told("search.missing", _("缺少检索索引 %(count)s 个：检索会漏掉内容。请运行 bihuan migrate，缺少的会重建。"))
WAITING = told("search.waiting", _("有 %(count)s 行等待编入检索索引，夜间任务会编入；一天后仍有，请看任务进程是否在运行。"))


@area("search", _("检索索引"), of_court=True)
def words(deep: bool) -> Answers:
    """Whether all that is written can be found."""
    missing, waiting = tables.missing(connection), SearchPending.objects.count()
    if missing:
        return [(FAIL, Message(UNINDEXED, {"count": len(missing)}))]
    if waiting:
        return [(WARN, Message(WAITING, {"count": waiting}))]
    return [(OK, Message(INDEXED, {"count": len(indexes.indexes())}))]


NO_ROLES = told("roles.none", _("SQLite 没有账号之分：“日志只能追加”由触发器保证"))
NO_TEMPORARY = told(
    "roles.temporary",
    _("数据库账号 %(user)s 不能建临时表，大批导入会失败。请以超级用户再运行一次 roles.sql（《运维》第八节）。"),
)
LIMITED = told("roles", _("数据库账号 %(user)s 对日志只能查看和追加，不能改结构"))
SUPERUSER = told("roles.superuser", _("数据库账号 %(user)s 是超级用户。请按《运维》第八节改用专门的应用账号。"))
OWNER = told(
    "roles.owner",
    _("数据库账号 %(user)s 能改动日志（%(rights)s）：拆得掉触发器的账号不宜运行服务。请按《运维》第八节让服务使用应用账号。"),
)
_RIGHTS = ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER")


@area("roles", _("数据库账号"), of_court=True)
def roles(deep: bool) -> Answers:
    """What the role the program runs under could do to the log."""
    if connection.vendor != "postgresql":
        return [(OK, Message(NO_ROLES))]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        user, superuser = cursor.fetchone()
        held = []
        for right in _RIGHTS:
            cursor.execute("SELECT has_table_privilege(%s, %s)", [LOG, right])
            held += [right] if cursor.fetchone()[0] else []
        cursor.execute("SELECT has_schema_privilege(current_schema(), 'CREATE')")
        held += ["CREATE"] if cursor.fetchone()[0] else []
        cursor.execute("SELECT has_database_privilege(current_database(), 'TEMPORARY')")
        temporary = cursor.fetchone()[0]
    if superuser:
        return [(FAIL, Message(SUPERUSER, {"user": user}))]
    if held:
        return [(WARN, Message(OWNER, {"user": user, "rights": held}))]
    if not temporary:
        return [(FAIL, Message(NO_TEMPORARY, {"user": user}))]
    return [(OK, Message(LIMITED, {"user": user}))]
