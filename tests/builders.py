"""Rows for tests: name what the test cares about, the rest is filled in. Sessions, offers, bookings and hours come
about through the use cases themselves, so they are never in a state that the product cannot reach.

Everything is committed. What comes back is a detached copy to read; `again(row)` reads it anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import event, inspect

from pool import clock
from pool.actor import Actor
from pool.catalogue import PROFESSIONS
from pool.errors import NotFound
from pool.models.availability import WeeklySlot
from pool.models.booking import Booking
from pool.models.clinician import Clinician, Engagement
from pool.models.offer import Offer
from pool.models.person import Membership, Person
from pool.models.pool import Host, Ics, Place, Pool
from pool.models.practice import Organisation, Practice
from pool.models.session import PracticeSession
from pool.models.timesheet import Timesheet
from pool.money import Money
from pool.permissions import CLINICIAN, MANAGER, PRACTICE
from pool.rules.session_plan import SessionPlan
from pool.services.bookings import offers
from pool.services.hours import timesheets
from pool.services.people import memberships
from pool.services.sessions import posting
from pool.unit_of_work import UnitOfWork, system_actor, unit_of_work
from tests.replay import replayed

Row = TypeVar("Row")

GORLESTON = ("NR31 6QB", 652665, 304229)
LATEST = time(23, 59)
MORNING = (time(8, 30), time(12, 40))

number = count(1)
_application: dict[str, Flask] = {}
_everybody: list[Actor] = []
"""One actor for every pool there was at the last look: asking for all pools takes as long as reading the row."""


def write_with(app: Flask) -> None:
    """Use this application from now on; the fixture `app` says so."""
    _application["app"] = app


@contextmanager
def working_as(actor: Actor, *, now: datetime | None = None) -> Iterator[UnitOfWork]:
    """A unit of work of anybody at any instant, in an application context of its own."""
    with _application["app"].app_context(), unit_of_work(actor, now=now) as work:
        yield work


def again(row: Row) -> Row:
    """The row as it is in the database now."""
    return read(type(row), row.id)  # type: ignore[attr-defined]


def read(model: type[Row], row_id: UUID) -> Row:
    """A detached copy of one row, whoever it belongs to."""
    with _application["app"].app_context():
        try:
            return _detached(model, row_id)
        except NotFound:
            _everybody.clear()
            return _detached(model, row_id)


def _detached(model: type[Row], row_id: UUID) -> Row:
    if not _everybody:
        _everybody.append(system_actor("tests look at rows of every pool"))
    with unit_of_work(_everybody[0], read_only=True) as work:
        row = work.get(model, row_id)
        for state in work.store.identity_map.all_states():
            state.load_options = ()
        work.store.expunge_all()
        return row


@event.listens_for(Pool, "after_insert")
def _one_pool_more(*_: object) -> None:
    _everybody.clear()


@replayed
def a_pool(name: str = "", **columns: Any) -> Pool:
    """A pool with its own host, place and care system; without runs by night, so that tests may run at any hour."""
    name = name or f"Pool {next(number)}"
    ics = Ics(code=f"Q{next(number)}", name=f"{name} ICS")
    host = Host(name=f"{name} Host", address=["1 Demo Street"], email="host@demo.example", phone="01632 960000")
    place = Place(name=f"{name} Place", ics=ics)
    settings = {"policy": {"nightly_run": False}} | columns
    pool = Pool(slug=uuid4().hex, name=name, place=place, host=host, **settings)
    with working_as(Actor.system()) as work:
        work.add(pool)
    return written(pool)


@replayed
def a_practice(
    pool: Pool | None = None, *, name: str = "", position: tuple[str, int, int] = GORLESTON, **columns: Any
) -> Practice:
    """A practice of a pool (of a new one when none is given)."""
    pool_id = (pool or a_pool()).id
    postcode, easting, northing = position
    code = f"T{next(number):05d}"
    place = Organisation(
        ods_code=code,
        name=name or f"Surgery {code}",
        address=["2 Demo Road", "Gorleston"],
        postcode=postcode,
        easting=easting,
        northing=northing,
        commissioner_code="",
        icb_code="",
        imported_at=clock.now(),
    )
    facts = {"clinical_system": "emis_web", "phone": "01632 960001"} | columns
    practice = Practice(pool_id=pool_id, organisation=place, **facts)
    with working_as(Actor.system(pool_id)) as work:
        work.add(practice)
    return written(practice)


@replayed
def a_person(name: str = "", *, email: str = "") -> Person:
    """Somebody who can sign in and belongs nowhere yet."""
    mark = next(number)
    person = Person(
        name=name or f"Person {mark}",
        email=email or f"person.{mark}@demo.example",
        is_demo=True,
        fs_uniquifier=uuid4().hex,
        created_at=clock.now(),
    )
    with working_as(Actor.system()) as work:
        work.add(person)
    return written(person)


@replayed
def a_member(role: str, pool_id: UUID, *, practice_id: UUID | None = None, person: Person | None = None) -> Person:
    """A person with a role in a pool."""
    person = person or a_person()
    with working_as(Actor.system(pool_id)) as work:
        work.add(Membership(pool_id=pool_id, person_id=person.id, role=role, practice_id=practice_id))
    return person


@replayed
def a_practice_manager(practice: Practice, name: str = "Sam Reed") -> Person:
    """The person who posts the sessions of a practice."""
    return a_member(PRACTICE, practice.pool_id, practice_id=practice.id, person=a_person(name))


@replayed
def a_pool_manager(pool_id: UUID, name: str = "Taylor Broad") -> Person:
    """The person who runs a pool."""
    return a_member(MANAGER, pool_id, person=a_person(name))


def actor_of(person: Person) -> Actor:
    """The actor that this person becomes by signing in."""
    with _application["app"].app_context():
        actor = memberships.actor(person, memberships.of_person(person.id), None)
    assert actor is not None, f"{person.name} belongs nowhere"
    return actor


@replayed
def a_clinician(
    pool: Pool | None = None,
    *,
    name: str = "",
    person: Person | None = None,
    engagement: str | None = "sole_trader",
    free: bool = True,
    **columns: Any,
) -> Clinician:
    """A clinician who may take sessions and (when `free`) is available every day, all day."""
    pool_id = (pool or a_pool()).id
    person = a_member(CLINICIAN, pool_id, person=person or a_person(name or f"Dr Demo {next(number)}"))
    postcode, easting, northing = GORLESTON
    profession = columns.get("profession", "gp")
    facts = {
        "profession": profession,
        "registration_body": PROFESSIONS[profession].body,
        "registration_number": f"DEMO-{next(number):04d}",
        "compliant_until": clock.today() + timedelta(days=400),
        "clinical_systems": ["emis_web", "systmone"],
        "home_postcode": postcode,
        "home_easting": easting,
        "home_northing": northing,
        "weekly_cap": 21,
        "is_demo": True,
    } | columns
    clinician = Clinician(pool_id=pool_id, person_id=person.id, **facts)
    with working_as(Actor.system(pool_id)) as work:
        work.add(clinician)
        work.store.flush()
        if engagement:
            work.add(Engagement(clinician_id=clinician.id, type=engagement, starts_on=date(2020, 1, 1)))
        for weekday in range(7) if free else ():
            work.add(WeeklySlot(clinician_id=clinician.id, weekday=weekday, starts=time(), ends=LATEST))
    return written(clinician)


def details(**columns: Any) -> dict[str, Any]:
    """What a practice says about a session: an ordinary GP morning."""
    starts, ends = MORNING
    plan = SessionPlan(appointments=15, minutes_each=10, face_to_face=15)
    usual = {
        "kind": "am",
        "starts": starts,
        "ends": ends,
        "profession": "gp",
        "clinical_system": "emis_web",
        "cover_reason": "annual_leave",
        "fee": Money(35700),
        "plan": plan,
    }
    return usual | columns


def next_week(weekday: int = 1) -> date:
    """A weekday (0 = Monday) at least a week away."""
    return clock.week_of(clock.today()) + timedelta(weeks=2, days=weekday)


@replayed
def a_session(
    practice: Practice | None = None, *, on: date | None = None, posted: datetime | None = None, **columns: Any
) -> PracticeSession:
    """A posted session; one that is over was posted in time."""
    practice = practice or a_practice()
    said = details(**columns)
    on = on or next_week()
    starts_at, _ = clock.span(on, said["starts"], said["ends"])
    with working_as(Actor.system(practice.pool_id), now=posted or in_time(starts_at)) as work:
        (session,) = posting.post(work, practice.id, [on], said, even_if_twin=True)
        session_id = session.id
    return read(PracticeSession, session_id)


@replayed
def an_offer(
    session: PracticeSession | None = None,
    clinician: Clinician | None = None,
    *,
    sent: datetime | None = None,
    reasons: tuple[dict[str, Any], ...] = (),
) -> Offer:
    """An open offer of a session to a clinician of its pool."""
    session = session or a_session()
    clinician = clinician or a_clinician(read(Pool, session.pool_id))
    with working_as(Actor.system(session.pool_id), now=sent or in_time(session.starts_at)) as work:
        row = offers.send(
            work, work.get(PracticeSession, session.id, lock=True), work.get(Clinician, clinician.id), reasons=reasons
        )
        offer_id = row.id
    return read(Offer, offer_id)


@replayed
def a_booking(
    offer: Offer | None = None, *, session: PracticeSession | None = None, clinician: Clinician | None = None
) -> Booking:
    """An offer that was accepted a minute after it was sent."""
    offer = offer or an_offer(session, clinician)
    actor = Actor(role=CLINICIAN, pool_ids=(offer.pool_id,), clinician_ids=(offer.clinician_id,), name="The clinician")
    with working_as(actor, now=offer.sent_at + timedelta(minutes=1)) as work:
        booking_id = offers.accept(work, offer.id).id
    return read(Booking, booking_id)


@replayed
def a_timesheet(
    booking: Booking | None = None,
    *,
    starts: time | None = None,
    ends: time | None = None,
    note: str = "",
    sent: datetime | None = None,
) -> Timesheet:
    """Hours that the clinician sent an hour after the session: as booked, or the times given."""
    booking = booking or a_booking(session=a_session(on=yesterday()))
    actor = Actor(
        role=CLINICIAN, pool_ids=(booking.pool_id,), clinician_ids=(booking.clinician_id,), name="The clinician"
    )
    with working_as(actor, now=sent or booking.ends_at + timedelta(hours=1)) as work:
        if starts and ends:
            timesheet_id = timesheets.submit_hours(work, booking.id, starts, ends, note).id
        else:
            timesheet_id = timesheets.submit_as_booked(work, booking.id).id
    return read(Timesheet, timesheet_id)


def yesterday() -> date:
    """The day before today, in London."""
    return clock.today() - timedelta(days=1)


def in_time(starts_at: datetime) -> datetime:
    """Now, or three days before a session that is over or about to start."""
    return min(clock.now(), starts_at - timedelta(days=3))


def written(row: Row) -> Row:
    """A readable copy of a row that was just committed."""
    (row_id,) = inspect(row).identity
    return read(type(row), row_id)
