"""Who is told what about invoices and credit notes: details that are missing, documents, payment in full."""

from typing import Any

from pool import formats
from pool.lifecycle import UNPAID_INVOICE_STATES
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.invoice import Invoice
from pool.services.billing import invoice_document, sellers
from pool.services.messages import session_facts
from pool.services.messages.event_context import EventContext
from pool.services.messages.recipients import Facts, MessageDraft, by_email, to_managers, to_person, to_practice


def details_needed(context: EventContext) -> list[MessageDraft]:
    """The seller is asked for the payment details without which no invoice can be made."""
    booking = context.row(Booking, "booking_id")
    seller = sellers.of_booking(context.work, booking)
    facts = session_facts.of_terms(booking.terms) | {"gaps": sellers.missing(seller)}
    if seller.kind == "host":
        return to_managers(context, "payment_details_needed", facts | {"link": context.links.page("sellers.edit_host")})
    own = facts | {"link": context.links.page("sellers.edit_own")}
    return to_person("payment_details_needed", booking.clinician.person, own)


def details_complete(context: EventContext) -> str:
    """The seller has said where to pay."""
    seller = sellers.of_booking(context.work, context.row(Booking, "booking_id"))
    return "" if sellers.missing(seller) else "The payment details are complete."


def document_ready(context: EventContext) -> list[MessageDraft]:
    """Once the PDF is there: to the payer, and to the clinician whose invoice it is."""
    invoice = context.row(Invoice, "invoice_id")
    facts, name = invoice_facts(context, invoice), "credit_note" if invoice.is_credit else "invoice_ready"
    return [
        *to_payers(context, f"{name}_practice", invoice, facts),
        *to_seller(context, f"{name}_clinician", invoice, facts),
    ]


def not_owed(context: EventContext) -> str:
    """The invoice is paid, or credited in full."""
    invoice = context.row(Invoice, "invoice_id")
    return "" if invoice.state in UNPAID_INVOICE_STATES else f"The invoice is {invoice.state} already."


def paid(context: EventContext) -> list[MessageDraft]:
    """The clinician hears that the money is on its way."""
    invoice = context.row(Invoice, "invoice_id")
    paid_on = formats.full_day(invoice.paid_on) if invoice.paid_on else ""
    return to_seller(context, "invoice_paid", invoice, invoice_facts(context, invoice) | {"paid_on": paid_on})


def not_paid(context: EventContext) -> str:
    """The payment was taken back, or the invoice was credited."""
    invoice = context.row(Invoice, "invoice_id")
    return "" if invoice.state == "paid" else "The invoice does not count as paid any more."


def not_drawn(context: EventContext) -> list[MessageDraft]:
    """Managers and the seller hear that an invoice is owed but has no document."""
    invoice = context.row(Invoice, "invoice_id")
    facts = {
        "number": invoice.number,
        "seller": invoice.seller_copy["name"],
        "place": invoice.buyer_copy["name"],
        "total": str(invoice.total),
        "link": context.links.page("invoices.show", invoice_id=invoice.id),
    }
    reason = {"reason": context.data["reason"]}
    return [
        *to_managers(context, "invoice_not_drawn_manager", facts | reason),
        *to_seller(context, "invoice_not_drawn", invoice, facts),
    ]


def drawn(context: EventContext) -> str:
    """The document was made in the meantime."""
    return "The document has been made." if context.row(Invoice, "invoice_id").pdf_sha256 else ""


def to_payers(context: EventContext, template: str, invoice: Invoice, facts: Facts) -> list[MessageDraft]:
    """The practice's address for invoices when it has one, its managers otherwise."""
    address = invoice.buyer_copy["email"]
    if address:
        return [MessageDraft(template, by_email(invoice.buyer_copy["name"], address), facts)]
    return to_practice(context, template, invoice.practice, facts)


def to_seller(context: EventContext, template: str, invoice: Invoice, facts: Facts) -> list[MessageDraft]:
    """To the clinician, when the invoice is theirs."""
    if invoice.clinician_id is None:
        return []
    return to_person(template, context.work.get(Clinician, invoice.clinician_id).person, facts)


def invoice_facts(context: EventContext, invoice: Invoice) -> dict[str, Any]:
    """What the e-mail repeats from the document; the account itself is only on the document."""
    return {
        "number": invoice.number,
        "total": str(invoice.total),
        "due_on": formats.full_day(invoice.due_on) if invoice.due_on else "",
        "seller": invoice.seller_copy["name"],
        "place": invoice.buyer_copy["name"],
        "supplied_on": invoice_document.period(invoice) or formats.full_day(invoice.lines[0].supplied_on),
        "about": invoice_document.about(invoice),
        "link": context.links.page("invoices.show", invoice_id=invoice.id),
    }
