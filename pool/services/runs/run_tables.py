"""The engine's tables of a run: what pool/services/eligibility/snapshot.py reads, with what a run adds to it.

A clinician is not asked twice, what a person chose is kept, and a day without an engagement is not free.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pool.models.clinician import Clinician
from pool.models.match_run import MatchRun, Proposal
from pool.services.eligibility import declines, pool_facts, snapshot
from pool.services.eligibility.pool_facts import Window, sessions_near
from pool.services.eligibility.snapshot import Tables, active_clinicians, open_sessions
from pool.unit_of_work import UnitOfWork

Row = dict[str, Any]


def tables_of(work: UnitOfWork, run: MatchRun, clinicians: Sequence[Clinician] | None = None) -> Tables:
    """The tables of all pools of a run, of the actor's pools that is."""
    return tables_between(work, Window(run.first_day, run.last_day), clinicians)


def tables_between(work: UnitOfWork, window: Window, clinicians: Sequence[Clinician] | None = None) -> Tables:
    """The tables of these days: open sessions, clinicians (all who are active unless given), what is fixed.

    Sessions for which a person chose the clinician are fixed. The rest of the present plan is named as the plan to keep
    where nothing better is lost by it.
    """
    clinicians = clinicians if clinicians is not None else active_clinicians(work)
    people = {clinician.id: clinician for clinician in clinicians}
    live = work.all(select(Proposal).where(Proposal.state == "proposed"))
    plan = [proposal for proposal in live if proposal.clinician_id in people]
    previous = {proposal.session_id: proposal.clinician_id for proposal in plan}
    chosen = {str(proposal.session_id): str(proposal.clinician_id) for proposal in plan if proposal.changed_by_id}
    declined = by_session(declines.said_no(work, sessions_near(window)), people.keys())
    facts = pool_facts.of_run(work, window, open_sessions(work, window), clinicians)
    tables = snapshot.of_run(facts, previous)
    return tables | {
        "sessions": [row | declined_row(row, declined) | chosen_row(row, chosen) for row in tables["sessions"]],
        "availability": [row for row in tables["availability"] if is_engaged(people[UUID(row["clinician_id"])], row)],
    }


def by_session(said_no: Iterable[tuple[UUID, UUID]], people: Collection[UUID]) -> dict[str, list[str]]:
    """Session to the clinicians among these who have said no to it, as the engine names both."""
    found: dict[str, list[str]] = defaultdict(list)
    for session_id, clinician_id in sorted(said_no):
        if clinician_id in people:
            found[str(session_id)].append(str(clinician_id))
    return found


def declined_row(row: Row, declined: Mapping[str, list[str]]) -> Row:
    """Nobody is asked twice for a session that they have said no to; their no counts for no other session (design D13)."""
    return {"declined_by": declined[row["session_id"]]} if row["session_id"] in declined else {}


def chosen_row(row: Row, chosen: Mapping[str, str]) -> Row:
    """A session for which a person chose the clinician is no longer the engine's to give."""
    return {"fixed_clinician_id": chosen[row["session_id"]]} if row["session_id"] in chosen else {}


def is_engaged(clinician: Clinician, row: Row) -> bool:
    """Has the clinician an engagement on the day of an availability row? Without one they cannot be booked."""
    return clinician.engagement_on(row["date"]) is not None
