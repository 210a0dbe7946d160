#!/bin/sh
# Makes .venv from the lock, again only when the lock, the Python or the folder has changed.
set -eu
cd "$(dirname "$0")/.."
LOCK=requirements-dev.txt
UV=uv==0.13.9
STAMP=.venv/.made-from

say() { printf '%s\n' "$*" >&2; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

with_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

find_python() {
    without_venv=
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        new_enough "$name" || continue
        if with_venv "$name"; then
            command -v "$name"
            return
        fi
        without_venv=$name
    done
    if [ -n "$without_venv" ]; then
        say "$without_venv lacks its venv module. On Debian or Ubuntu: apt-get install python3-venv"
    else
        say "Python 3.11 or newer is needed. On Debian or Ubuntu: apt-get install python3 python3-venv"
    fi
    exit 1
}

made_from() {
    "$1" -c 'import hashlib, os, sys; print(sys.version_info[:2], os.getcwd(), hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$LOCK"
}

with_uv() { .venv/bin/python -m uv pip sync --quiet --require-hashes --python .venv/bin/python "$@" "$LOCK"; }

install_packages() {
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "$UV" &&
        { with_uv --system-certs || with_uv; } && return
    say "uv could not install the packages; pip tries the same, in about five minutes."
    .venv/bin/python -m pip install --disable-pip-version-check --use-pep517 --require-hashes -r "$LOCK"
}

up_to_date() { [ -f "$STAMP" ] && [ "$(made_from .venv/bin/python 2>/dev/null)" = "$(cat "$STAMP")" ]; }

up_to_date && exit 0
python=$(find_python)
if command -v flock >/dev/null; then
    exec 9<.
    flock 9
    up_to_date && exit 0
fi
say "Setting up the Python packages in .venv (the first time: a few minutes) ..."
if ! .venv/bin/python -c 'import pip' 2>/dev/null || ! grep -qs -F "$PWD" "$STAMP"; then
    rm -rf .venv
    "$python" -m venv .venv
fi
install_packages
made_from .venv/bin/python >"$STAMP"
