"""What will stand on the invoices before anybody presses: the same charges, sellers and sums as when they are issued.

A page that asks for a press which cannot be taken back shows what comes out of it, with holiday pay, an employer's other
costs, the pension contribution, the platform's fee and VAT. Nothing is written here: the charges are made, counted with
`billing.sums_of`, the function that issues them, and forgotten (docs/billing.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import uuid4

from pool import clock
from pool.models.booking import Booking
from pool.models.charge import Charge
from pool.models.offer import Offer
from pool.models.session import PracticeSession
from pool.money import Money, total
from pool.rules.fees import SESSION, Line, booked_hours, lines_for
from pool.rules.settlement import BANK_WORKER, LOCUM_AB, SOLE_TRADER
from pool.rules.terms import Terms
from pool.services.billing import charges, employer_costs, invoicing, sellers
from pool.services.billing.invoicing import Bundle, Sums
from pool.services.pension import pension_terms
from pool.unit_of_work import UnitOfWork

ASKED_FOR = (SESSION, "extra_time", "extra_visits", "mileage", "cancellation", "late_payment", "adjustment")
"""Kinds of line that the page asks about; every other one comes on top."""

PAY = (SESSION, "extra_time", "extra_visits", "holiday_pay")
"""Kinds of line that are the clinician's pay."""


class Taker(NamedTuple):
    """A kind of clinician who may take a session, and whether they pension it."""

    words: str
    engagement: str
    pension: bool


TAKERS = (
    Taker("a self-employed clinician", SOLE_TRADER, False),
    Taker("a self-employed GP who pensions it", SOLE_TRADER, True),
    Taker("a bank worker", BANK_WORKER, False),
)


@dataclass(frozen=True)
class Bill:
    """One invoice that will come: whose it is, what is on it line by line, and what it comes to."""

    seller: str
    seller_kind: str
    lines: tuple[Line, ...]
    sums: Sums


@dataclass(frozen=True)
class BillAhead:
    """All invoices that follow from one press."""

    bills: tuple[Bill, ...]

    @property
    def total(self) -> Money:
        """What the practice pays in all."""
        return total([bill.sums.total for bill in self.bills])

    @property
    def asked_for(self) -> Money:
        """What the page asks about, without anything on top."""
        return total([line.amount for line in self.lines if line.kind in ASKED_FOR])

    @property
    def on_top(self) -> list[tuple[str, Money]]:
        """What comes with it, in words and with its amount, each thing once; VAT after the lines of its invoice."""
        sums: dict[str, Money] = {}
        for words, amount in (part for bill in self.bills for part in self.on_top_of(bill)):
            sums[words] = sums.get(words, Money(0)) + amount
        return list(sums.items())

    def on_top_of(self, bill: Bill) -> list[tuple[str, Money]]:
        """What one invoice holds beyond what was asked for; which invoice, when there are several."""
        whose = f" (invoice of {bill.seller})" if len(self.bills) > 1 else ""
        lines = [(f"{line.description}{whose}", line.amount) for line in bill.lines if line.kind not in ASKED_FOR]
        return [*lines, (f"{bill.sums.vat_words}{whose}", bill.sums.vat)] if bill.sums.vat.pence else lines

    @property
    def pay(self) -> Money:
        """What the clinician gets of it, before tax: with holiday pay, without what employing or the platform costs."""
        return total([line.amount for line in self.lines if line.kind in PAY])

    @property
    def own(self) -> Money | None:
        """The clinician's own invoice; None when somebody else invoices the work."""
        own = [bill.sums.total for bill in self.bills if bill.seller_kind == "clinician"]
        return total(own) if own else None

    @property
    def lines(self) -> list[Line]:
        """Every line of every invoice."""
        return [line for bill in self.bills for line in bill.lines]


class OfferBills(NamedTuple):
    """What follows from an offer when the session is not pensioned, and when it is; the same where there is no choice."""

    plain: BillAhead
    pensioned: BillAhead


def of_lines(
    work: UnitOfWork, booking: Booking, lines: Sequence[Line], *, supplied_on: date | None = None
) -> BillAhead:
    """The invoices that follow when these lines of a booking are agreed now."""
    return of_charges(work, drafted(work, booking, lines, supplied_on or booking.on))


def drafted(work: UnitOfWork, booking: Booking, lines: Sequence[Line], day: date) -> list[Charge]:
    """The charge of each line, nowhere yet, for work of this London day."""
    keys = charges.source_keys(booking.id, lines)
    return [charges.drafted(work, booking, line, key, day) for line, key in zip(lines, keys, strict=True)]


