"""Billing: agreed charges become invoices of one seller to one practice, each charge exactly once (domain 6).

A charge whose seller has no payment details yet, or whose practice has not given the order number it asks for, waits;
`held_up` says which and why. The number is drawn when everything else is written, so that its row is locked for a
moment only, and an undone transaction gives it back.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select

from pool import clock, formats
from pool.lifecycle import BOOKING, CHARGE, INVOICE, advance, allows
from pool.models.booking import Booking
from pool.models.charge import CHARGE_KINDS, Charge
from pool.models.invoice import Invoice, InvoiceLine, Seller
from pool.models.pool import Pool
from pool.models.practice import Practice
from pool.money import Money, total
from pool.rules import vat
from pool.rules.fees import Line, due_on
from pool.rules.settlement import AGENT, RECHARGE
from pool.services.billing import issuing, sellers
from pool.services.pension.pension_contribution import contribution_for
from pool.services.pools.policy import policy_of
from pool.unit_of_work import UnitOfWork

EACH_SESSION = "session"

MODES = {"clinician": AGENT.mode, "host": RECHARGE.mode, "platform": "platform_fee"}
"""How the invoice of each kind of seller is written (domain 6.3)."""

SUPPLIES = {"clinician": vat.SESSION, "host": vat.STAFF_SUPPLY, "platform": vat.PLATFORM_FEE}
"""What each kind of seller sells, for the VAT rule."""


SellerOf = Callable[[UnitOfWork, Charge], Seller]


@dataclass(frozen=True)
class Heading:
    """What the charges of one invoice have in common; `corrects_id` is the invoice that a supplementary one belongs to."""

    seller_id: UUID
    corrects_id: UUID | None
    category: str
    rate: str
    reason: str


@dataclass
class Bundle:
    """The charges of one invoice with the rule for its VAT."""

    seller: Seller
    corrects_id: UUID | None
    rule: vat.VatRule
    charges: list[Charge]

    @property
    def net(self) -> Money:
        """What the charges come to."""
        return total([charge.amount for charge in self.charges])

    @property
    def kind(self) -> str:
        """What kind of document these charges make."""
        if all(charge.kind == "late_payment" for charge in self.charges):
            return "late_payment"
        return "supplementary" if self.corrects_id else "invoice"

    @property
    def bookings(self) -> list[Booking]:
        """The bookings that are billed here, each once."""
        return list({charge.booking.id: charge.booking for charge in self.charges if charge.booking}.values())


def bill_booking(work: UnitOfWork, booking_id: UUID) -> list[Invoice]:
    """Issue what is agreed for a booking and not billed yet; nothing when its practice wants weekly or monthly invoices.

    Asked twice, the second time finds nothing to bill. Usually one invoice; one more for each other seller.
    """
    booking = work.get(Booking, booking_id, lock=True)
    if booking.practice.invoice_grouping != EACH_SESSION:
        return []
    return bill(work, agreed(work, Charge.booking_id == booking_id))


def agreed(work: UnitOfWork, which: ColumnElement[bool]) -> Sequence[Charge]:
    """Agreed charges that are not billed yet, held until the end of the transaction so that nobody else bills them."""
    found = select(Charge).where(Charge.state == "agreed", which).order_by(Charge.id)
    return sorted(
        work.all(found.with_for_update(of=Charge).execution_options(populate_existing=True)), key=reading_order
    )


def reading_order(charge: Charge) -> tuple[date, str, int, str]:
    """By day and booking; first the session, then what came on top."""
    return charge.supplied_on, str(charge.booking_id), CHARGE_KINDS.index(charge.kind), charge.source_key


def bill(work: UnitOfWork, charges: Sequence[Charge]) -> list[Invoice]:
    """One invoice for each seller, VAT rule and earlier invoice among these charges; those that cannot be billed wait."""
    return [invoice_for(work, bundle) for bundle in bundles(work, charges) if not obstacles(bundle)]


def bundles(
    work: UnitOfWork, charges: Sequence[Charge], *, seller_of: SellerOf = sellers.ensure_of_charge
) -> list[Bundle]:
    """The charges by what their invoice has in common; always in the same order, so that two jobs cannot block each other."""
    found: dict[Heading, Bundle] = {}
    first = first_invoices(work, charges)
    known: dict[tuple[str, UUID | None], Seller] = {}
    for charge in charges:
        who = (charge.seller_kind, charge.clinician_id if charge.seller_kind == "clinician" else None)
        seller = known.get(who) or known.setdefault(who, seller_of(work, charge))
        rule = vat_of(charge, seller, known_by=clock.london_date(work.now))
        corrects_id = first.get((seller.id, charge.booking_id))
        heading = Heading(seller.id, corrects_id, rule.category, str(rule.rate), rule.reason_text)
        found.setdefault(heading, Bundle(seller, corrects_id, rule, [])).charges.append(charge)
    return [found[heading] for heading in sorted(found, key=lambda group: (str(group.seller_id), str(group)))]


def first_invoices(work: UnitOfWork, charges: Sequence[Charge]) -> dict[tuple[UUID, UUID | None], UUID]:
    """The first invoice of each seller for each of these bookings: what comes later is supplementary to it."""
    bookings = {charge.booking_id for charge in charges if charge.booking_id}
    rows = work.store.execute(
        select(Invoice.seller_id, InvoiceLine.booking_id, Invoice.id)
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .where(InvoiceLine.booking_id.in_(bookings), Invoice.kind == "invoice", Invoice.state != "draft")
        .order_by(Invoice.issued_at.desc(), Invoice.number.desc())
    )
    return {(seller_id, booking_id): invoice_id for seller_id, booking_id, invoice_id in rows}


def vat_of(charge: Charge, seller: Seller, *, known_by: date) -> vat.VatRule:
    """The VAT rule of a charge on the day of supply, as it is known today; LookupError when no table says."""
    role = charge.booking.session.profession if charge.booking else vat.ANY
    main = SUPPLIES[seller.kind]
    supply = vat.supply_of(charge.kind, main)
    return vat.vat_rule(role, seller.vat_status, supply, charge.supplied_on, known_by, main)


def obstacles(bundle: Bundle) -> list[str]:
    """What keeps these charges from being billed, in words; empty when nothing does."""
    return obstacles_of(bundle.seller, bundle.charges[0].practice)


def obstacles_of(seller: Seller, practice: Practice) -> list[str]:
    """What an invoice of this seller to this practice would lack."""
    lacks = [f"Payment details of {seller.name}: {', '.join(missing)}."] if (missing := sellers.missing(seller)) else []
    if lacks_order_number(practice):
        lacks.append(f"{practice.name} asks for an order number on every invoice and has not given one.")
    return lacks


def lacks_order_number(practice: Practice) -> bool:
    """Does the practice ask for a number that it has not given?"""
    return practice.order_reference_required and not practice.order_reference


def invoice_for(work: UnitOfWork, bundle: Bundle) -> Invoice:
    """Write, number and issue one invoice; its charges are billed, its bookings invoiced."""
    sums = sums_of(bundle, on=clock.london_date(work.now))
    invoice = draft(work, bundle, sums)
    work.store.add_all(line_of(charge, position, invoice) for position, charge in enumerate(bundle.charges, start=1))
    if sums.contribution:
        work.add(extra_line(sums.contribution, len(bundle.charges) + 1, invoice))
    for charge in bundle.charges:
        advance(CHARGE, charge, "bill")
    for booking in bundle.bookings:
        if allows(BOOKING, booking, "invoice"):
            advance(BOOKING, booking, "invoice")
    issuing.issue(work, invoice, bundle.seller)
    return invoice


@dataclass(frozen=True)
class Sums:
    """What an invoice comes to; `contribution` is the line of the employer's pension, if there is one."""

    contribution: Line | None
    net: Money
    vat: Money
    vat_words: str

    @property
    def total(self) -> Money:
        """What is to be paid."""
        return self.net + self.vat


