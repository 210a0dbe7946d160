"""Charges: claimed from hours, approved or disputed, split without losing a penny, and agreed before they are billed.

docs/billing.md tells the whole way from hours to invoice.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from pool.errors import Invalid
from pool.events import ChargesAgreed
from pool.lifecycle import CHARGE, advance
from pool.models.booking import Booking
from pool.models.charge import Charge
from pool.models.timesheet import Timesheet
from pool.money import Money
from pool.rules.fees import Line
from pool.rules.settlement import SETTLEMENTS
from pool.services.billing import employer_costs
from pool.unit_of_work import UnitOfWork


def claim(
    work: UnitOfWork, booking: Booking, lines: Sequence[Line], timesheet: Timesheet | None = None
) -> list[Charge]:
    """The charges of these lines, one each; claimed again, the same charges with the newest figures.

    What the practice has answered already stays as it is. A claim from hours that the new lines no longer hold is
    withdrawn, and comes back when they hold it again.
    """
    known = {charge.source_key: charge for charge in of_booking(work, booking.id)}
    wanted = dict(zip(source_keys(booking.id, lines), lines, strict=True))
    if timesheet is not None:
        withdraw_gone(known.values(), wanted, timesheet)
    return [
        claimed_again(work, known[key], line) if key in known else claimed(work, booking, line, key, timesheet)
        for key, line in wanted.items()
    ]


def source_keys(booking_id: UUID, lines: Sequence[Line]) -> list[str]:
    """What each line was made from; the second line of a kind is counted."""
    seen: Counter[str] = Counter()
    keys = []
    for line in lines:
        seen[line.kind] += 1
        again = f":{seen[line.kind]}" if seen[line.kind] > 1 else ""
        keys.append(f"booking:{booking_id}:{line.kind}{again}")
    return keys


def withdraw_gone(known: Iterable[Charge], wanted: dict[str, Line], timesheet: Timesheet) -> None:
    """The clinician has changed the hours: what they do not ask for any more is off the table."""
    for charge in known:
        if charge.timesheet_id == timesheet.id and charge.state == "claimed" and charge.source_key not in wanted:
            advance(CHARGE, charge, "withdraw")


def claimed(work: UnitOfWork, booking: Booking, line: Line, key: str, timesheet: Timesheet | None) -> Charge:
    """A new charge of a booking, written down."""
    charge = drafted(work, booking, line, key, booking.on)
    charge.timesheet_id = timesheet.id if timesheet else None
    work.add(charge)
    return charge


def drafted(work: UnitOfWork, booking: Booking, line: Line, key: str, supplied_on: date) -> Charge:
    """A charge of a booking that is nowhere yet, for work of this London day. Who sells follows from its engagement."""
    charge = Charge(
        pool_id=booking.pool_id,
        practice_id=booking.practice_id,
        clinician_id=booking.clinician_id,
        seller_kind=SETTLEMENTS[booking.engagement_type].seller,
        booking_id=booking.id,
        booking=booking,
        kind=line.kind,
        state=CHARGE.initial,
        supplied_on=supplied_on,
        source_key=key,
        claimed_at=work.now,
    )
    write(charge, line)
    return charge


def claimed_again(work: UnitOfWork, charge: Charge, line: Line) -> Charge:
    """The same charge with new figures, as long as nobody has answered it."""
    if charge.state == "withdrawn":
        advance(CHARGE, charge, "claim")
    if charge.state == "claimed":
        write(charge, line)
        charge.claimed_at = work.now
    return charge


def write(charge: Charge, line: Line) -> None:
    """The figures and words of a line."""
    charge.description, charge.working, charge.pensionable = line.description, line.working, line.pensionable
    charge.quantity, charge.unit, charge.unit_price, charge.amount = line.quantity, line.unit, line.price, line.amount


def approve(work: UnitOfWork, charge: Charge) -> Charge:
    """The practice owes this charge as it was claimed; billing follows by itself."""
    return approve_all(work, [charge])[0]


def approve_all(work: UnitOfWork, charges: Sequence[Charge]) -> Sequence[Charge]:
    """Approve those that still wait for an answer; billing hears of each booking once."""
    waiting = [charge for charge in charges if charge.state == "claimed"]
    for charge in waiting:
        advance(CHARGE, charge, "approve")
        charge.agreed_at = work.now
    tell_billing(work, waiting)
    return charges


def split(
    work: UnitOfWork,
    charge: Charge,
    *,
    agreed_amount: Money | None = None,
    agreed_quantity: Decimal | None = None,
    reason: str,
) -> tuple[Charge, Charge]:
    """Approve one part of a claim and dispute the rest; the two always add up to what was claimed. Raises Invalid.

    The agreed part is given as an amount, or as a quantity at the price of the charge.
    """
    whole = charge.amount
    part = agreed_amount if agreed_amount is not None else charge.unit_price.times(agreed_quantity or 0)
    if not Money(0) < part < whole:
        raise Invalid(
            f"Enter an amount between £0.01 and {Money(whole.pence - 1)}. To refuse all of it, dispute the charge."
        )
    rest = rest_of(work, charge, part, agreed_quantity, f"{charge.working}. Disputed: {whole} − {part}. {reason}")
    advance(CHARGE, rest, "dispute")
    take_part(charge, part, agreed_quantity, f"{charge.working}. Not disputed: {part} of {whole}")
    approve(work, charge)
    return charge, rest


def dispute(work: UnitOfWork, charge: Charge) -> Charge:
    """The practice does not agree to any of it."""
    advance(CHARGE, charge, "dispute")
    return charge


def agree(work: UnitOfWork, charge: Charge, amount: Money) -> Charge:
    """A dispute ends with this amount; what is left of the charge is refused, so that every penny is accounted for.

    Raises Invalid for an amount of nothing (refuse the charge instead) or more than was disputed.
    """
    if not Money(0) < amount <= charge.amount:
        raise Invalid(f"Enter an amount between £0.01 and {charge.amount}.")
    if amount < charge.amount:
        rest = rest_of(work, charge, amount, None, f"{charge.working}. Not agreed: {charge.amount} − {amount}")
        advance(CHARGE, rest, "refuse")
        take_part(charge, amount, None, f"{charge.working}. Agreed: {amount} of {charge.amount}")
    advance(CHARGE, charge, "agree")
    charge.agreed_at = work.now
    tell_billing(work, [charge])
    return charge


def refuse(work: UnitOfWork, charge: Charge) -> Charge:
    """Nothing is owed for it."""
    advance(CHARGE, charge, "refuse")
    return charge


def rest_of(work: UnitOfWork, charge: Charge, part: Money, quantity: Decimal | None, working: str) -> Charge:
    """A second charge with what a part leaves over; its parent says what it was split from."""
    siblings = work.all(select(Charge.id).where(Charge.parent_id == charge.id))
    rest = charge.another(
        timesheet_id=charge.timesheet_id,
        parent_id=charge.id,
        kind=charge.kind,
        description=charge.description,
        pensionable=charge.pensionable,
        claimed_at=charge.claimed_at,
        source_key=f"{charge.source_key}:rest{len(siblings) + 1}",
        working=working,
        amount=charge.amount - part,
    )
    if quantity is not None:
        rest.quantity, rest.unit, rest.unit_price = charge.quantity - quantity, charge.unit, charge.unit_price
    work.add(rest)
    return rest


def take_part(charge: Charge, part: Money, quantity: Decimal | None, working: str) -> None:
    """Make a charge smaller, before it is agreed."""
    charge.amount, charge.working = part, working
    if quantity is None:
        charge.quantity, charge.unit, charge.unit_price = Decimal(1), "item", part
    else:
        charge.quantity = quantity


def tell_billing(work: UnitOfWork, charges: Sequence[Charge]) -> None:
    """One event for each booking that has something to bill now; what comes with an employer's pay is added first."""
    employer_costs.add(work, charges)
    for pool_id, practice_id, booking_id in dict.fromkeys((c.pool_id, c.practice_id, c.booking_id) for c in charges):
        work.record(ChargesAgreed(practice_id, booking_id), pool_id=pool_id)


def of_booking(work: UnitOfWork, booking_id: UUID) -> Sequence[Charge]:
    """Everything that was ever claimed for a booking, in the order of the claims."""
    charges = select(Charge).where(Charge.booking_id == booking_id)
    return work.all(charges.order_by(Charge.claimed_at, Charge.source_key))
