"""Worked and agreed sessions by the thousand, copied in SQL from one that went through the product's own use cases.

Only the way to agreed charges is short: what the benchmark measures (billing, UBL, PDF) starts from there and is real.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import psycopg
from flask import Flask

from pool import clock
from pool.models.pool import Pool
from pool.models.practice import Practice
from tests import builders
from tests.invoice_builders import a_clinician_who_sells, confirmed_hours

EACH = 20
"""Sessions of one clinician in four weeks: one on every working day."""

PRACTICES = 50

CLONE = """
INSERT INTO {table} SELECT (jsonb_populate_record(base, {changes})).*
FROM {table} base, generate_series(0, %(count)s - 1) AS n WHERE base.id = %(base)s
"""

PEOPLE = {
    "person": "'id', md5('person' || n)::uuid, 'email', 'bench' || n || '@demo.example', 'fs_uniquifier', 'bench' || n",
    "clinician": "'id', md5('clinician' || n)::uuid, 'person_id', md5('person' || n)::uuid,"
    " 'registration_number', 'DEMO-B' || n",
    "engagement": "'id', md5('engagement' || n)::uuid, 'clinician_id', md5('clinician' || n)::uuid",
    "seller": "'id', md5('seller' || n)::uuid, 'clinician_id', md5('clinician' || n)::uuid,"
    " 'code', 'B' || lpad(upper(to_hex(n)), 6, '0')",
}
"""Clinicians who sell, each a person of their own."""

WHO = (
    f"'practice_id', (%(practices)s::uuid[])[1 + (n / {EACH} + n) %% {PRACTICES}], 'clinician_id',"
    f" md5('clinician' || n / {EACH})::uuid"
)
LATER = f"make_interval(days => (n %% {EACH}) / 5 * 7 + n %% 5)"

WORK = {
    "practice_session": f"'id', md5('session' || n)::uuid, 'label', 'B' || n, 'on', base.on + {LATER},"
    f" 'starts_at', base.starts_at + {LATER}, 'ends_at', base.ends_at + {LATER}, {WHO}",
    "offer": f"'id', md5('offer' || n)::uuid, 'session_id', md5('session' || n)::uuid, {WHO}",
    "booking": f"'id', md5('booking' || n)::uuid, 'session_id', md5('session' || n)::uuid,"
    f" 'offer_id', md5('offer' || n)::uuid, 'person_id', md5('person' || n / {EACH})::uuid,"
    f" 'starts_at', base.starts_at + {LATER}, 'ends_at', base.ends_at + {LATER}, {WHO}",
    "timesheet": f"'id', md5('timesheet' || n)::uuid, 'booking_id', md5('booking' || n)::uuid, {WHO}",
    "charge": f"'id', md5('charge' || n)::uuid, 'booking_id', md5('booking' || n)::uuid,"
    f" 'timesheet_id', md5('timesheet' || n)::uuid, 'source_key', 'bench:' || n,"
    f" 'supplied_on', base.supplied_on + {LATER}, {WHO}",
}
"""Sessions that were worked and agreed, in the order in which rows point at each other."""


OF_CLINICIAN = """
SELECT engagement.id, seller.id FROM engagement JOIN seller USING (clinician_id) WHERE clinician_id = %s
"""
OF_BOOKING = "SELECT timesheet.id, charge.id FROM timesheet JOIN charge USING (booking_id) WHERE booking_id = %s"
NOT_COPIED = "UPDATE charge SET state = 'refused' WHERE source_key NOT LIKE 'bench:%%' AND pool_id = %s"


def furnish(app: Flask, superuser: psycopg.Connection, sessions: int) -> UUID:
    """A pool with so many agreed charges, nothing billed; gives the pool's id."""
    builders.write_with(app)
    pool = builders.a_pool("Benchmark")
    practices = [builders.a_practice(pool, name=f"Surgery {number}").id for number in range(PRACTICES)]
    for base, tables in prototypes(pool, practices[0], superuser):
        for table, count, changes in sized(tables, sessions):
            statement = CLONE.format(table=table, changes=f"jsonb_build_object({changes})")
            superuser.execute(statement, {"count": count, "base": base[table], "practices": practices})
    retire(superuser, pool)
    return pool.id


def prototypes(
    pool: Pool, practice_id: UUID, superuser: psycopg.Connection
) -> Iterator[tuple[dict[str, UUID], dict[str, str]]]:
    """One clinician and one session made by the use cases, as the rows to copy."""
    practice = builders.read(Practice, practice_id)
    clinician = a_clinician_who_sells(pool, name="Dr Bench Mark")
    booking = confirmed_hours(practice, clinician, on=clock.week_of(builders.yesterday()) - timedelta(weeks=5))
    sold = found(superuser, OF_CLINICIAN, clinician.id)
    yield {"person": clinician.person_id, "clinician": clinician.id, "engagement": sold[0], "seller": sold[1]}, PEOPLE
    worked = found(superuser, OF_BOOKING, booking.id)
    yield (
        {
            "practice_session": booking.session_id,
            "offer": booking.offer_id,
            "booking": booking.id,
            "timesheet": worked[0],
            "charge": worked[1],
        },
        WORK,
    )


def found(superuser: psycopg.Connection, statement: str, owner: UUID) -> tuple[UUID, UUID]:
    """The two rows that belong to one thing."""
    row = superuser.execute(statement, (owner,)).fetchone()
    if row is None:
        raise LookupError("The prototype was not made.")
    return row[0], row[1]


def sized(tables: dict[str, str], sessions: int) -> Iterator[tuple[str, int, str]]:
    """How many rows of each table: a clinician for every EACH sessions."""
    for table, changes in tables.items():
        yield table, -(-sessions // EACH) if tables is PEOPLE else sessions, changes


def retire(superuser: psycopg.Connection, pool: Pool) -> None:
    """The prototype is not billed, and PostgreSQL looks at its new rows."""
    superuser.execute(NOT_COPIED, (pool.id,))
    superuser.execute("ANALYZE")