def sums_of(bundle: Bundle, *, on: date) -> Sums:
    """What the invoice of these charges comes to when it is issued on a day. Pages that announce an invoice ask the same
    function (services/billing/invoice_preview.py), so that they cannot differ."""
    contribution = contribution_for(bundle.charges, on=on)
    net = bundle.net + contribution.amount if contribution else bundle.net
    words = f"VAT at {(bundle.rule.rate * 100).normalize():f}%"
    return Sums(contribution, net, bundle.rule.vat_on(net), words)


def draft(work: UnitOfWork, bundle: Bundle, sums: Sums) -> Invoice:
    """Everything on the document but its number; copies of seller and buyer are frozen."""
    first, seller, rule = bundle.charges[0], bundle.seller, bundle.rule
    pool, issued_on = work.get(Pool, first.pool_id), clock.london_date(work.now)
    supplied = [charge.supplied_on for charge in bundle.charges]
    days = term_days(bundle, pool)
    invoice = Invoice(
        pool_id=first.pool_id,
        practice_id=first.practice_id,
        seller_id=seller.id,
        state=INVOICE.initial,
        kind=bundle.kind,
        corrects_id=bundle.corrects_id,
        clinician_id=seller.clinician_id,
        mode=MODES[seller.kind],
        statement_key=f"charge:{first.id}",
        issued_on=issued_on,
        issued_at=work.now,
        due_on=due_on(issued_on, max(supplied), days),
        period_from=min(supplied),
        period_to=max(supplied),
        seller_copy=issuing.copy_of_seller(seller, pool) | issuing.account_news(work, seller, first.practice_id),
        buyer_copy=issuing.copy_of_buyer(first.practice),
        bank_sort_code=seller.bank_sort_code,
        bank_account_number=seller.bank_account_number,
        prepared_by=pool.host.name if seller.kind == "clinician" else "",
        order_reference=first.practice.order_reference,
        vat_category=rule.category,
        vat_rate=rule.rate * 100,
        vat_reason_code=rule.reason_code,
        vat_note=rule.reason_text,
        working=[vat_working(rule, sums.net), due_working(issued_on, max(supplied), days)],
        net_total=sums.net,
        vat_total=sums.vat,
        total=sums.total,
    )
    work.add(invoice)
    return invoice


