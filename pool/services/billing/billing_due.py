"""What is due to be billed by now: single sessions that were left over, weeks and months that have ended.

A practice chooses one invoice for each session, week or month of work (of each seller). A week or month is billed once it
is over and nobody's hours in it still wait for an answer, or a week later at the latest; stragglers follow by themselves.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from pool import clock
from pool.models.booking import Booking
from pool.models.charge import Charge
from pool.models.invoice import Invoice, Seller
from pool.services.billing import invoicing
from pool.unit_of_work import UnitOfWork

LONGEST_WAIT = timedelta(days=7)
"""How long after its end a week or month waits for hours that nobody has answered."""

Parties = tuple[UUID, str, UUID | None]
"""A practice, a kind of seller and, when clinicians sell their own work, which one."""

Group = tuple[Parties, UUID | date]
"""What goes on one invoice: the parties, and a booking or the first day of a week or month."""


def due(work: UnitOfWork, today: date) -> list[list[UUID]]:
    """The agreed charges that can be billed now, as the actor may see them; one list for each transaction."""
    agreed = work.all(select(Charge).where(Charge.state == "agreed").order_by(Charge.supplied_on, Charge.source_key))
    if not agreed:
        return []
    unanswered, ready = periods_unanswered(work), sellers_by_key(work)
    groups: dict[Group, list[UUID]] = defaultdict(list)
    for charge in agreed:
        if is_due(charge, unanswered, today) and not is_held_up(charge, ready):
            groups[parties(charge), what_together(charge)].append(charge.id)
    return list(groups.values())


def is_due(charge: Charge, unanswered: set[Group], today: date) -> bool:
    """Is the week or month over, and are all hours in it answered?"""
    last = last_day(charge.practice.invoice_grouping, charge.supplied_on)
    if last is None:
        return True
    waits = (parties(charge), what_together(charge)) in unanswered
    return last < today and (not waits or today > last + LONGEST_WAIT)


def is_held_up(charge: Charge, ready: dict[tuple[UUID, str, UUID | None], Seller]) -> bool:
    """Does it wait for payment details or an order number? A seller who is not known yet is made when billed."""
    seller = ready.get((charge.pool_id, *parties(charge)[1:]))
    return seller is not None and bool(invoicing.obstacles_of(seller, charge.practice))


def parties(charge: Charge) -> Parties:
    """The practice that pays, the kind of seller, and the clinician when they sell themselves."""
    return charge.practice_id, charge.seller_kind, charge.clinician_id if charge.seller_kind == "clinician" else None


def what_together(charge: Charge) -> UUID | date:
    """What the charge goes together with: its booking, or everything of its week or month."""
    grouping = charge.practice.invoice_grouping
    if grouping == invoicing.EACH_SESSION:
        return charge.booking_id or charge.id
    return first_day(grouping, charge.supplied_on)


def first_day(grouping: str, on: date) -> date:
    """Monday of the week, or the first of the month."""
    return clock.week_of(on) if grouping == "week" else on.replace(day=1)


def last_day(grouping: str, on: date) -> date | None:
    """Sunday of the week, or the last of the month; None when every session is billed by itself."""
    if grouping == invoicing.EACH_SESSION:
        return None
    first = first_day(grouping, on)
    following = first + timedelta(days=7 if grouping == "week" else 32)
    return (following if grouping == "week" else following.replace(day=1)) - timedelta(days=1)


def periods_unanswered(work: UnitOfWork) -> set[Group]:
    """Where hours still wait for the practice's answer."""
    return {
        (parties(charge), what_together(charge)) for charge in work.all(select(Charge).where(Charge.state == "claimed"))
    }


def sellers_by_key(work: UnitOfWork) -> dict[tuple[UUID, str, UUID | None], Seller]:
    """Every seller by pool, kind and clinician."""
    return {(seller.pool_id, seller.kind, seller.clinician_id): seller for seller in work.all(select(Seller))}


def bill_together(work: UnitOfWork, charge_ids: Sequence[UUID]) -> list[Invoice]:
    """Bill these charges, those of them that nobody has billed meanwhile. Bookings are held first, always in order."""
    theirs = select(Charge.booking_id).where(Charge.id.in_(charge_ids))
    work.all(select(Booking).where(Booking.id.in_(theirs)).order_by(Booking.id).with_for_update(of=Booking))
    return invoicing.bill(work, invoicing.agreed(work, Charge.id.in_(charge_ids)))
