"""Credit notes by two people: one asks with a reason, another pool manager approves, and the document is issued.

A credit note is a document of the same seller's series that names the invoice it takes back. Its own amounts are positive.
Nothing can be credited twice: a line has what its earlier credit notes left of it.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from pool import clock, formats
from pool.errors import Conflict, Invalid, NotAllowed
from pool.events import ChargesAgreed, CreditApproved, CreditAsked, CreditRefused
from pool.lifecycle import CHARGE, CREDIT_REQUEST, INVOICE, advance
from pool.models.charge import Charge
from pool.models.credit_request import CreditRequest
from pool.models.invoice import Invoice, InvoiceLine
from pool.models.person import Person
from pool.models.pool import Pool
from pool.money import Money, total
from pool.services.billing import invoice_state, issuing
from pool.services.pension.pension_contribution import contribution_left, contribution_line, is_pensioned
from pool.unit_of_work import UnitOfWork

NOTHING = Money(0)
COPIED = (
    "pool_id",
    "practice_id",
    "clinician_id",
    "seller_id",
    "mode",
    "prepared_by",
    "order_reference",
    "vat_category",
    "vat_rate",
    "vat_reason_code",
    "vat_note",
    "period_from",
    "period_to",
)
"""What a credit note repeats from the invoice it takes back."""


def ask(
    work: UnitOfWork, invoice_id: UUID, reason: str, amounts: Mapping[UUID, Money], *, rebill: bool = False
) -> CreditRequest:
    """Ask for a credit note over these amounts of these lines. Raises Invalid, Conflict while another one waits."""
    invoice = work.get(Invoice, invoice_id, lock=True)
    if not reason.strip():
        raise Invalid("Say why it should be credited.", {"reason": ["Say why it should be credited"]})
    if waiting_for(work, invoice.id) is not None:
        raise Conflict(
            "A credit note has already been asked for on this invoice. Wait for the answer, or take it back."
        )
    wanted = {line_id: amount for line_id, amount in amounts.items() if amount != NOTHING}
    refuse_impossible(work, invoice, wanted)
    wanted |= contribution_too(work, invoice, wanted)
    request = CreditRequest(
        pool_id=invoice.pool_id,
        practice_id=invoice.practice_id,
        clinician_id=invoice.clinician_id,
        invoice_id=invoice.id,
        state=CREDIT_REQUEST.initial,
        reason=reason.strip(),
        rebill=rebill,
        asked_at=work.now,
        asked_by_id=person_of(work),
        lines=[{"line_id": str(key), "pence": amount.pence} for key, amount in wanted.items()],
    )
    work.add(request)
    work.record(CreditAsked(request.id, invoice.id), pool_id=invoice.pool_id)
    return request


def waiting_for(work: UnitOfWork, invoice_id: UUID) -> CreditRequest | None:
    """The request of an invoice that nobody has answered."""
    mine = select(CreditRequest).where(CreditRequest.invoice_id == invoice_id)
    return work.first(mine.where(CreditRequest.state == CREDIT_REQUEST.initial))


def person_of(work: UnitOfWork) -> UUID:
    """Who is acting; two people are two people, so the product itself can do neither. Raises NotAllowed."""
    if work.actor.person_id is None:
        raise NotAllowed("Only a signed-in person can ask for a credit note or decide on one.")
    return work.actor.person_id


def refuse_impossible(work: UnitOfWork, invoice: Invoice, wanted: Mapping[UUID, Money]) -> None:
    """Only what is left of lines of an issued invoice can be credited. Raises Invalid."""
    if invoice.is_credit or invoice.state == "draft":
        raise Invalid("Only an invoice can be credited, not a credit note.")
    if not wanted:
        raise Invalid("Enter what should be credited on at least one line.")
    left = fees_left(work, invoice)
    for line_id, amount in wanted.items():
        if not NOTHING < amount <= left.get(line_id, NOTHING):
            words = f"Enter an amount up to {left.get(line_id, NOTHING)}: more is not left on this line"
            raise Invalid(f"{words}.", {f"line-{line_id}": [words]})


def left_of(work: UnitOfWork, invoice: Invoice) -> dict[UUID, Money]:
    """What may still be credited of each line."""
    taken_back = select(InvoiceLine).where(InvoiceLine.credits_id.in_([line.id for line in invoice.lines]))
    left = {line.id: line.amount for line in invoice.lines}
    for credit in work.all(taken_back):
        if credit.credits_id:
            left[credit.credits_id] -= credit.amount
    return left


def fees_left(work: UnitOfWork, invoice: Invoice) -> dict[UUID, Money]:
    """What a person may ask to be credited: every line but the employer's pension contribution, which follows by itself."""
    contribution = contribution_line(invoice)
    return {key: left for key, left in left_of(work, invoice).items() if contribution is None or key != contribution.id}


