"""From rows to the tables that matching.Problem reads. The one place where the product's words become the engine's.

The tables are those of the exchange format, so a snapshot can be saved, sent and solved anywhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from pool.clock import instant
from pool.lifecycle import LIVE_BOOKING_STATES
from pool.models.availability import AvailabilityDay, WeeklySlot
from pool.models.booking import Booking
from pool.models.clinician import Clinician, PracticePreference
from pool.models.offer import Offer
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.places import facts
from pool.rules.settlement import SALARIED
from pool.rules.working_time import daily_rest
from pool.services.clinicians import weekly_limit
from pool.services.clinicians.company_status import bars
from pool.services.eligibility import absences, four_weeks, other_work
from pool.services.eligibility.other_work import END_OF_DAY, Times
from pool.services.pools.unplaced_practices import is_reachable, position
from pool.unit_of_work import UnitOfWork

Tables = dict[str, list[dict[str, Any]]]

MARGIN = timedelta(days=7)
"""Bookings this far around the days asked for still count for rest and the weekly cap."""

CONTINUITY = timedelta(days=90)
OPEN = ("posted", "matched")
WEEK = 7
MIDNIGHT = time()
"""A day that is free until its last minute touches the next one, so that a night can be worked (the engine merges them)."""


class Window(NamedTuple):
    """The days of a snapshot, both included."""

    first: date
    last: date

    @property
    def from_at(self) -> datetime:
        """The instant the first day starts, minus the margin."""
        return instant(self.first - MARGIN, time())

    @property
    def to_at(self) -> datetime:
        """The instant after the last day, plus the margin."""
        return instant(self.last + MARGIN + timedelta(days=1), time())


def tables_for(
    work: UnitOfWork,
    window: Window,
    *,
    sessions: Sequence[PracticeSession] | None = None,
    clinicians: Sequence[Clinician] | None = None,
    previous: Mapping[UUID, UUID] | None = None,
    offers_hold: bool = True,
) -> Tables:
    """The problem of these days: open sessions (or those given), active clinicians (or those given), what is fixed.

    Live bookings are fixed, and so are sessions with an open offer while `offers_hold`; times that a person works in
    another pool are taken out of their availability and count in their weeks. `previous` maps session to clinician of
    a plan to keep. Sessions on the site of a practice whose position is not known are left out
    (services/pools/unplaced_practices.py).
    """
    clinicians = clinicians if clinicians is not None else active_clinicians(work)
    sessions = sessions if sessions is not None else open_sessions(work, window)
    sessions = [session for session in sessions if is_reachable(session)]
    fixed = fixed_sessions(work, window, clinicians, offers_hold=offers_hold)
    ours = {session.session_id for session in fixed}
    places = {session.practice_id for session in sessions} | {session.session.practice_id for session in fixed}
    practices = work.all(select(Practice).where(Practice.id.in_(places)).order_by(Practice.id))
    barred = barred_by_session(work, sessions, clinicians)
    away = other_work.elsewhere(work, window.from_at, window.to_at, clinicians)
    held = [(session.session, session.clinician_id) for session in fixed]
    taken = other_work.taken_times(away)
    for key, times in absences.blocked_times(work, window.first, window.last + timedelta(days=1), clinicians).items():
        taken[key] += times
    caps = four_weeks.left_for(work, window.first, window.last, clinicians, held)
    return {
        "practices": [practice_row(practice) for practice in practices],
        "clinicians": [
            clinician_row(clinician, window) | {"period_cap": caps.get(clinician.id)} for clinician in clinicians
        ],
        "sessions": [
            session_row(session, previous or {}) | barred[session.id] for session in sessions if session.id not in ours
        ]
        + [fixed_row(session) for session in fixed],
        "availability": availability_rows(work, window, clinicians, taken),
        "pairs": [row for row in pair_rows(work, clinicians, window) if UUID(row["practice_id"]) in places],
        "elsewhere": other_work.weeks_taken(away),
        "parameters": [parameters_row(window.first)],
    }


def parameters_row(on: date) -> dict[str, Any]:
    """The dated figures that the rules of the engine rest on: rest between days, parking, the estimate of journeys."""
    travel = facts.travel_parameters(on=on)
    return {
        "rest_min": daily_rest(on) // timedelta(minutes=1),
        "parking_min": int(travel.parking_minutes),
        "remote_gap_min": int(travel.remote_gap_minutes),
        "travel_base_min": float(travel.base_minutes),
        "travel_factor": float(travel.factor),
        "travel_exponent": float(travel.exponent),
    }


class Fixed(NamedTuple):
    """A session that stays with a clinician: booked, or offered and not yet answered."""

    session_id: UUID
    clinician_id: UUID
    session: PracticeSession


def active_clinicians(work: UnitOfWork) -> Sequence[Clinician]:
    """Everybody who takes sessions in this pool."""
    everybody = select(Clinician).where(Clinician.active).order_by(Clinician.id)
    return work.all(everybody.options(selectinload(Clinician.engagements)))


def open_sessions(work: UnitOfWork, window: Window) -> Sequence[PracticeSession]:
    """Sessions of these days that nobody is offered or booked for and that have not started."""
    return work.all(
        select(PracticeSession)
        .where(
            PracticeSession.state.in_(OPEN),
            PracticeSession.on.between(window.first, window.last),
            PracticeSession.starts_at > work.now,
        )
        .order_by(PracticeSession.id)
    )


def fixed_sessions(
    work: UnitOfWork, window: Window, clinicians: Sequence[Clinician], *, offers_hold: bool
) -> list[Fixed]:
    """Live bookings of these clinicians around these days, and open offers (a session's first) while they hold."""
    offered = of_these(Offer, work, window, clinicians, ("sent",)) if offers_hold else ()
    booked = of_these(Booking, work, window, clinicians, LIVE_BOOKING_STATES)
    held = {each.session_id: Fixed(each.session_id, each.clinician_id, each.session) for each in (*offered, *booked)}
    return list(held.values())


def of_these(
    model: type[Offer] | type[Booking],
    work: UnitOfWork,
    window: Window,
    clinicians: Sequence[Clinician],
    states: tuple[str, ...],
) -> Sequence[Any]:
    """Offers or bookings of these clinicians in these states around these days."""
    ids = [clinician.id for clinician in clinicians]
    held = (model.clinician_id.in_(ids), model.state.in_(states), model.session_id.in_(sessions_near(window)))
    return work.all(select(model).where(*held).order_by(model.id))


def sessions_near(window: Window) -> Select[UUID]:
    """The ids of sessions around these days."""
    near = (PracticeSession.starts_at >= window.from_at, PracticeSession.starts_at < window.to_at)
    return select(PracticeSession.id).where(*near)


def practice_row(practice: Practice) -> dict[str, Any]:
    """A practice for the engine; its deprivation counts for a plan only where the pool's weights say so."""
    place = practice.organisation
    return {
        "practice_id": str(practice.id),
        "pool_id": str(practice.pool_id),
        **position(practice),
        "system": practice.clinical_system,
        "imd_decile": practice.imd_decile or 0,
        "postcode": place.postcode,
        "members_only": True,
    }


def barred_by_session(
    work: UnitOfWork, sessions: Sequence[PracticeSession], clinicians: Sequence[Clinician]
) -> dict[UUID, dict[str, list[str]]]:
    """For each session the clinicians whose company may not take it (domain 4.3); nothing where there is nobody."""
    found: dict[UUID, dict[str, list[str]]] = defaultdict(dict)
    for pool_id in {clinician.pool_id for clinician in clinicians}:
        here = [session for session in sessions if session.pool_id == pool_id]
        for session_id, clinician_id in bars(
            work, here, [clinician for clinician in clinicians if clinician.pool_id == pool_id]
        ):
            found[session_id].setdefault("barred", []).append(str(clinician_id))
    return found


def clinician_row(clinician: Clinician, window: Window) -> dict[str, Any]:
    """A clinician for the engine; rest and weekly hours bind people whom the host employs (domain 4.4)."""
    return {
        "clinician_id": str(clinician.id),
        "pool_id": str(clinician.pool_id),
        "easting": clinician.home_easting,
        "northing": clinician.home_northing,
        "profession": clinician.profession,
        "skills": clinician.skills,
        "systems": clinician.clinical_systems,
        "max_travel_min": clinician.max_travel_minutes,
        "weekly_cap": clinician.weekly_cap,
        "min_sessions": clinician.wanted_sessions,
        "min_fee_pence": clinician.min_fee.pence,
        "compliant_until": clinician.compliant_until,
        "rest_hard": clinician.employed_on(window.first),
        "contracted_sessions": contracted_sessions(clinician, window),
        "weekly_hours_cap": weekly_limit.limit(clinician, window.first, window.last),
        "min_appointment_min": clinician.min_appointment_minutes,
    }


def contracted_sessions(clinician: Clinician, window: Window) -> int:
    """The sessions of these days that a salary has paid for: so many a week, a part of a week rounded up."""
    engagement = clinician.engagement_on(window.first)
    if engagement is None or engagement.type != SALARIED:
        return 0
    days = (window.last - window.first).days + 1
    return ceil(clinician.contracted_sessions * days / WEEK)


def session_row(session: PracticeSession, previous: Mapping[UUID, UUID]) -> dict[str, Any]:
    """A session for the engine."""
    return {
        "session_id": str(session.id),
        "practice_id": str(session.practice_id),
        "date": session.on,
        "start": session.starts,
        "end": session.ends,
        "profession": session.profession,
        "skills": session.skills,
        "system_required": session.system_required,
        "remote": session.remote,
        "urgency": session.urgency,
        "fee_pence": session.fee.pence,
        "posted_at": session.posted_at,
        "previous_clinician_id": str(previous.get(session.id, "")),
        "appointment_min": session.appointment_minutes,
    }


def fixed_row(fixed: Fixed) -> dict[str, Any]:
    """A session that stays with its clinician; without a journey when nobody knows how far it is."""
    stays = {
        "fixed_clinician_id": str(fixed.clinician_id),
        "remote": fixed.session.remote or not is_reachable(fixed.session),
    }
    return session_row(fixed.session, {}) | stays


def availability_rows(
    work: UnitOfWork, window: Window, clinicians: Sequence[Clinician], busy: Mapping[tuple[UUID, date], Times]
) -> list[dict[str, Any]]:
    """Free times per day: the weekly pattern, days that differ, minus work in other pools and days on which
    somebody cannot work (`busy`). The day after the last one is
    there for nights that end on it."""
    last = window.last + timedelta(days=1)
    ids = [clinician.id for clinician in clinicians]
    weekly, days = defaultdict(list), defaultdict(list)
    for slot in work.all(select(WeeklySlot).where(WeeklySlot.clinician_id.in_(ids))):
        weekly[slot.clinician_id, slot.weekday].append((slot.starts, slot.ends))
    differing = AvailabilityDay.on.between(window.first, last)
    for differing_day in work.all(select(AvailabilityDay).where(AvailabilityDay.clinician_id.in_(ids), differing)):
        days[differing_day.clinician_id, differing_day.on].append(differing_day)
    rows = []
    for clinician in clinicians:
        for day in days_between(window.first, last):
            free = free_times(weekly[clinician.id, day.weekday()], days[clinician.id, day])
            for starts, ends in without(free, busy.get((clinician.id, day), [])):
                until = MIDNIGHT if ends == END_OF_DAY else ends
                rows.append({"clinician_id": str(clinician.id), "date": day, "start": starts, "end": until})
    return rows


def free_times(pattern: Times, differing: Iterable[AvailabilityDay]) -> Times:
    """The pattern of a day with its exceptions: away takes time out, an extra slot adds some."""
    differing = list(differing)
    away = [(each.starts or time(), each.ends or END_OF_DAY) for each in differing if not each.available]
    extra = [(each.starts, each.ends) for each in differing if each.available and each.starts and each.ends]
    return without(pattern, away) + extra


def without(free: Times, taken: Times) -> Times:
    """Free times with taken ones cut out."""
    for out_from, out_to in taken:
        free = [piece for starts, ends in free for piece in pieces(starts, ends, out_from, out_to)]
    return free


def pieces(starts: time, ends: time, out_from: time, out_to: time) -> Times:
    """What is left of one free time when one taken time is cut out."""
    if out_to <= starts or out_from >= ends:
        return [(starts, ends)]
    left = [(starts, out_from)] if out_from > starts else []
    return left + ([(out_to, ends)] if out_to < ends else [])


def pair_rows(work: UnitOfWork, clinicians: Sequence[Clinician], window: Window) -> list[dict[str, Any]]:
    """What clinicians and practices think of each other, and where somebody has worked in the last 90 days."""
    ids = [clinician.id for clinician in clinicians]
    pairs: dict[tuple[UUID, UUID], dict[str, Any]] = defaultdict(dict)
    for preference in work.all(select(PracticePreference).where(PracticePreference.clinician_id.in_(ids))):
        apart = preference.blocked or preference.never
        pairs[preference.clinician_id, preference.practice_id] |= {
            "blocked": apart,
            "preference": preference.preference,
        }
    since = instant(window.first, time()) - CONTINUITY
    worked = select(Booking.clinician_id, Booking.practice_id).where(
        Booking.clinician_id.in_(ids), Booking.state.in_(LIVE_BOOKING_STATES), Booking.starts_at >= since
    )
    for clinician_id, practice_id in work.store.execute(worked.distinct()):
        pairs[clinician_id, practice_id] |= {"continuity": True}
    return [
        {"clinician_id": str(clinician), "practice_id": str(practice), **facts}
        for (clinician, practice), facts in sorted(pairs.items())
    ]


def days_between(first: date, last: date) -> list[date]:
    """Every day from first to last, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
