"""What an employer's recharge holds besides the pay: holiday pay and other costs, each a charge of its own.

Made at the moment a charge is agreed, from the same amount, so that nothing is billed without it or twice (domain notes 4.5).
"""

from collections.abc import Iterable
from decimal import Decimal

from pool import clock
from pool.lifecycle import CHARGE, advance
from pool.models.charge import Charge
from pool.money import Money
from pool.rules.settlement import SETTLEMENTS, holiday_pay
from pool.unit_of_work import UnitOfWork

PAY = frozenset({"session", "extra_time", "extra_visits"})
"""Kinds of charge that are pay for work; expenses and cancellations earn no holiday."""


def add(work: UnitOfWork, agreed: Iterable[Charge]) -> list[Charge]:
    """The charges that come with these, agreed already; nothing for work that the clinician sells."""
    return [each for charge in agreed if charge.kind in PAY for each in with_one(work, charge)]


def with_one(work: UnitOfWork, charge: Charge) -> list[Charge]:
    """Holiday pay on the pay of one charge, where some accrues."""
    if charge.booking is None:
        return []
    settlement, known_by = SETTLEMENTS[charge.booking.engagement_type], clock.london_date(work.now)
    holiday = holiday_pay(charge.amount, settlement, on=charge.supplied_on, known_by=known_by)
    if holiday is None:
        return []
    return [beside(work, charge, "holiday_pay", "Holiday pay", holiday.amount, holiday.working)]


def beside(work: UnitOfWork, charge: Charge, kind: str, description: str, amount: Money, working: str) -> Charge:
    """A charge of the same seller, booking and day; its key says which charge it came with."""
    row = Charge(
        pool_id=charge.pool_id, practice_id=charge.practice_id, clinician_id=charge.clinician_id,
        seller_kind=charge.seller_kind, booking_id=charge.booking_id, kind=kind, state=CHARGE.initial,
        supplied_on=charge.supplied_on, description=description, quantity=Decimal(1), unit="item", unit_price=amount,
        amount=amount, working=working, source_key=f"{charge.source_key}:{kind}", claimed_at=work.now,
    )  # fmt: skip
    work.add(row)
    advance(CHARGE, row, "approve")
    row.agreed_at = work.now
    return row
