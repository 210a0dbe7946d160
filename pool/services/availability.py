"""When clinicians can work: the weekly pattern, days away and extra slots, in every pool they belong to."""

from collections.abc import Sequence
from datetime import date, time
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select

from pool.errors import Invalid
from pool.events import AvailabilityChanged
from pool.models.availability import AvailabilityDay, WeeklySlot
from pool.models.clinician import Clinician
from pool.unit_of_work import UnitOfWork


class Slot(NamedTuple):
    """Free on a weekday (0 = Monday) from start to end."""

    weekday: int
    starts: time
    ends: time


def own_clinicians(work: UnitOfWork) -> Sequence[Clinician]:
    """The signed-in clinician's rows, one per pool."""
    return work.all(select(Clinician).order_by(Clinician.id))


def pattern(work: UnitOfWork, clinician_id: UUID) -> list[Slot]:
    """The weekly pattern, in order."""
    rows = work.all(
        select(WeeklySlot).where(WeeklySlot.clinician_id == clinician_id).order_by(WeeklySlot.weekday, WeeklySlot.starts)
    )
    return [Slot(row.weekday, row.starts, row.ends) for row in rows]


def set_pattern(work: UnitOfWork, slots: Sequence[Slot]) -> None:
    """Replace the weekly pattern in every pool of the clinician. Touching and overlapping slots are joined."""
    joined = join_slots(slots)
    for clinician in own_clinicians(work):
        work.store.execute(delete(WeeklySlot).where(WeeklySlot.clinician_id == clinician.id))
        for slot in joined:
            work.add(WeeklySlot(pool_id=clinician.pool_id, clinician_id=clinician.id, **slot._asdict()))
        work.record(AvailabilityChanged(clinician.id), pool_id=clinician.pool_id)


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


def upcoming_days(work: UnitOfWork, clinician_id: UUID, first: date) -> Sequence[AvailabilityDay]:
    """Days that differ from the pattern, from a day on."""
    return work.all(
        select(AvailabilityDay)
        .where(AvailabilityDay.clinician_id == clinician_id, AvailabilityDay.on >= first)
        .order_by(AvailabilityDay.on, AvailabilityDay.starts)
    )


def add_day(
    work: UnitOfWork, on: date, *, available: bool, starts: time | None = None, ends: time | None = None, note: str = ""
) -> None:
    """A day away (no times = all day) or an extra slot, in every pool. The same day and start replaces the old one."""
    if available and (starts is None or ends is None):
        raise Invalid("Say from when until when you are free.", {"starts": ["Enter a start and an end"]})
    if starts is not None and ends is not None and ends <= starts:
        raise Invalid("The end must be after the start.", {"ends": ["Enter an end after the start"]})
    for clinician in own_clinicians(work):
        same = (AvailabilityDay.on == on, AvailabilityDay.starts.is_not_distinct_from(starts))
        work.store.execute(delete(AvailabilityDay).where(AvailabilityDay.clinician_id == clinician.id, *same))
        work.add(
            AvailabilityDay(
                pool_id=clinician.pool_id, clinician_id=clinician.id, on=on, available=available, starts=starts,
                ends=ends, note=note,
            )  # fmt: skip
        )
        work.record(AvailabilityChanged(clinician.id), pool_id=clinician.pool_id)


def remove_day(work: UnitOfWork, day_id: UUID) -> None:
    """The pattern holds again on that day, in every pool."""
    gone = work.get(AvailabilityDay, day_id)
    same = (AvailabilityDay.on == gone.on, AvailabilityDay.starts.is_not_distinct_from(gone.starts))
    for clinician in own_clinicians(work):
        work.store.execute(delete(AvailabilityDay).where(AvailabilityDay.clinician_id == clinician.id, *same))
        work.record(AvailabilityChanged(clinician.id), pool_id=clinician.pool_id)
