#!/bin/bash
# The long runs on SQLite, then on PostgreSQL; what they found becomes docs/断电与强杀.md when all passed.
# usage: scripts/soak.sh PYTEST-COMMAND...
set -euo pipefail
cd "$(dirname "$0")/.."
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
export SOAK_ROWS_FILE=$rows
"$@"
.venv/bin/python -m tests.support.postgres run -- "$@"
.venv/bin/python -m tests.soak.report "$rows" docs/断电与强杀.md
