#!/bin/bash
# The long runs on SQLite, then on PostgreSQL; what they found becomes docs/断电与强杀.md when all passed.
# With QUICK=1: a handful of points, on SQLite (the database server that is killed is PostgreSQL's all the same), and no document.
# usage: scripts/soak.sh PYTEST-COMMAND...
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${QUICK:-0}" != 0 ]; then
    exec "$@"
fi
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
export SOAK_ROWS_FILE=$rows
"$@"
.venv/bin/python -m tests.support.postgres run -- "$@"
.venv/bin/python -m tests.soak.report "$rows" docs/断电与强杀.md
