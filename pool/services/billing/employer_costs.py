"""What comes with agreed pay: an employer's holiday pay and other costs, and the platform's fee; each its own charge.

Made at the moment a charge is agreed, from the same amount, so that nothing is billed without it or twice (domain 4.5).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

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


class Extra(NamedTuple):
    """What comes with a charge: its kind, its words, its amount and how that was worked out."""

    kind: str
    description: str
    amount: Money
    working: str


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
    found = [(charge, list(extras(work, charge, set_by_pool))) for charge in paid]
    return [beside(charge, extra, work.now) for charge, with_it in found for extra in with_it]


def extras(work: UnitOfWork, charge: Charge, set_by_pool: Sequence[PoolFigure]) -> Iterator[Extra]:
    """What comes with one charge."""
    yield from employers(work, charge, set_by_pool)
    yield from platform(charge, set_by_pool)


def employers(work: UnitOfWork, charge: Charge, set_by_pool: Sequence[PoolFigure]) -> Iterator[Extra]:
    """Holiday pay where some accrues, and other costs where the pool has recorded a share; nothing for own work."""
    settlement, known_by = SETTLEMENTS[engagement_of(charge)], clock.london_date(work.now)
    if settlement.seller != HOST:
        return
    holiday = holiday_pay(charge.amount, settlement, on=charge.supplied_on, known_by=known_by)
    if holiday:
        yield Extra("holiday_pay", "Holiday pay", holiday.amount, holiday.working)
    found = own_rates.figure(set_by_pool, About(ON_COSTS), on=charge.supplied_on)
    if found is not None:
        pay = charge.amount + (holiday.amount if holiday else Money(0))
        amount = pay.times(own_rates.share(found))
        words = f"Other costs of employing: {pay} × {own_rates.said(found)} = {amount} ({own_rates.working(found)})"
        yield Extra("on_costs", "Employer’s other costs", amount, words)


def platform(charge: Charge, set_by_pool: Sequence[PoolFigure]) -> Iterator[Extra]:
    """The fee for the booking, once for each session; a seller of its own invoices it (domain 6.8)."""
    found = own_rates.figure(set_by_pool, About(PLATFORM_FEE), on=charge.supplied_on)
    if found is None or charge.kind != "session" or charge.parent_id is not None or not own_rates.amount(found).pence:
        return
    words = f"Platform fee {own_rates.amount(found)} for a session ({own_rates.working(found)})"
    yield Extra("platform_fee", "Booking of a session through the pool", own_rates.amount(found), words)


def engagement_of(charge: Charge) -> str:
    """How the clinician of a charge was engaged, as it was booked."""
    return charge.booking.engagement_type if charge.booking else ""


def beside(charge: Charge, extra: Extra, claimed_at: datetime) -> Charge:
    """A charge of the same booking and day, and of the same seller unless it is the platform's; its key says which charge
    it came with."""
    seller = {"seller_kind": "platform", "clinician_id": None} if extra.kind == "platform_fee" else {}
    key = f"{charge.source_key}:{extra.kind}"
    return charge.another(**extra._asdict(), **seller, source_key=key, claimed_at=claimed_at)
