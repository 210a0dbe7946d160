"""Clinicians who cannot come: why, for the pool alone, and until when nothing is planned or offered to them.

Only days are asked across pools (person_away in PostgreSQL), never the reason (design D5).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, text

from pool import clock
from pool.errors import Invalid
from pool.events import AvailabilityChanged
from pool.formats import full_day
from pool.models.absence import Absence
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.services.clinicians.availability import bookings_on
from pool.services.eligibility.work_in_other_pools import WHOLE_DAY, Times
from pool.unit_of_work import UnitOfWork

BLOCKING = frozenset({"ill", "carer"})
"""Reasons after which nobody is asked to work: the clinician says until when, the day itself at least."""

MOST_DAYS = 92
AWAY = text("SELECT person_id, first_day, last_day FROM person_away(:people, :first, :last)")


def record(work: UnitOfWork, booking: Booking, reason: str, until: date | None) -> Absence:
    """Keep why the clinician of a booking cannot come. Illness and caring block the days from the session to `until`, the
    session's own day when nothing is said. Raises Invalid for a last day before the session or too far away."""
    first = clock.london_date(booking.starts_at)
    last = until or first
    if reason in BLOCKING:
        refuse_days(first, last)
    blocks = reason in BLOCKING
    absence = Absence(
        pool_id=booking.pool_id,
        clinician_id=booking.clinician_id,
        person_id=booking.person_id,
        booking_id=booking.id,
        reason=reason,
        first_day=first if blocks else None,
        last_day=last if blocks else None,
        recorded_at=work.now,
        recorded_by_id=work.actor.person_id if not work.actor.is_clinician else None,
    )
    work.add(absence)
    if blocks:
        work.record(AvailabilityChanged(booking.clinician_id), pool_id=booking.pool_id)
    return absence


def refuse_days(first: date, last: date) -> None:
    """From the session on, and not for ever."""
    if last < first:
        raise Invalid("The last day is before the session.", {"until": ["Enter the day of the session or a later one"]})
    if (last - first).days >= MOST_DAYS:
        words = "Enter a day within three months; change your usual week for more"
        raise Invalid("That is more than three months.", {"until": [words]})


def blocked_times(
    work: UnitOfWork, first: date, last: date, clinicians: Sequence[Clinician]
) -> dict[tuple[UUID, date], Times]:
    """The whole days between two days on which these clinicians cannot work, said in whichever pool."""
    if not clinicians:
        return {}
    found: dict[tuple[UUID, date], Times] = defaultdict(list)
    own: dict[UUID, list[Clinician]] = defaultdict(list)
    for clinician in clinicians:
        own[clinician.person_id].append(clinician)
    asked = {"people": list(own), "first": first, "last": last}
    for person_id, from_day, until in work.store.execute(AWAY, asked):
        for number in range((min(until, last) - max(from_day, first)).days + 1):
            for clinician in own[person_id]:
                found[clinician.id, max(from_day, first) + timedelta(days=number)] = [WHOLE_DAY]
    return found


def of_bookings(work: UnitOfWork, booking_ids: Sequence[UUID]) -> dict[UUID, Absence]:
    """Why each of these bookings was called off by its clinician; nothing for a reader who may not know it."""
    return {
        absence.booking_id: absence for absence in work.all(select(Absence).where(Absence.booking_id.in_(booking_ids)))
    }


def days_words(absence: Absence) -> str:
    """On Thu 14 May 2026; from Thu 14 May 2026 to Fri 15 May 2026; nothing when no day is blocked."""
    if absence.first_day is None or absence.last_day is None:
        return ""
    if absence.first_day == absence.last_day:
        return f"on {full_day(absence.first_day)}"
    return f"from {full_day(absence.first_day)} to {full_day(absence.last_day)}"


def is_away(work: UnitOfWork, absence: Absence) -> bool:
    """Does it still block its days?"""
    return absence.last_day is not None and absence.last_day >= clock.london_date(work.now)


def still_booked(work: UnitOfWork, booking: Booking) -> Sequence[Booking]:
    """Bookings of the same clinician on the days that a cancelled one blocks: nothing cancels them by itself."""
    absence = work.first(select(Absence).where(Absence.booking_id == booking.id))
    if absence is None or absence.first_day is None or absence.last_day is None:
        return []
    return bookings_on(work, absence.first_day, absence.last_day)


def now_away(work: UnitOfWork) -> Sequence[Absence]:
    """What blocks the signed-in clinician today or later, the earliest end first."""
    today = clock.london_date(work.now)
    return work.all(select(Absence).where(Absence.last_day >= today).order_by(Absence.last_day, Absence.id))


def end(work: UnitOfWork) -> int:
    """The signed-in clinician can work again from today on; says how many blocks ended."""
    today = clock.london_date(work.now)
    found = now_away(work)
    for absence in found:
        over = absence.first_day is not None and absence.first_day < today
        absence.first_day = absence.first_day if over else None
        absence.last_day = today - timedelta(days=1) if over else None
        work.record(AvailabilityChanged(absence.clinician_id), pool_id=absence.pool_id)
    return len(found)
