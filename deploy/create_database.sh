#!/bin/sh
# Makes the roles, the database and its extensions on an ordinary PostgreSQL 18 server. Run once as a superuser, with
# the usual PG* variables and POOL_OWNER_PASSWORD and POOL_APP_PASSWORD set; running it again changes the passwords.
set -eu
here=${POOL_SQL:-$(dirname "$0")}
sql() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 "$@"; }

sql --dbname postgres --file "$here/roles.sql"
sql --dbname postgres --set owner="$POOL_OWNER_PASSWORD" --set app="$POOL_APP_PASSWORD" <<'SQL'
ALTER ROLE pool_owner PASSWORD :'owner';
ALTER ROLE pool_app PASSWORD :'app';
SELECT 'CREATE DATABASE pool OWNER pool_owner' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'pool')
\gexec
SQL
sql --dbname pool --file "$here/extensions.sql"
