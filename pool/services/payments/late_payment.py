"""Claims for late payment: worked out from the ledger's payments, issued by the seller as a document of their own.

Nobody is charged by itself. A clinician decides for their own invoices, a pool manager for those of host and platform; one
claim for each invoice, counted up to the day it was paid, or the day of the claim.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from pool import clock
from pool.errors import Conflict, NotAllowed
from pool.lifecycle import CHARGE, advance
from pool.models.charge import Charge
from pool.models.invoice import Invoice
from pool.models.payment import Payment, PaymentAllocation
from pool.money import Money
from pool.rules import late_payment
from pool.rules.late_payment import Claim, Stretch
from pool.services.billing import invoicing
from pool.services.billing.invoicing import Bundle
from pool.unit_of_work import UnitOfWork

NOTHING = Money(0)
KIND = "late_payment"
CLAIMABLE = ("invoice", "supplementary")


@dataclass(frozen=True)
class ClaimStatus:
    """What can be claimed for an invoice, and what is in the way: a sentence, or nothing."""

    invoice: Invoice
    claim: Claim | None
    obstacle: str
    claimed: Invoice | None


def standing(work: UnitOfWork, invoice_id: UUID) -> ClaimStatus:
    """How an invoice stands today for whoever asks."""
    invoice = work.get(Invoice, invoice_id)
    earlier = work.first(select(Invoice).where(Invoice.corrects_id == invoice.id, Invoice.kind == KIND))
    found = claim_of(work, invoice)
    return ClaimStatus(invoice, found, obstacle(work, invoice, found, earlier), earlier)


def claim_of(work: UnitOfWork, invoice: Invoice) -> Claim | None:
    """The claim up to today; None when nothing was late."""
    if invoice.kind not in CLAIMABLE or invoice.due_on is None or invoice.state in ("draft", "credited"):
        return None
    today = clock.london_date(work.now)
    return late_payment.claim(stretches(work, invoice, invoice.due_on, today), due_on=invoice.due_on, known_by=today)


def stretches(work: UnitOfWork, invoice: Invoice, due_on: date, today: date) -> list[Stretch]:
    """The sums that stayed unpaid after the due day. What was credited was never owed; a payment counts on its own day."""
    owed, since = invoice.total - invoice.credited_total, due_on
    found = []
    for on, amount in payments_by_day(work, invoice):
        if on > since and owed > NOTHING:
            found.append(Stretch(owed, since, on))
            since = on
        owed -= amount
    return [*found, Stretch(owed, since, today)] if owed > NOTHING else found


def payments_by_day(work: UnitOfWork, invoice: Invoice) -> list[tuple[date, Money]]:
    """What of each payment stands on an invoice, by the day it was paid."""
    rows = (
        select(PaymentAllocation)
        .join(Payment, Payment.id == PaymentAllocation.payment_id)
        .where(PaymentAllocation.invoice_id == invoice.id, Payment.state == "recorded")
    )
    sums: dict[date, Money] = {}
    for row in work.all(rows):
        sums[row.payment.paid_on] = sums.get(row.payment.paid_on, NOTHING) + row.amount
    return sorted(sums.items())


def obstacle(work: UnitOfWork, invoice: Invoice, found: Claim | None, earlier: Invoice | None) -> str:
    """Why nothing can be claimed, in words; empty when the actor may."""
    if earlier is not None:
        return f"It has been claimed already, with {earlier.number}. There is one claim for each invoice."
    if found is None:
        return "Nothing of this invoice was paid late, so nothing can be claimed."
    own = invoice.clinician_id is not None
    if own != work.actor.is_clinician:
        return f"Only {invoice.seller_copy['name']} can claim it." if own else "Only the pool manager can claim it."
    return ""


def issue(work: UnitOfWork, invoice_id: UUID) -> Invoice:
    """Issue the claim as a document of the same seller. Raises Conflict with what is in the way, NotAllowed for others."""
    work.get(Invoice, invoice_id, lock=True)
    found = standing(work, invoice_id)
    if found.claim is None or found.claimed is not None:
        raise Conflict(found.obstacle)
    if found.obstacle:
        raise NotAllowed(found.obstacle)
    charges = [charge_for(work, found.invoice, *part) for part in parts(found.invoice, found.claim)]
    work.store.flush()
    rule = invoicing.vat_of(charges[0], found.invoice.seller, known_by=clock.london_date(work.now))
    return invoicing.invoice_for(work, Bundle(found.invoice.seller, found.invoice.id, rule, charges))


def parts(invoice: Invoice, claim: Claim) -> Sequence[tuple[str, str, Money, str]]:
    """(name, description, amount, working) of the two lines: interest, and the fixed sum."""
    *interest, fixed = claim.working
    unsure = [f"Not confirmed: {figure}" for figure in claim.unconfirmed]
    both = [
        (
            "interest",
            f"Statutory interest on invoice {invoice.number}",
            claim.interest,
            "; ".join([*interest, *unsure]),
        ),
        ("fixed_sum", f"Fixed sum for late payment of invoice {invoice.number}", claim.fixed_sum, fixed),
    ]
    return [part for part in both if part[2] > NOTHING]


def charge_for(work: UnitOfWork, invoice: Invoice, name: str, description: str, amount: Money, working: str) -> Charge:
    """A charge that needs nobody's approval: the law gives it."""
    charge = Charge(
        pool_id=invoice.pool_id,
        practice_id=invoice.practice_id,
        clinician_id=invoice.clinician_id,
        seller_kind=invoice.seller.kind,
        kind=KIND,
        state=CHARGE.initial,
        supplied_on=clock.london_date(work.now),
        description=description,
        quantity=Decimal(1),
        unit="item",
        unit_price=amount,
        amount=amount,
        working=working,
        pensionable=False,
        source_key=f"late_payment:{invoice.id}:{name}",
        claimed_at=work.now,
        agreed_at=work.now,
    )
    work.add(charge)
    advance(CHARGE, charge, "approve")
    charge.practice = invoice.practice
    return charge
