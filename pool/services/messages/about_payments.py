"""E-mails about late money and about books that do not agree."""

from pool import formats
from pool.lifecycle import UNPAID_INVOICE_STATES
from pool.models.clinician import Clinician
from pool.models.invoice import Invoice
from pool.services.messages.recipients import Facts, Letter, News, to_managers, to_person, to_practice


def reminded(news: News) -> list[Letter]:
    """The practice hears what is late; paid in the meantime, nothing is written."""
    invoice = news.row(Invoice, "invoice_id")
    if invoice.state not in UNPAID_INVOICE_STATES or invoice.due_on is None:
        return []
    facts = {
        "number": invoice.number,
        "seller": invoice.seller_copy["name"],
        "open": str(invoice.outstanding),
        "due_on": formats.full_day(invoice.due_on),
        "days": news.data["days"],
        "link": news.head.page("invoices.show", invoice_id=invoice.id),
    }
    return to_practice(news, "invoice_late", invoice.practice, facts)


def not_drawn(news: News) -> list[Letter]:
    """Managers and the seller hear that an invoice is owed but has no document; drawn in the meantime, nothing is written."""
    invoice = news.row(Invoice, "invoice_id")
    if invoice.pdf_sha256:
        return []
    facts = {
        "number": invoice.number,
        "seller": invoice.seller_copy["name"],
        "place": invoice.buyer_copy["name"],
        "total": str(invoice.total),
        "link": news.head.page("invoices.show", invoice_id=invoice.id),
    }
    reason = {"reason": news.data["reason"]}
    return [
        *to_managers(news, "invoice_not_drawn_manager", facts | reason),
        *to_seller(news, invoice, facts),
    ]


def to_seller(news: News, invoice: Invoice, facts: Facts) -> list[Letter]:
    """To the clinician whose invoice it is; a host's managers hear it anyway."""
    if invoice.clinician_id is None:
        return []
    return to_person("invoice_not_drawn", news.work.get(Clinician, invoice.clinician_id).person, facts)


def ledger_checked(news: News) -> list[Letter]:
    """Managers hear of books that do not agree with their documents, and of nothing else."""
    if not news.data["mistakes"]:
        return []
    facts = {"mistakes": news.data["mistakes"], "first": news.data["first"], "link": news.head.page("payments.index")}
    return to_managers(news, "ledger_wrong", facts)
