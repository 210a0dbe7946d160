"""Visits: from signing in to signing out. Asked for with every click, so that ending one works at once.

The time limits suit people who look in between patients: two hours without a click, twelve hours in all.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from pool import clock
from pool.models.person import Person
from pool.models.visit import Visit
from pool.services.people.accounts import STRANGER_ACTOR
from pool.unit_of_work import UnitOfWork, unit_of_work

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
NOTE_EVERY = timedelta(minutes=1)
KEPT = timedelta(days=30)


def begin(work: UnitOfWork, person_id: UUID, way: str, *, began_at: datetime | None = None) -> UUID:
    """A new visit; the old ones of this person are forgotten after 30 days."""
    work.store.execute(delete(Visit).where(Visit.person_id == person_id, Visit.seen_at < work.now - KEPT))
    visit = Visit(person_id=person_id, way=way, began_at=began_at or work.now, seen_at=work.now)
    work.add(visit)
    return visit.id


def renew(work: UnitOfWork, visit_id: UUID) -> UUID:
    """End this visit and go on in a new one with the same time limit: the old cookie is worth nothing."""
    visit = work.get(Visit, visit_id, lock=True)
    visit.ended_at = work.now
    return begin(work, visit.person_id, visit.way, began_at=visit.began_at)


def end(work: UnitOfWork, visit_id: UUID) -> None:
    """The person signed out."""
    work.store.execute(update(Visit).where(Visit.id == visit_id, Visit.ended_at.is_(None)).values(ended_at=work.now))


def end_others(work: UnitOfWork, person_id: UUID, keep: UUID | None) -> None:
    """Sign this person out everywhere but here (everywhere when `keep` is None)."""
    theirs = update(Visit).where(
        Visit.person_id == person_id, Visit.ended_at.is_(None), Visit.seen_at > work.now - IDLE
    )
    if keep:
        theirs = theirs.where(Visit.id != keep)
    work.store.execute(theirs.values(ended_at=work.now))


def others(work: UnitOfWork, person_id: UUID, keep: UUID) -> int:
    """In how many other browsers is this person signed in?"""
    visits = work.all(select(Visit).where(Visit.person_id == person_id, Visit.id != keep, Visit.ended_at.is_(None)))
    return sum(still_open(visit, work.now) for visit in visits)


def visitor(visit_id: UUID, now: datetime | None = None) -> Person | None:
    """A copy of the person behind an open visit; None when it has ended, was idle too long or is too old."""
    with unit_of_work(STRANGER_ACTOR, read_only=True, now=now) as work:
        visit = work.first(select(Visit).where(Visit.id == visit_id))
        if visit is None or not still_open(visit, work.now):
            return None
        person, seen_at = visit.person, visit.seen_at
        work.store.expunge_all()
    if clock.now() - seen_at > NOTE_EVERY:
        note_click(visit_id)
    return person


def ran_out(visit_id: UUID) -> UUID | None:
    """Whose visit came to its end by itself; None for one that is open or was ended on purpose, and for people who are out."""
    with unit_of_work(STRANGER_ACTOR, read_only=True) as work:
        visit = work.first(select(Visit).where(Visit.id == visit_id, Visit.ended_at.is_(None)))
        if visit is None or still_open(visit, work.now) or not visit.person.active:
            return None
        return visit.person_id


def note_click(visit_id: UUID) -> None:
    """The person is still here."""
    with unit_of_work(STRANGER_ACTOR) as work:
        work.store.execute(update(Visit).where(Visit.id == visit_id).values(seen_at=work.now))


def still_open(visit: Visit, now: datetime) -> bool:
    """Not ended, not idle for too long, not older than the longest visit."""
    return visit.ended_at is None and now - visit.seen_at < IDLE and now - visit.began_at < LONGEST
