"""Days for journeys, and time that passes.

The product reads one clock and has no second one for tests. Nor can a session be posted in the past, or hours be sent
before it is over. So a journey that goes on after the session lets all rows grow older instead: every day and every
instant in the database moves back by the same whole weeks of London wall time, and with them what was agreed about the
day. What happened stays in the same order and on the same weekdays, as if people had come back some weeks later. Only
the owner of the server can do this, with triggers at rest, because the product itself never changes a frozen booking.
"""

import json
from datetime import date, timedelta

import psycopg

from pool.places.calendar import bank_holiday
from pool.rules.terms import Terms
from tests.builders import next_week

COLUMNS = """
    SELECT format('%I', table_name), format('%I', column_name), data_type
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
      AND data_type IN ('date', 'timestamp with time zone')
"""
OLDER = {
    "date": "{column} - %(by)s::interval",
    "timestamp with time zone": (
        "({column} AT TIME ZONE 'Europe/London' - %(by)s::interval) AT TIME ZONE 'Europe/London'"
    ),
}


def a_working_day() -> date:
    """A day in the second week from now that is no bank holiday."""
    return next(day for day in map(next_week, range(1, 5)) if not bank_holiday(day))


def make_older(superuser: psycopg.Connection, by: timedelta) -> None:
    """Move everything that is in the database back by whole weeks."""
    superuser.execute("SET session_replication_role = replica")
    for table, column, kind in superuser.execute(COLUMNS).fetchall():
        superuser.execute(f"UPDATE {table} SET {column} = {OLDER[kind].format(column=column)}", {"by": by})
    for booking_id, terms in superuser.execute("SELECT id, terms FROM booking").fetchall():
        moved = Terms.from_json(terms | {"on": (date.fromisoformat(terms["on"]) - by).isoformat()})
        superuser.execute(
            "UPDATE booking SET terms = %s, terms_hash = %s WHERE id = %s",
            (json.dumps(moved.to_json()), moved.check_code, booking_id),
        )
