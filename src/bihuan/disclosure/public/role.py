"""The SQL that gives the public process' role of PostgreSQL what it needs and nothing else. To be run by the owner of the tables."""

from __future__ import annotations

import re

from .store import READS, WRITES

NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def grants(role: str, database: str) -> list[str]:
    """The statements, for a role that is there. ValueError for a name that needs quoting."""
    if not NAME.fullmatch(role):
        raise ValueError(role)
    quoted = '"' + database.replace('"', '""') + '"'
    made = [
        f"ALTER ROLE {role} NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION CONNECTION LIMIT 20",
        f"ALTER ROLE {role} SET statement_timeout = '5s'",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"REVOKE CREATE ON SCHEMA public FROM {role}",
        f"REVOKE TEMPORARY ON DATABASE {quoted} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {quoted} TO {role}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
    ]
    made += [f"GRANT SELECT ({', '.join(columns)}) ON {table} TO {role}" for table, columns in READS.items()]
    made += [f"GRANT INSERT ({', '.join(columns)}) ON {table} TO {role}" for table, columns in WRITES.items()]
    return made
