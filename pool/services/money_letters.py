"""E-mails about late money and about books that do not agree."""

from pool import formats
from pool.lifecycle import UNPAID_INVOICE_STATES
from pool.models.invoice import Invoice
from pool.services.letters import Letter, News, to_managers, to_practice


def reminded(news: News) -> list[Letter]:
    """The practice hears what is late; paid in the meantime, nothing is written."""
    invoice = news.row(Invoice, "invoice_id")
    if invoice.state not in UNPAID_INVOICE_STATES or invoice.due_on is None:
        return []
    facts = {
        "number": invoice.number, "seller": invoice.seller_copy["name"], "open": str(invoice.outstanding),
        "due_on": formats.full_day(invoice.due_on), "days": news.data["days"],
        "link": news.head.page("invoices.show", invoice_id=invoice.id),
    }  # fmt: skip
    return to_practice(news, "invoice_late", invoice.practice, facts)


def ledger_checked(news: News) -> list[Letter]:
    """Managers hear of books that do not agree with their documents, and of nothing else."""
    if not news.data["mistakes"]:
        return []
    facts = {"mistakes": news.data["mistakes"], "first": news.data["first"], "link": news.head.page("payments.index")}
    return to_managers(news, "ledger_wrong", facts)
