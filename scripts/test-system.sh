#!/bin/bash
# What the tests need from the system: a Chrome or Chromium, a Chinese font, PostgreSQL. Installs what is missing on
# Debian; elsewhere uses what there is, or says what to install. Quiet and quick when nothing is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python

has_browser() { "$python" -c 'import sys; from tests.support.browser import find_browser; sys.exit(not find_browser())'; }
has_light_browser() { command -v chromium-headless-shell >/dev/null; }
has_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ]; }
has_postgres() { "$python" -c 'import sys; from tests.support.postgres import find_binaries; sys.exit(not find_binaries())'; }
has_debian_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

distribution=unknown
# shellcheck disable=SC1091
[ -r /etc/os-release ] && distribution=$(. /etc/os-release && echo "${ID:-unknown}")

root=()
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then root=(sudo -n); else root=(false); fi
fi

missing=()
# Debian's headless shell is Chromium without its window, and takes half the work; it is no must where there is another
# browser. Ubuntu's package `chromium` is a stub for a snap, which no test can drive.
if [ "$distribution" = debian ] && ! has_light_browser; then
    if [ "${root[0]:-}" != false ] || ! has_browser; then missing+=(chromium-headless-shell); fi
fi
has_font || missing+=(fontconfig fonts-noto-cjk)
has_debian_postgres || missing+=(postgresql)

if [ ${#missing[@]} -gt 0 ] && command -v apt-get >/dev/null; then
    if [ "${root[0]:-}" != false ]; then
        echo "    installing for the tests: ${missing[*]}"
        export DEBIAN_FRONTEND=noninteractive
        log=$(mktemp)
        "${root[@]}" apt-get update -q >"$log" 2>&1 || true
        if ! apt-cache show chromium-headless-shell >/dev/null 2>&1; then # an older Debian
            if has_browser; then other=; else other=chromium; fi
            missing=("${missing[@]/chromium-headless-shell/$other}")
        fi
        # shellcheck disable=SC2068  an emptied word is no package
        if ! "${root[@]}" apt-get install -y -q --no-install-recommends ${missing[@]} >>"$log" 2>&1; then
            tail -n 15 "$log" >&2
            echo "    apt-get could not install ${missing[*]}; going on with what is here" >&2
        fi
        rm -f "$log"
    else
        echo "    missing: ${missing[*]} (as root: apt-get install ${missing[*]})" >&2
    fi
fi

if ! has_browser; then
    cat >&2 <<'TEXT'
No Chrome or Chromium that tests can drive was found.
  Debian:  apt-get install chromium
  Ubuntu:  its chromium package only starts a snap; install Google Chrome's .deb (google-chrome-stable)
  else:    set BIHUAN_BROWSER to the path of a Chrome or Chromium
To run the rest without a browser: BIHUAN_TESTS_REQUIRE=0 make test
TEXT
    [ "${BIHUAN_TESTS_REQUIRE:-1}" = 0 ] || exit 1
fi
has_font || echo "    no Chinese font here: pictures will show boxes (apt-get install fonts-noto-cjk)" >&2
if ! has_postgres; then
    echo "No PostgreSQL here: apt-get install postgresql, or set BIHUAN_TEST_DATABASE_URL" >&2
    [ -n "${BIHUAN_TEST_DATABASE_URL:-}" ] || [ "${BIHUAN_TESTS_REQUIRE:-1}" = 0 ] || exit 1
fi