def contribution_too(work: UnitOfWork, invoice: Invoice, wanted: Mapping[UUID, Money]) -> dict[UUID, Money]:
    """The part of the employer's pension contribution that goes back with the pensioned fees, rounded like the whole."""
    line = contribution_line(invoice)
    if line is None:
        return {}
    left = left_of(work, invoice)
    fees = [left[line.id] - wanted.get(line.id, NOTHING) for line in invoice.lines if is_pensioned(line.charge)]
    back = left[line.id] - contribution_left(invoice, total(fees))
    return {line.id: back} if back > NOTHING else {}


def approve(work: UnitOfWork, request_id: UUID) -> Invoice:
    """Another person agrees: the credit note is issued at once. Raises NotAllowed for the person who asked."""
    request, invoice = deciding(work, request_id)
    wanted = wanted_of(request)
    advance(CREDIT_REQUEST, request, "approve")
    note = note_for(work, request, invoice, wanted)
    request.credit_note_id = note.id
    invoice.credited_total += note.total
    work.store.flush()
    if request.rebill:
        bill_again(work, invoice, note)
    work.record(CreditApproved(request.id, invoice.id, note.id), pool_id=request.pool_id)
    issuing.issue(work, note, invoice.seller)
    invoice_state.follow(work, invoice)
    return note


def refuse(work: UnitOfWork, request_id: UUID, answer: str) -> CreditRequest:
    """Another person says no, and why."""
    if not answer.strip():
        raise Invalid("Say why it is not credited.", {"answer": ["Say why it is not credited"]})
    request, invoice = deciding(work, request_id)
    advance(CREDIT_REQUEST, request, "refuse")
    request.answer = answer.strip()
    work.record(CreditRefused(request.id, invoice.id), pool_id=request.pool_id)
    return request


def withdraw(work: UnitOfWork, request_id: UUID) -> CreditRequest:
    """Whoever asked takes it back. Raises NotAllowed for anybody else."""
    request = work.get(CreditRequest, request_id, lock=True)
    if request.asked_by_id != person_of(work):
        raise NotAllowed("Only the person who asked for it can take it back.")
    advance(CREDIT_REQUEST, request, "withdraw")
    return request


def deciding(work: UnitOfWork, request_id: UUID) -> tuple[CreditRequest, Invoice]:
    """The request and its invoice, held until the end, decided by somebody else than who asked. Raises NotAllowed."""
    request = work.get(CreditRequest, request_id, lock=True)
    if request.asked_by_id == person_of(work):
        raise NotAllowed("You asked for this credit note yourself. Another pool manager has to decide.")
    request.decided_by_id, request.decided_at = work.actor.person_id, work.now
    return request, work.get(Invoice, request.invoice_id, lock=True)


def note_for(work: UnitOfWork, request: CreditRequest, invoice: Invoice, wanted: Mapping[UUID, Money]) -> Invoice:
    """The credit note with its lines, everything but the number."""
    net, tax = sums_of(work, invoice, wanted)
    note = Invoice(
        **{name: getattr(invoice, name) for name in COPIED},
        **sides_today(work, invoice),
        kind="credit_note",
        corrects_id=invoice.id,
        state=INVOICE.initial,
        statement_key=f"credit:{request.id}",
        issued_on=clock.london_date(work.now),
        issued_at=work.now,
        net_total=net,
        vat_total=tax,
        total=net + tax,
        requested_by_id=request.asked_by_id,
        approved_by_id=person_of(work),
        working=reasons(work, request),
    )
    work.add(note)
    credited = [line for line in invoice.lines if line.id in wanted]
    work.store.add_all(line_of(note, line, wanted[line.id], place) for place, line in enumerate(credited, start=1))
    return note


def sides_today(work: UnitOfWork, invoice: Invoice) -> dict[str, Any]:
    """Seller and buyer as they are now: what was corrected after the invoice stands on what follows. The VAT number stays
    with the VAT that is taken back."""
    seller, pool = invoice.seller, work.get(Pool, invoice.pool_id)
    kept = {"vat_number": invoice.seller_copy.get("vat_number", "")}
    return {
        "seller_copy": issuing.copy_of_seller(seller, pool) | kept,
        "buyer_copy": issuing.copy_of_buyer(invoice.practice),
        "bank_sort_code": seller.bank_sort_code,
        "bank_account_number": seller.bank_account_number,
    }