def of_part(work: UnitOfWork, charge: Charge, amount: Money) -> BillAhead:
    """The invoices that follow when this much of a disputed charge is agreed now."""
    part = charge.another(
        kind=charge.kind,
        description=charge.description,
        working=charge.working,
        pensionable=charge.pensionable,
        parent_id=charge.parent_id,
        source_key=charge.source_key,
        claimed_at=charge.claimed_at,
        amount=amount,
    )
    return of_charges(work, [part] if amount.pence else [])


def of_charges(work: UnitOfWork, agreed: Sequence[Charge]) -> BillAhead:
    """The invoices of charges that are nowhere in the database, with everything that comes with them."""
    return of_all(work, with_costs(work, agreed))


def with_costs(work: UnitOfWork, agreed: Sequence[Charge]) -> list[Charge]:
    """These charges and those that come with them."""
    return [*agreed, *employer_costs.drafted(work, agreed)]


def of_all(work: UnitOfWork, agreed: Sequence[Charge]) -> BillAhead:
    """The invoices of exactly these charges, whether they are written down or not."""
    return of_bundles(work, bundled(work, agreed))


def bundled(work: UnitOfWork, agreed: Sequence[Charge]) -> Sequence[Bundle]:
    """The charges of each invoice, with its seller and its rule for VAT."""
    ordered = sorted(agreed, key=invoicing.reading_order)
    return invoicing.bundles(work, ordered, seller_of=sellers.of_charge_or_blank)


def of_bundles(work: UnitOfWork, bundles: Sequence[Bundle]) -> BillAhead:
    """What each of these invoices comes to when it is issued today."""
    today = clock.london_date(work.now)
    return BillAhead(tuple(bill_of(bundle, invoicing.sums_of(bundle, on=today)) for bundle in bundles))


def bill_of(bundle: Bundle, sums: Sums) -> Bill:
    """One bundle as it will be read."""
    lines = [Line(charge.kind, charge.description, charge.amount, charge.working) for charge in bundle.charges]
    extra = [sums.contribution] if sums.contribution else []
    return Bill(bundle.seller.name, bundle.seller.kind, (*lines, *extra), sums)


def of_session(work: UnitOfWork, session: PracticeSession) -> list[tuple[str, Money]]:
    """What a session costs in all by who takes it, worked as booked, before anybody is asked: the cheapest first.

    Of somebody who is not known yet, a self-employed clinician counts as not registered for VAT.
    """
    route = pension_terms.pension_route_of(session, SOLE_TRADER)
    ways = [way for way in TAKERS if way.pension is False or route == LOCUM_AB]
    fee = [Line(SESSION, "Session", session.fee, "", unit="session")]
    costs = [(way.words, of_lines(work, taken_by(session, way), fee, supplied_on=session.on).total) for way in ways]
    return sorted(costs, key=lambda cost: cost[1].pence)


def taken_by(session: PracticeSession, way: Taker) -> Booking:
    """The booking that a session would become, for reckoning only."""
    return Booking(
        id=uuid4(),
        pool_id=session.pool_id,
        practice_id=session.practice_id,
        engagement_type=way.engagement,
        pension_intent=way.pension,
        session=session,
    )


def of_offer(work: UnitOfWork, offer: Offer) -> OfferBills:
    """The invoices of a session worked as booked, for either answer about the pension. Only the practice's contribution
    depends on the answer, so everything else is read and worked out once for both."""
    terms = offer.terms
    booking = unwritten(offer, terms.chosen(False))
    agreed = drafted(work, booking, lines_for(terms, booked_hours(terms)), booking.on)
    bundles = bundled(work, with_costs(work, agreed))
    plain = of_bundles(work, bundles)
    booking.pension_intent = terms.chosen(True).pension.intent
    return OfferBills(plain, of_bundles(work, bundles))


def of_terms(work: UnitOfWork, booking: Booking, terms: Terms) -> BillAhead:
    """The invoices of a booking worked as booked, if it had these terms."""
    other = Booking(
        id=booking.id,
        pool_id=booking.pool_id,
        practice_id=booking.practice_id,
        clinician_id=booking.clinician_id,
        engagement_type=booking.engagement_type,
        terms=terms,
        pension_intent=booking.pension_intent,
        session=booking.session,
    )
    return of_lines(work, other, lines_for(terms, booked_hours(terms)))


def unwritten(offer: Offer, terms: Terms) -> Booking:
    """The booking that an offer would become, for reckoning only."""
    return Booking(
        id=offer.id,
        pool_id=offer.pool_id,
        practice_id=offer.practice_id,
        clinician_id=offer.clinician_id,
        engagement_type=terms.engagement_type,
        terms=terms,
        pension_intent=terms.pension.intent,
        session=offer.session,
    )
