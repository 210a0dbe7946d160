#!/bin/sh
# A command of the product on an installation, with its settings and as its user: sudo deploy/flask.sh doctor
set -eu
cd "$(dirname "$0")/.."
set -a
. "${POOL_SETTINGS:-/etc/pool/environment}"
set +a
: "${POOL_VAR:=/var/lib/pool}"
export POOL_VAR
run="${POOL_PYTHON:-.venv/bin/python} -m flask --app wsgi"
if [ "$(id -u)" = 0 ] && id pool >/dev/null 2>&1; then
    exec setpriv --reuid=pool --regid=pool --init-groups $run "$@"
fi
exec $run "$@"
