#!/bin/sh
# A command of the product on an installation, with its settings and as its user: as root, /opt/pool/deploy/flask.sh doctor
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
settings=${POOL_SETTINGS:-/etc/pool/environment}
python=${POOL_PYTHON:-$here/.venv/bin/python}
refuse() { printf '%s\n' "$*" >&2; exit 2; }

[ -r "$settings" ] || refuse "$settings cannot be read. Run this as root, or name the file of the settings in POOL_SETTINGS."
set -a
. "$settings"
set +a
: "${POOL_VAR:=/var/lib/pool}"
export POOL_VAR

if [ "$(id -u)" = 0 ] && id pool >/dev/null 2>&1; then
    as_pool() { setpriv --reuid=pool --regid=pool --init-groups "$@"; }
else
    as_pool() { "$@"; }
fi
as_pool test -x "$(readlink -f "$python")" ||
    refuse "The user pool cannot run $python. Make the .venv anew with a Python that everybody can run: /usr/bin/python3 -m venv $here/.venv"
for given in "$@"; do
    given=${given#--file=}
    [ ! -f "$given" ] || as_pool test -r "$given" ||
        refuse "The user pool cannot read $given. Put the file where it can, such as /var/lib/pool, and allow others to read it: chmod 644"
done
as_pool "$python" -P -m flask --app "$here/wsgi.py" "$@"