def term_days(bundle: Bundle, pool: Pool) -> int:
    """The payment term that the bookings agreed, the longest of them; the pool's own where there is no booking."""
    agreed_terms = [booking.terms.payment_term_days for booking in bundle.bookings]
    return max(agreed_terms, default=policy_of(pool).payment_term_days)


def vat_working(rule: vat.VatRule, net: Money) -> str:
    """The rule and, where there is a rate, the sum."""
    return f"{rule.working}: {net} × {rule.rate * 100:f}% = {rule.vat_on(net)}" if rule.rate else rule.working


def due_working(issued_on: date, supplied_on: date, days: int) -> str:
    """Why it is due when it is due (domain 6.5)."""
    later = "the day of the invoice" if issued_on >= supplied_on else "the last day of work"
    counted = formats.full_day(max(issued_on, supplied_on))
    return f"Pay by {formats.full_day(due_on(issued_on, supplied_on, days))}: {days} days from {later}, {counted}"


def line_of(charge: Charge, position: int, invoice: Invoice) -> InvoiceLine:
    """A charge as a line."""
    return InvoiceLine(
        pool_id=invoice.pool_id,
        invoice_id=invoice.id,
        charge_id=charge.id,
        booking_id=charge.booking_id,
        position=position,
        kind=charge.kind,
        supplied_on=charge.supplied_on,
        description=charge.description,
        quantity=charge.quantity,
        unit=charge.unit,
        unit_price=charge.unit_price,
        amount=charge.amount,
        working=charge.working,
    )


def extra_line(line: Line, position: int, invoice: Invoice) -> InvoiceLine:
    """What is worked out for the whole document, on the last day of its work."""
    return InvoiceLine(
        pool_id=invoice.pool_id,
        invoice_id=invoice.id,
        position=position,
        kind=line.kind,
        supplied_on=invoice.period_to,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.price,
        amount=line.amount,
        working=line.working,
    )


@dataclass(frozen=True)
class HeldUp:
    """Charges that are agreed and cannot be billed yet, and why."""

    practice: Practice
    seller_kind: str
    charges: int
    reasons: tuple[str, ...]

    @property
    def needs_order_number(self) -> bool:
        """Is it for the practice to do something?"""
        return lacks_order_number(self.practice)


def held_up(work: UnitOfWork) -> list[HeldUp]:
    """What waits for payment details or an order number, as far as the actor may see; asked while reading."""
    waiting = work.all(select(Charge).where(Charge.state == "agreed").order_by(Charge.supplied_on))
    ready = {(seller.pool_id, seller.kind, seller.clinician_id): seller for seller in work.all(select(Seller))}
    groups: dict[tuple[UUID, str, UUID | None], list[Charge]] = defaultdict(list)
    for charge in waiting:
        own = charge.clinician_id if charge.seller_kind == "clinician" else None
        groups[charge.practice_id, charge.seller_kind, own].append(charge)
    found = []
    for (_, kind, own), charges in groups.items():
        seller = ready.get((charges[0].pool_id, kind, own))
        reasons = obstacles_of(seller, charges[0].practice) if seller else ["Payment details are missing."]
        if reasons:
            found.append(HeldUp(charges[0].practice, kind, len(charges), tuple(reasons)))
    return found
