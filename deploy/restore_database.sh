#!/bin/sh
# Puts a dump (pg_dump --format=custom pool) back into an empty database, all or nothing. Run as a superuser, with the
# usual PG* variables and POOL_OWNER_PASSWORD and POOL_APP_PASSWORD set: the roles and the database are made first.
# Ends with 0 when everything is back, otherwise with the reason and nothing of the dump in the database.
#   deploy/restore_database.sh FILE
set -eu
here=${POOL_SQL:-$(dirname "$0")}
file=${1:?"Say which dump: deploy/restore_database.sh FILE"}
"$here/create_database.sh"
tables=$(psql --no-psqlrc --dbname pool --tuples-only --no-align --command \
    "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
if [ "$tables" != 0 ]; then
    echo "The database pool holds $tables tables already. Rename or drop it first; nothing was changed." >&2
    exit 1
fi
# Comments are left out: those on the extensions belong to the superuser, whom the dump is not restored as.
pg_restore --dbname pool --role pool_owner --no-comments --single-transaction "$file"
psql --no-psqlrc --quiet --dbname pool --command ANALYZE
echo "Restored. Bring the tables up to date (pool-migrate), start the portal and the workers, and ask flask doctor."
