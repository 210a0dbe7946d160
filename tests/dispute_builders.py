"""Hours with extras, queries and disputes for tests, made through the use cases themselves."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pool.actor import Actor
from pool.models.booking import Booking
from pool.models.charge import Charge
from pool.models.dispute import Dispute
from pool.models.timesheet import Timesheet
from pool.money import Money
from pool.permissions import CLINICIAN, MANAGER, PRACTICE
from pool.rules.claims import Extras, Objection
from pool.services.hours import queries, timesheets
from tests.builders import a_booking, a_session, read, working_as, yesterday
from tests.replay import replayed

LATE_END = time(13, 5)
EXTRAS = Extras(visits=2, visit_fee=Money(3000), miles=Decimal("24.6"))


def acting(role: str, row: Any) -> Actor:
    """Somebody of this role to whom a booking, timesheet or dispute belongs."""
    own = {
        PRACTICE: {"practice_id": row.practice_id},
        CLINICIAN: {"clinician_ids": (row.clinician_id,)},
        MANAGER: {},
    }[role]
    return Actor(role=role, pool_ids=(row.pool_id,), name=f"The {role}", **own)


@replayed
def full_hours(
    booking: Booking | None = None, *, on: date | None = None, extras: Extras = EXTRAS, ends: time = LATE_END
) -> Timesheet:
    """Hours with 25 minutes over, two extra visits and 24.6 miles: one item of each kind."""
    booking = booking or a_booking(session=a_session(on=on or yesterday()))
    with working_as(acting(CLINICIAN, booking), now=booking.ends_at + timedelta(hours=1)) as work:
        sheet_id = timesheets.submit_hours(work, booking.id, time(8, 30), ends, "Two late visits", extras).id
    return read(Timesheet, sheet_id)


@replayed
def a_dispute(
    sheet: Timesheet | None = None, *, kind: str = "extra_time", figure: int = 10, words: str = ""
) -> Dispute:
    """The practice agrees to 10 of the 25 minutes (or what is said) and to everything else."""
    sheet = sheet or full_hours()
    with working_as(acting(PRACTICE, sheet), now=sheet.submitted_at + timedelta(hours=1)) as work:
        objection = Objection("left_early" if kind in ("session", "extra_time") else "not_agreed", Decimal(figure))
        (dispute,) = queries.query(work, sheet.id, {kind: objection}, words)
        dispute_id = dispute.id
    return read(Dispute, dispute_id)


def charges_of(sheet: Timesheet) -> list[Charge]:
    """Everything claimed by some hours, each split part too."""
    with working_as(Actor.system(sheet.pool_id)) as work:
        ids = list(work.all(select(Charge.id).where(Charge.timesheet_id == sheet.id).order_by(Charge.source_key)))
    return [read(Charge, charge_id) for charge_id in ids]


def by_state(sheet: Timesheet) -> dict[str, int]:
    """Pence in each state."""
    found: dict[str, int] = {}
    for charge in charges_of(sheet):
        found[charge.state] = found.get(charge.state, 0) + charge.amount.pence
    return found


def last_round(dispute_id: UUID) -> int:
    """The number that a page of this dispute would carry."""
    return read(Dispute, dispute_id).rounds_written
