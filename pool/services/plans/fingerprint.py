"""One short text that changes whenever any row changes that a plan of the pool depends on.

PostgreSQL gives every version of a row its own number (xmin), so nobody has to remember to count: an insert, a change
or a deletion anywhere among these rows gives another text. Work in other pools counts by the times it takes (design D5).
"""

from datetime import timedelta

from sqlalchemy import text

from pool.clock import london_date
from pool.services.eligibility.pool_facts import CONTINUITY, FOUR_WEEKS, MARGIN
from pool.unit_of_work import UnitOfWork

LOOKS_AHEAD = timedelta(days=100)

ROWS = {
    "pool": "id = ANY (:pools)",
    "practice": "true",
    "practice_preference": "true",
    "clinician": "true",
    "engagement": "true",
    "weekly_slot": "true",
    "availability_day": '"on" >= :today',
    "practice_session": "starts_at > :now",
    "proposal": "state = 'proposed'",
    "offer": "sent_at > :before",
    "booking": "ends_at > :before",
}
"""Each table with the rows that count: all of the actor's pool, as far as time can reach."""

COUNTED = "(SELECT count(*) || ':' || coalesce(sum(hashtextextended(id || '.' || xmin::text, 0)), 0) FROM {} WHERE {})"
ELSEWHERE = """(
    SELECT count(*) || ':' || coalesce(sum(hashtextextended(person_id || '.' || starts_at || '.' || ends_at, 0)), 0)
    FROM person_busy(ARRAY(SELECT person_id FROM clinician WHERE active), :now - :margin, :ahead)
)"""
AWAY = """(
    SELECT count(*) || ':' || coalesce(sum(hashtextextended(person_id || '.' || first_day || '.' || last_day, 0)), 0)
    FROM person_away(ARRAY(SELECT person_id FROM clinician WHERE active), :today, :last_day)
)"""
PARTS = [COUNTED.format(table, rows) for table, rows in ROWS.items()]
ALL = text(f"SELECT concat_ws(' ', {', '.join([*PARTS, ELSEWHERE, AWAY])})")


def fingerprint(work: UnitOfWork) -> str:
    """The text for the pool of an actor who acts in one, on this London day."""
    today = london_date(work.now)
    asked = {
        "pools": list(work.actor.pool_ids),
        "today": today,
        "now": work.now,
        "before": work.now - CONTINUITY - MARGIN,
        "margin": FOUR_WEEKS,
        "ahead": work.now + LOOKS_AHEAD,
        "last_day": today + LOOKS_AHEAD,
    }
    return f"{today} {work.store.scalar(ALL, asked)}"
