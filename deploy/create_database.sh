#!/bin/sh
# Makes the roles, the database and its extensions on an ordinary PostgreSQL 18 server. Run once as a superuser, with
# the usual PG* variables and POOL_OWNER_PASSWORD and POOL_APP_PASSWORD set; running it again changes the passwords.
set -eu
here=${POOL_SQL:-$(dirname "$0")}
refuse() { echo "$1: choose a password of 12 characters or more that is not the one of the example." >&2; exit 2; }
for name in POOL_OWNER_PASSWORD POOL_APP_PASSWORD; do
    eval "value=\${$name:-}"
    case $value in CHANGE*|change*) refuse "$name" ;; esac
    [ ${#value} -ge 12 ] || refuse "$name"
done
sql() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 "$@"; }

sql --dbname postgres --file "$here/roles.sql"
sql --dbname postgres --set owner="$POOL_OWNER_PASSWORD" --set app="$POOL_APP_PASSWORD" <<'SQL'
ALTER ROLE pool_owner PASSWORD :'owner';
ALTER ROLE pool_app PASSWORD :'app';
SELECT 'CREATE DATABASE pool OWNER pool_owner' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'pool')
\gexec
SQL
sql --dbname pool --file "$here/extensions.sql"
