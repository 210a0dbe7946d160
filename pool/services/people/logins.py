"""Log-ins: from signing in to signing out. Asked for with every click, so that ending one works at once.

The time limits suit people who look in between patients: two hours without a click, twelve hours in all.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from pool import clock
from pool.models.login import Login
from pool.models.person import Person
from pool.services.people.accounts import STRANGER_ACTOR
from pool.unit_of_work import UnitOfWork, unit_of_work

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
NOTE_EVERY = timedelta(minutes=1)
KEPT = timedelta(days=30)


def begin(work: UnitOfWork, person_id: UUID, way: str, *, began_at: datetime | None = None) -> UUID:
    """A new log-in; the old ones of this person are forgotten after 30 days."""
    work.store.execute(delete(Login).where(Login.person_id == person_id, Login.seen_at < work.now - KEPT))
    login = Login(person_id=person_id, way=way, began_at=began_at or work.now, seen_at=work.now)
    work.add(login)
    return login.id


def renew(work: UnitOfWork, login_id: UUID) -> UUID:
    """End this log-in and go on in a new one with the same time limit: the old cookie is worth nothing."""
    login = work.get(Login, login_id, lock=True)
    login.ended_at = work.now
    return begin(work, login.person_id, login.way, began_at=login.began_at)


def end(work: UnitOfWork, login_id: UUID) -> None:
    """The person signed out."""
    work.store.execute(update(Login).where(Login.id == login_id, Login.ended_at.is_(None)).values(ended_at=work.now))


def end_others(work: UnitOfWork, person_id: UUID, keep: UUID | None) -> None:
    """Sign this person out everywhere but here (everywhere when `keep` is None)."""
    theirs = update(Login).where(
        Login.person_id == person_id, Login.ended_at.is_(None), Login.seen_at > work.now - IDLE
    )
    if keep:
        theirs = theirs.where(Login.id != keep)
    work.store.execute(theirs.values(ended_at=work.now))


def others(work: UnitOfWork, person_id: UUID, keep: UUID) -> int:
    """In how many other browsers is this person signed in?"""
    logins = work.all(select(Login).where(Login.person_id == person_id, Login.id != keep, Login.ended_at.is_(None)))
    return sum(still_open(login, work.now) for login in logins)


def person_of(login_id: UUID, now: datetime | None = None) -> Person | None:
    """A copy of the person behind an open log-in; None when it has ended, was idle too long or is too old."""
    with unit_of_work(STRANGER_ACTOR, read_only=True, now=now) as work:
        login = work.first(select(Login).where(Login.id == login_id))
        if login is None or not still_open(login, work.now):
            return None
        person, seen_at = login.person, login.seen_at
        work.store.expunge_all()
    if clock.now() - seen_at > NOTE_EVERY:
        note_click(login_id)
    return person


def ran_out(login_id: UUID) -> UUID | None:
    """Whose log-in came to its end by itself; None for one that is open or was ended on purpose, and for people who are out."""
    with unit_of_work(STRANGER_ACTOR, read_only=True) as work:
        login = work.first(select(Login).where(Login.id == login_id, Login.ended_at.is_(None)))
        if login is None or still_open(login, work.now) or not login.person.active:
            return None
        return login.person_id


def note_click(login_id: UUID) -> None:
    """The person is still here."""
    with unit_of_work(STRANGER_ACTOR) as work:
        work.store.execute(update(Login).where(Login.id == login_id).values(seen_at=work.now))


def still_open(login: Login, now: datetime) -> bool:
    """Not ended, not idle for too long, not older than the longest log-in."""
    return login.ended_at is None and now - login.seen_at < IDLE and now - login.began_at < LONGEST
