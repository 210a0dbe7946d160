"""Who is told about late money and about books that do not agree."""

from pool import formats
from pool.models.invoice import Invoice
from pool.services.messages.event_context import EventContext
from pool.services.messages.recipients import MessageDraft, to_managers, to_practice


def reminded(context: EventContext) -> list[MessageDraft]:
    """The practice hears which invoice is late."""
    invoice = context.row(Invoice, "invoice_id")
    facts = {
        "number": invoice.number,
        "seller": invoice.seller_copy["name"],
        "open": str(invoice.outstanding),
        "due_on": formats.full_day(invoice.due_on) if invoice.due_on else "",
        "days": context.data["days"],
        "link": context.links.page("invoices.show", invoice_id=invoice.id),
    }
    return to_practice(context, "invoice_late", invoice.practice, facts)


def ledger_checked(context: EventContext) -> list[MessageDraft]:
    """Managers hear of books that do not agree with their documents."""
    facts = {
        "mistakes": context.data["mistakes"],
        "first": context.data["first"],
        "link": context.links.page("payments.index"),
    }
    return to_managers(context, "ledger_wrong", facts)


def books_agree(context: EventContext) -> str:
    """This check found no mistake, or a later one has looked again and tells what it found."""
    if not context.data["mistakes"]:
        return "The books agree."
    return "" if context.is_newest("pool_id") else "A later check has looked again."