def sums_of(work: UnitOfWork, invoice: Invoice, wanted: Mapping[UUID, Money]) -> tuple[Money, Money]:
    """Net and VAT of a credit note over these amounts; the page that asks for a yes asks the same function."""
    net = total(list(wanted.values()))
    return net, vat_of(work, invoice, net)


def wanted_of(request: CreditRequest) -> dict[UUID, Money]:
    """The amounts that were asked for, by line."""
    return {UUID(line["line_id"]): Money(line["pence"]) for line in request.lines}


def reasons(work: UnitOfWork, request: CreditRequest) -> list[str]:
    """Why there is a credit note, and which two people wanted it."""
    approver = work.get(Person, person_of(work))
    asked_on, approved_on = formats.full_day(request.asked_at), formats.full_day(work.now)
    return [
        f"Reason: {request.reason.rstrip('.')}",
        f"Asked for by {request.asked_by.name} on {asked_on}, approved by {approver.name} on {approved_on}",
    ]


def vat_of(work: UnitOfWork, invoice: Invoice, net: Money) -> Money:
    """The VAT that goes back with this much net; the last credit takes the rest, so that no penny of VAT stays behind."""
    earlier = work.all(select(Invoice).where(Invoice.corrects_id == invoice.id, Invoice.kind == "credit_note"))
    vat_left = invoice.vat_total - total([note.vat_total for note in earlier])
    net_left = invoice.net_total - total([note.net_total for note in earlier])
    if net == net_left:
        return vat_left
    return min(net.times(invoice.vat_rate / Decimal(100)), vat_left)


def line_of(note: Invoice, line: InvoiceLine, amount: Money, position: int) -> InvoiceLine:
    """What is taken back of one line: all of it as it was, or a part as one item."""
    whole = amount == line.amount
    return InvoiceLine(
        pool_id=note.pool_id,
        invoice_id=note.id,
        charge_id=line.charge_id,
        credits_id=line.id,
        booking_id=line.booking_id,
        position=position,
        kind=line.kind,
        supplied_on=line.supplied_on,
        description=line.description,
        quantity=line.quantity if whole else Decimal(1),
        unit=line.unit if whole else "item",
        unit_price=line.unit_price if whole else amount,
        amount=amount,
        working=f"{'All' if whole else amount} of {line.amount} on line {line.position} taken back. It was: {line.working}",
    )


def bill_again(work: UnitOfWork, invoice: Invoice, note: Invoice) -> None:
    """What was credited is owed after all, on a new invoice: new charges, agreed like the ones before."""
    work.store.flush()
    again: list[Charge] = []
    lines = work.all(select(InvoiceLine).where(InvoiceLine.invoice_id == note.id).order_by(InvoiceLine.position))
    for line in lines:
        if line.charge is not None:
            again.append(copy_of(work, line.charge, line, f"{line.charge.source_key}:again:{note.id}"))
    for booking_id in dict.fromkeys(charge.booking_id for charge in again):
        work.record(ChargesAgreed(invoice.practice_id, booking_id), pool_id=invoice.pool_id)


def copy_of(work: UnitOfWork, charge: Charge, line: InvoiceLine, key: str) -> Charge:
    """The same thing to be paid for, at what was credited of it."""
    copy = charge.another(
        timesheet_id=charge.timesheet_id,
        parent_id=charge.id,
        kind=charge.kind,
        description=charge.description,
        pensionable=charge.pensionable,
        claimed_at=work.now,
        source_key=key,
        working=charge.working,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        amount=line.amount,
    )
    advance(CHARGE, copy, "approve")
    copy.agreed_at = work.now
    work.add(copy)
    return copy


def all_requests(work: UnitOfWork) -> Sequence[CreditRequest]:
    """Every request the actor may see: open ones first, then the newest."""
    is_open = CreditRequest.state == CREDIT_REQUEST.initial
    return work.all(select(CreditRequest).order_by(is_open.desc(), CreditRequest.asked_at.desc()))


def how_many_asked(work: UnitOfWork) -> int:
    """How many wait for an answer, as far as the actor may see."""
    waiting = select(func.count()).select_from(CreditRequest).where(CreditRequest.state == CREDIT_REQUEST.initial)
    return work.store.execute(waiting).scalar_one()
