"""When clinicians can work: the weekly pattern, days away and extra slots, in every pool they belong to."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, select

from pool import clock
from pool.errors import Invalid, NotAllowed
from pool.events import AvailabilityChanged
from pool.models.availability import AvailabilityDay, WeeklySlot
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.permissions import CLINICIAN
from pool.rules.usual_week import MOST_TIMES_A_DAY, PARTS, Slot
from pool.services.people import factor_resets
from pool.unit_of_work import UnitOfWork

MOST_DAYS = 92
MOST_AHEAD = timedelta(days=550)
MOST_DIFFERING = 400


class Differing(NamedTuple):
    """Days in a row that differ from the pattern in the same way: away, or extra times."""

    first: date
    last: date
    available: bool
    starts: time | None
    ends: time | None
    note: str
    by: str
    """The manager who entered it; empty when the clinician did."""


def own_clinicians(work: UnitOfWork) -> Sequence[Clinician]:
    """The signed-in clinician's rows, one per pool. Raises NotAllowed for any other role: it would see everybody's."""
    work.actor.only(CLINICIAN)
    return work.all(select(Clinician).order_by(Clinician.id))


def whose(work: UnitOfWork, of: Clinician | None) -> Sequence[Clinician]:
    """The clinician whom somebody speaks for, or the signed-in one in all pools. Raises NotAllowed for somebody who works in
    other pools too: these would be told something else."""
    if of is None:
        return own_clinicians(work)
    if not factor_resets.alone(work, of.person_id):
        raise NotAllowed(
            f"{of.name} works in other pools too, so only they can say when they are free. Ask them to enter it."
        )
    return [of]


def pattern(work: UnitOfWork, clinician_id: UUID) -> list[Slot]:
    """The weekly pattern, in order."""
    rows = work.all(
        select(WeeklySlot)
        .where(WeeklySlot.clinician_id == clinician_id)
        .order_by(WeeklySlot.weekday, WeeklySlot.starts)
    )
    return [Slot(row.weekday, row.starts, row.ends) for row in rows]


def set_pattern(work: UnitOfWork, slots: Sequence[Slot], *, of: Clinician | None = None) -> None:
    """Replace the weekly pattern in every pool of the clinician, the signed-in one or `of` whom a manager says it. Slots that
    touch or overlap are joined."""
    joined = join_slots(slots)
    busiest = max(Counter(slot.weekday for slot in joined).values(), default=0)
    if busiest > MOST_TIMES_A_DAY:
        raise Invalid(f"Enter at most {MOST_TIMES_A_DAY} times for one day.")
    for clinician in whose(work, of):
        clinician.week_entered_by_id, clinician.week_entered_at = manager_id(work), work.now
        work.store.execute(delete(WeeklySlot).where(WeeklySlot.clinician_id == clinician.id))
        for slot in joined:
            work.add(WeeklySlot(pool_id=clinician.pool_id, clinician_id=clinician.id, **slot._asdict()))
        work.record(AvailabilityChanged(clinician.id), pool_id=clinician.pool_id)


def manager_id(work: UnitOfWork) -> UUID | None:
    """Who enters it for the clinician; None when they do it themselves."""
    return None if work.actor.is_clinician else work.actor.person_id


def join_slots(slots: Sequence[Slot]) -> list[Slot]:
    """Slots of one weekday that touch or overlap become one; raises Invalid for an end before its start."""
    joined: list[Slot] = []
    for slot in sorted(slots):
        if slot.ends <= slot.starts:
            raise Invalid("Each slot must end after it starts.", {"slots": ["Choose an end after the start"]})
        last = joined[-1] if joined else None
        if last and last.weekday == slot.weekday and slot.starts <= last.ends:
            joined[-1] = last._replace(ends=max(last.ends, slot.ends))
        else:
            joined.append(slot)
    return joined


def parts_in(slot: Slot) -> list[str]:
    """The parts of a day that make up a slot exactly; empty when it has times of its own."""
    inside = [name for name, (starts, ends) in PARTS.items() if slot.starts <= starts and ends <= slot.ends]
    spans = [PARTS[name] for name in inside]
    exact = bool(spans) and (spans[0][0], spans[-1][1]) == (slot.starts, slot.ends)
    return inside if exact else []


def upcoming_days(work: UnitOfWork, clinician_id: UUID, first: date) -> Sequence[AvailabilityDay]:
    """Days that differ from the pattern, from a day on."""
    return work.all(
        select(AvailabilityDay)
        .where(AvailabilityDay.clinician_id == clinician_id, AvailabilityDay.on >= first)
        .order_by(AvailabilityDay.on, AvailabilityDay.starts)
    )


def grouping_key(row: AvailabilityDay) -> tuple[bool, time | None, time | None, str, str]:
    """How a day differs and who entered it: days that are alike stand beside each other."""
    return row.available, row.starts, row.ends, row.note, row.entered_by.name if row.entered_by else ""


def order_of(row: AvailabilityDay) -> tuple[bool, time, time, str, str, date]:
    """The grouping key with midnight for no time, so that it can be sorted, then the day."""
    available, starts, ends, note, by = grouping_key(row)
    return available, starts or time(), ends or time(), note, by, row.on


def differing(work: UnitOfWork, clinician_id: UUID, first: date) -> list[Differing]:
    """Coming days that differ, neighbours that differ alike as one."""
    found: list[Differing] = []
    for row in sorted(upcoming_days(work, clinician_id, first), key=order_of):
        last = found[-1] if found else None
        if last and last[2:] == grouping_key(row) and row.on - last.last == timedelta(days=1):
            found[-1] = last._replace(last=row.on)
        else:
            found.append(Differing(row.on, row.on, *grouping_key(row)))
    return sorted(found, key=lambda differing: (differing.first, differing.starts or time()))


def add_days(
    work: UnitOfWork,
    first: date,
    last: date,
    *,
    available: bool,
    starts: time | None = None,
    ends: time | None = None,
    note: str = "",
    of: Clinician | None = None,
) -> Sequence[Booking]:
    """Days in a row that differ in the same way: away (no times = all day) or extra time, in every pool. `of`: see
    set_pattern.

    Gives the bookings on days away: being away does not cancel them. Raises Invalid for days or times that cannot be.
    """
    refuse_span(work, first, last)
    refuse_times(available, starts, ends)
    theirs = whose(work, of)
    for clinician in theirs:
        refuse_more(work, clinician.id, (last - first).days + 1)
        for number in range((last - first).days + 1):
            day = AvailabilityDay(
                pool_id=clinician.pool_id,
                clinician_id=clinician.id,
                on=first + timedelta(days=number),
                available=available,
                starts=starts,
                ends=ends,
                note=note,
                entered_by_id=manager_id(work),
            )
            put_day(work, clinician, day)
        work.record(AvailabilityChanged(clinician.id), pool_id=clinician.pool_id)
    booked = [] if available else bookings_on(work, first, last)
    return [booking for booking in booked if booking.clinician_id in {clinician.id for clinician in theirs}]


def refuse_span(work: UnitOfWork, first: date, last: date) -> None:
    """In order, not over, and not for ever."""
    if last < first:
        raise Invalid("The last day is before the first.", {"last": ["Enter a last day on or after the first"]})
    if last < clock.london_date(work.now):
        raise Invalid("These days are over.", {"first": ["Enter a day that is not over"]})
    if last > clock.london_date(work.now) + MOST_AHEAD:
        raise Invalid("That is too far ahead.", {"last": ["Enter days within the next 18 months"]})
    if (last - first).days >= MOST_DAYS:
        raise Invalid(
            "That is more than three months.", {"last": ["Enter three months at most; change your usual week for more"]}
        )


def refuse_more(work: UnitOfWork, clinician_id: UUID, days: int) -> None:
    """Not more differing days than anybody needs."""
    coming = (AvailabilityDay.clinician_id == clinician_id, AvailabilityDay.on >= clock.london_date(work.now))
    there = work.store.scalar(select(func.count()).select_from(AvailabilityDay).where(*coming)) or 0
    if there + days > MOST_DIFFERING:
        words = f"{there} days differ from the usual week already. Remove some, or change the usual week instead"
        raise Invalid("These are too many days.", {"first": [words]})


def bookings_on(work: UnitOfWork, first: date, last: date) -> Sequence[Booking]:
    """The clinician's bookings on these days that are not over."""
    from_at, to_at = clock.instant(first, time()), clock.instant(last + timedelta(days=1), time())
    near = (Booking.state == "accepted", Booking.starts_at >= max(from_at, work.now), Booking.starts_at < to_at)
    return work.all(select(Booking).where(*near).order_by(Booking.starts_at))


