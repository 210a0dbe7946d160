"""What comes with agreed pay: an employer's holiday pay and other costs, and the platform's fee; each its own charge.

Made at the moment a charge is agreed, from the same amount, so that nothing is billed without it or twice (domain 4.5).
"""

from collections.abc import Sequence

from pool import clock
from pool.catalogue import ON_COSTS, PLATFORM_FEE
from pool.lifecycle import CHARGE, advance
from pool.models.charge import Charge
from pool.models.figure import PoolFigure
from pool.money import Money
from pool.rules.settlement import HOST, SETTLEMENTS, holiday_pay
from pool.services.billing import own_rates
from pool.services.billing.own_rates import About
from pool.unit_of_work import UnitOfWork

PAY = frozenset({"session", "extra_time", "extra_visits"})
"""Kinds of charge that are pay for work; expenses and cancellations earn no holiday."""


def add(work: UnitOfWork, agreed: Sequence[Charge]) -> list[Charge]:
    """The charges that come with these, written down and agreed already."""
    rows = drafted(work, agreed)
    for row in rows:
        work.add(row)
        advance(CHARGE, row, "approve")
        row.agreed_at = work.now
    return rows


def drafted(work: UnitOfWork, agreed: Sequence[Charge]) -> list[Charge]:
    """What comes with these, nowhere yet: an employer's costs, and the platform's fee for a session."""
    if not agreed:
        return []
    set_by_pool = own_rates.of_pool(work, agreed[0].pool_id)
    paid = [charge for charge in agreed if charge.kind in PAY and charge.booking is not None]
    return [
        row for charge in paid for row in (*employers(work, charge, set_by_pool), *platform(work, charge, set_by_pool))
    ]


def employers(work: UnitOfWork, charge: Charge, set_by_pool: Sequence[PoolFigure]) -> list[Charge]:
    """Holiday pay where some accrues, and other costs where the pool has recorded a share; nothing for own work."""
    settlement, known_by = SETTLEMENTS[engagement_of(charge)], clock.london_date(work.now)
    if settlement.seller != HOST:
        return []
    holiday = holiday_pay(charge.amount, settlement, on=charge.supplied_on, known_by=known_by)
    rows = [beside(work, charge, "holiday_pay", "Holiday pay", holiday.amount, holiday.working)] if holiday else []
    found = own_rates.figure(set_by_pool, About(ON_COSTS), on=charge.supplied_on)
    if found is not None:
        pay = charge.amount + (holiday.amount if holiday else Money(0))
        amount = pay.times(own_rates.share(found))
        words = f"Other costs of employing: {pay} × {own_rates.said(found)} = {amount} ({own_rates.working(found)})"
        rows.append(beside(work, charge, "on_costs", "Employer’s other costs", amount, words))
    return rows


def platform(work: UnitOfWork, charge: Charge, set_by_pool: Sequence[PoolFigure]) -> list[Charge]:
    """The fee for the booking, once for each session; a seller of its own invoices it (domain 6.8)."""
    found = own_rates.figure(set_by_pool, About(PLATFORM_FEE), on=charge.supplied_on)
    if found is None or charge.kind != "session" or charge.parent_id is not None or not own_rates.amount(found).pence:
        return []
    words = f"Platform fee {own_rates.amount(found)} for a session ({own_rates.working(found)})"
    row = beside(work, charge, "platform_fee", "Booking of a session through the pool", own_rates.amount(found), words)
    row.seller_kind, row.clinician_id = "platform", None
    return [row]


def engagement_of(charge: Charge) -> str:
    """How the clinician of a charge was engaged, as it was booked."""
    return charge.booking.engagement_type if charge.booking else ""


def beside(work: UnitOfWork, charge: Charge, kind: str, description: str, amount: Money, working: str) -> Charge:
    """A charge of the same seller, booking and day; its key says which charge it came with."""
    return charge.another(
        kind=kind,
        description=description,
        amount=amount,
        working=working,
        source_key=f"{charge.source_key}:{kind}",
        claimed_at=work.now,
    )
