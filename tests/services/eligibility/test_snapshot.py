"""The engine is told everything that it can be told: a column that the product forgets would be its default for everybody."""

import pytest

from matching.problem.tables import TABLES
from pool.actor import Actor
from pool.models.clinician import Clinician, PracticePreference
from pool.models.person import Person
from pool.models.session import PracticeSession
from pool.services.eligibility import pool_facts, snapshot
from pool.services.eligibility.pool_facts import Window
from tests.builders import a_booking, a_clinician, a_pool, a_practice, a_session, next_week, read, working_as

OF_A_RUN = {"declined_by", "outsiders", "barred", "period_cap", "previous_clinician_id", "fixed_clinician_id"}
"""What a run adds for some rows (snapshot.of_run, run_tables.py, persons.py)."""

OF_THE_FORMAT = {"format"}
"""The version of the format itself: who writes a table writes the newest one."""

MEASURED = {"travel_min"}
"""The engine works journeys out itself; persons.py gives those from a second home."""


@pytest.mark.usefixtures("app")
def test_every_column_of_the_exchange_format_is_written():
    """One row of each table, from real rows."""
    pool = a_pool()
    practice, clinician = a_practice(pool), a_clinician(pool)
    a_booking(session=a_session(practice, on=next_week(1)), clinician=clinician)
    there = a_clinician(a_pool(), person=read(Person, clinician.person_id))
    elsewhere = a_session(a_practice(read(type(pool), there.pool_id)), on=next_week(2))
    a_booking(session=elsewhere, clinician=there)
    session = a_session(practice, on=next_week(3))
    with working_as(Actor.system(pool.id)) as work:
        work.add(PracticePreference(pool_id=pool.id, practice_id=practice.id, clinician_id=clinician.id))
        work.store.flush()
        own = [work.get(Clinician, clinician.id)]
        window = Window(next_week(1), next_week(3))
        facts = pool_facts.of_run(work, window, [work.get(PracticeSession, session.id)], own)
        tables = snapshot.of_run(facts, {})
    written = {name: set().union(*rows) | OF_A_RUN | MEASURED for name, rows in tables.items()}
    for name, rows in tables.items():
        assert rows, name
        assert {column.name for column in TABLES[name]} - OF_THE_FORMAT <= written[name], name