def refuse_times(available: bool, starts: time | None, ends: time | None) -> None:
    """Extra time needs a start and an end, in order; away may be all day."""
    if (starts is None) != (ends is None) or (available and starts is None):
        raise Invalid("Say from when until when.", {"starts": ["Enter a start and an end"]})
    if starts is not None and ends is not None and ends <= starts:
        raise Invalid("The end must be after the start.", {"ends": ["Enter an end after the start"]})


def put_day(work: UnitOfWork, clinician: Clinician, day: AvailabilityDay) -> None:
    """Keep a day; the same day and start replaces the old one."""
    same = (AvailabilityDay.on == day.on, AvailabilityDay.starts.is_not_distinct_from(day.starts))
    work.store.execute(delete(AvailabilityDay).where(AvailabilityDay.clinician_id == clinician.id, *same))
    work.add(day)


def remove_days(
    work: UnitOfWork, first: date, last: date, *, starts: time | None = None, of: Clinician | None = None
) -> None:
    """The pattern holds again on these days, in every pool; what starts at another time stays."""
    same = (AvailabilityDay.on.between(first, last), AvailabilityDay.starts.is_not_distinct_from(starts))
    for clinician in whose(work, of):
        work.store.execute(delete(AvailabilityDay).where(AvailabilityDay.clinician_id == clinician.id, *same))
        work.record(AvailabilityChanged(clinician.id), pool_id=clinician.pool_id)
