#!/bin/bash
# The whole suite on SQLite (with the browser and the coverage floor), then on PostgreSQL; both results stand last.
# usage: scripts/suite.sh PYTEST-COMMAND...
set -uo pipefail
cd "$(dirname "$0")/.."
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

part() { # name, command...: run it, keep what it says
    local name=$1 started=$SECONDS
    shift
    echo "==> $name"
    "$@" 2>&1 | tee "$logs/$name"
    local code=$?
    echo "$((SECONDS - started)) s" >"$logs/$name.time"
    return $code
}

failed=0
part SQLite "$@" --cov --cov-report=term:skip-covered || failed=1
part PostgreSQL .venv/bin/python -m tests.support.postgres run -- "$@" -m "not soak and not browser and not tree" || failed=1

echo "==> results"
for name in SQLite PostgreSQL; do
    result=$(grep -E '^(=+ )?[0-9]+ (passed|failed|error|skipped)|^=+ .*(passed|failed|error)' "$logs/$name" | tail -n 1 | sed 's/^=* *//; s/ *=*$//')
    printf '    %-11s %s; %s in all\n' "$name" "${result:-no result}" "$(cat "$logs/$name.time")"
done
coverage=$(grep -E '^(FAIL )?Required test coverage|^TOTAL' "$logs/SQLite" | tail -n 1)
printf '    %-11s %s\n' coverage "${coverage:-not measured}"
[ $failed = 0 ] && echo "    all passed" || echo "    FAILED"
exit $failed
