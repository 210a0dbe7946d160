"""From facts to the tables that matching.Problem reads. The one place where the product's words become the engine's.

The tables are those of the exchange format, so a snapshot can be saved, sent and solved anywhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from pool.models.availability import AvailabilityDay
from pool.models.clinician import Clinician
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.places.facts import travel_parameters
from pool.rules.settlement import SALARIED
from pool.rules.working_time import daily_rest
from pool.services.clinicians import weekly_limit
from pool.services.eligibility import four_weeks, work_in_other_pools
from pool.services.eligibility.pool_facts import Held, PoolFacts, Window
from pool.services.eligibility.work_in_other_pools import END_OF_DAY, Times
from pool.services.pools.unplaced_practices import is_reachable, position
from pool.unit_of_work import UnitOfWork

Tables = dict[str, list[dict[str, Any]]]

OPEN = ("posted", "matched")
WEEK = 7
MIDNIGHT = time()
"""A day that is free until its last minute touches the next one, so that a night can be worked (the engine merges them)."""


def of_run(facts: PoolFacts, previous: Mapping[UUID, UUID]) -> Tables:
    """The problem of a run: its open sessions, its clinicians, what is held, whom a company's status or the four weeks
    keep from what. `previous` maps session to clinician of a plan to keep."""
    tables = tables_of(facts, facts.sessions, facts.window, facts.days)
    caps, barred = four_weeks.left_for(facts), barred_by_session(facts)
    for row in tables["clinicians"]:
        row["period_cap"] = caps.get(UUID(row["clinician_id"]))
    for row in tables["sessions"]:
        if "fixed_clinician_id" not in row:
            row["previous_clinician_id"] = str(previous.get(UUID(row["session_id"]), ""))
            row["barred"] = barred.get(row["session_id"], [])
    return tables


def of_question(facts: PoolFacts, asked: Sequence[PracticeSession], planned: Iterable[PracticeSession]) -> Tables:
    """The problem around some of the sessions that are asked about, on days on which the same terms bind each clinician,
    and `planned` ones. What only the product answers (session_rules.py) is not in it."""
    days = {day for session in asked for day in (session.on, session.on + timedelta(days=1))}
    on = min(session.on for session in asked)
    return tables_of(facts, [*asked, *planned], Window(on, on), sorted(days))


def tables_of(
    facts: PoolFacts, sessions: Iterable[PracticeSession], terms_of: Window, free_on: Sequence[date]
) -> Tables:
    """The tables: clinicians with the terms of some days, their free times on others.

    Times that a person works in another pool are taken out of their availability and count in their weeks. Sessions on
    the site of a practice whose position is not known are left out (services/pools/unplaced_practices.py).
    """
    held = facts.held
    ours = {one.session.id for one in held}
    open_ones = {session.id: session for session in sessions if session.id not in ours and is_reachable(session)}
    places = {session.practice_id: session.practice for session in open_ones.values()}
    places |= {one.session.practice_id: one.session.practice for one in held}
    return {
        "practices": [practice_row(practice) for _, practice in sorted(places.items())],
        "clinicians": [clinician_row(clinician, terms_of) for clinician in facts.clinicians],
        "sessions": [*map(session_row, open_ones.values()), *map(fixed_row, held)],
        "availability": availability_rows(facts, free_on),
        "pairs": [row for row in pair_rows(facts) if UUID(row["practice_id"]) in places],
        "elsewhere": work_in_other_pools.weeks_taken(facts.elsewhere_near),
        "parameters": [parameters_row(terms_of.first)],
    }


def parameters_row(on: date) -> dict[str, Any]:
    """The dated figures that the rules of the engine rest on: rest between days, parking, the estimate of journeys."""
    travel = travel_parameters(on=on)
    return {
        "rest_min": daily_rest(on) // timedelta(minutes=1),
        "parking_min": int(travel.parking_minutes),
        "remote_gap_min": int(travel.remote_gap_minutes),
        "travel_base_min": float(travel.base_minutes),
        "travel_factor": float(travel.factor),
        "travel_exponent": float(travel.exponent),
    }


def taken_times(facts: PoolFacts) -> Mapping[tuple[UUID, date], Times]:
    """What work in other pools and absences take out of each clinician's days."""
    taken = work_in_other_pools.taken_times(facts.elsewhere_near)
    for key, times in facts.free.absent.items():
        taken[key] = [*taken.get(key, []), *times]
    return taken


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


def barred_by_session(facts: PoolFacts) -> dict[str, list[str]]:
    """For each session the clinicians whose company may not take it (domain 4.3); nothing where there is nobody."""
    found: dict[str, list[str]] = defaultdict(list)
    for session_id, clinician_id in facts.barred:
        found[str(session_id)].append(str(clinician_id))
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


def session_row(session: PracticeSession) -> dict[str, Any]:
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
        "appointment_min": session.appointment_minutes,
    }


def fixed_row(held: Held) -> dict[str, Any]:
    """A session that stays with its clinician; without a journey when nobody knows how far it is."""
    stays = {
        "fixed_clinician_id": str(held.clinician_id),
        "remote": held.session.remote or not is_reachable(held.session),
    }
    return session_row(held.session) | stays


def availability_rows(facts: PoolFacts, on: Sequence[date]) -> list[dict[str, Any]]:
    """Free times on these days: the weekly pattern, days that differ, minus what is taken."""
    weekly, differing, busy = defaultdict(list), defaultdict(list), taken_times(facts)
    for slot in facts.free.weekly:
        weekly[slot.clinician_id, slot.weekday].append((slot.starts, slot.ends))
    for row in facts.free.differing:
        differing[row.clinician_id, row.on].append(row)
    rows = []
    for clinician in facts.clinicians:
        for day in on:
            said = free_times(weekly[clinician.id, day.weekday()], differing[clinician.id, day])
            for starts, ends in without(said, busy.get((clinician.id, day), [])):
                until = MIDNIGHT if ends == END_OF_DAY else ends
                rows.append({"clinician_id": str(clinician.id), "date": day, "start": starts, "end": until})
    return rows


def free_times(pattern: Times, differing: Iterable[AvailabilityDay]) -> Times:
    """The pattern of a day with its exceptions: away takes time out, an extra slot adds some."""
    differing = list(differing)
    away = [(day.starts or time(), day.ends or END_OF_DAY) for day in differing if not day.available]
    extra = [(day.starts, day.ends) for day in differing if day.available and day.starts and day.ends]
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


def pair_rows(facts: PoolFacts) -> list[dict[str, Any]]:
    """What clinicians and practices think of each other, and where they have worked in the last 90 days."""
    pairs: dict[tuple[UUID, UUID], dict[str, Any]] = defaultdict(dict)
    for preference in facts.preferences:
        pairs[preference.clinician_id, preference.practice_id] |= {
            "blocked": preference.blocked or preference.never,
            "preference": preference.preference,
        }
    for pair in facts.worked:
        pairs[pair] |= {"continuity": True}
    return [
        {"clinician_id": str(clinician), "practice_id": str(practice), **said}
        for (clinician, practice), said in sorted(pairs.items())
    ]
