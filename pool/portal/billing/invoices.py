"""Invoices: what each role may see of them, the document. Paying is in payments.py."""

import re
from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, g, request, send_file
from flask.typing import ResponseReturnValue

from pool import clock, formats
from pool.doors.access import allow
from pool.doors.transactions import reading
from pool.models.invoice import Invoice
from pool.permissions import CLINICIAN, MANAGER, PRACTICE
from pool.portal.web import forms, paging
from pool.portal.web.render import render
from pool.services.billing import credit_notes, e_invoice, invoice_document, invoice_lists, invoicing, issuing
from pool.services.billing.invoice_lists import FILTERS, Search
from pool.services.payments import late_payment, payment_pages, reminders
from pool.unit_of_work import UnitOfWork

bp = Blueprint("invoices", __name__, url_prefix="/invoices")

PDF = "application/pdf"
XML = "application/xml"

DETAILS_PAGE = {CLINICIAN: "sellers.edit_own", MANAGER: "sellers.edit_host"}
"""Where a role gives the payment details of its invoices."""

REMEDIES = {
    (CLINICIAN, "clinician"): ("Add the payment details", "sellers.edit_own"),
    (MANAGER, "host"): ("Add the payment details of the host", "sellers.edit_host"),
    (MANAGER, "platform"): ("Add the payment details of the platform", "sellers.edit_platform"),
}
"""What a role can do about charges of a kind of seller that wait."""

PERIOD = re.compile(r"\d{4}(-\d{2})?", re.ASCII)
"""A year or a month."""

COLUMNS = {
    PRACTICE: ["Number", "From", "Work of", "Amount", "Pay by", "State"],
    CLINICIAN: ["Number", "To", "Work of", "Amount", "Pay by", "State"],
    MANAGER: ["Number", "From", "To", "Work of", "Amount", "Pay by", "State"],
}


@bp.get("")
@allow("invoice.see")
def index() -> ResponseReturnValue:
    """The invoices that concern whoever asks, newest first, with what they come to."""
    search = asked()
    with reading() as work:
        today = clock.london_date(work.now)
        totals = invoice_lists.totals(work, search, today=today)
        page = paging.page_asked(totals.count)
        return render(
            "billing/invoices/index.html",
            rows=invoice_lists.found(work, search, today=today, offset=page.offset, size=page.size),
            totals=totals,
            page=page,
            today=today,
            search=search,
            columns=COLUMNS[g.actor.role],
            filters=list(FILTERS.items()),
            form=forms.blank(q=search.words, state=search.show, when=search.when),
            periods=periods(invoice_lists.months(work)),
            worked_on=worked_on,
            asked_credits=credit_notes.how_many_asked(work),
            held_up=invoicing.held_up(work),
            details_page=DETAILS_PAGE.get(g.actor.role, ""),
            remedy=remedy,
        )


def remedy(waiting: invoicing.HeldUp) -> tuple[str, str]:
    """The words and the endpoint of the page where whoever asks can help; nothing when it is for others."""
    if g.actor.is_practice and waiting.needs_order_number:
        return "Add the order number", "practice_settings.own"
    return REMEDIES.get((g.actor.role, waiting.seller_kind), ("", ""))


def worked_on(invoice: Invoice) -> str:
    """The day of the work, or the first of several."""
    first, last = invoice.period_from, invoice.period_to
    if first is None or last is None:
        return formats.full_day(invoice.lines[0].supplied_on)
    return formats.full_day(first) if first == last else f"{formats.day(first)} to {formats.full_day(last)}"


def asked() -> Search:
    """What the address asks for; a state that does not exist asks for all."""
    show = request.args.get("state", "")
    when = request.args.get("when", "")
    return Search(
        show if show in FILTERS else "", request.args.get("q", "").strip()[:100], when if PERIOD.fullmatch(when) else ""
    )


def periods(months: list[str]) -> list[tuple[str, str]]:
    """Each year with invoices, and its months below it, newest first."""
    choices: dict[str, str] = {}
    for month in months:
        first = date.fromisoformat(f"{month}-01")
        choices.setdefault(month[:4], f"All of {month[:4]}")
        choices[month] = f"{first:%B %Y}"
    return list(choices.items())


@bp.get("/<uuid:invoice_id>")
@allow("invoice.see")
def show(invoice_id: UUID) -> ResponseReturnValue:
    """One invoice with its lines, the working of each, and how it is paid."""
    with reading() as work:
        invoice = work.get(Invoice, invoice_id)
        return render(
            "billing/invoices/show.html",
            invoice=invoice,
            document=invoice_document.facts_of(invoice),
            paid=payment_pages.of_invoice(work, invoice),
            may_record=g.actor.may("invoice.pay"),
            reminded=reminders.of_invoice(work, invoice.id),
            may_claim=may_claim(work, invoice),
            drawing_failed=not invoice.pdf_sha256 and issuing.drawing_failed(work, invoice.id),
            today=clock.london_date(work.now),
            related=invoice_lists.related(work, invoice),
            **allowed(work, invoice),
        )


def may_claim(work: UnitOfWork, invoice: Invoice) -> bool:
    """Was it paid late, and may whoever looks claim for that?"""
    return g.actor.may("late_payment.claim") and not late_payment.standing(work, invoice.id).obstacle


def allowed(work: UnitOfWork, invoice: Invoice) -> dict[str, Any]:
    """What may be done with an invoice now."""
    to_pay = invoice.state in invoice_lists.UNPAID and not invoice.is_credit
    may_credit = not invoice.is_credit and invoice.state != "credited" and g.actor.may("credit.ask")
    return {
        "to_pay": to_pay,
        "may_pay": to_pay and g.actor.may("invoice.pay"),
        "may_credit": may_credit,
        "waiting": credit_notes.waiting_for(work, invoice.id) if may_credit else None,
    }


@bp.get("/<uuid:invoice_id>/document")
@allow("invoice.see")
def document(invoice_id: UUID) -> ResponseReturnValue:
    """The PDF as it was issued, shown in the browser; `?save=1` asks for a file."""
    with reading() as work:
        pdf = BytesIO(issuing.document_bytes(work, invoice_id))
        name = f"Invoice-{work.get(Invoice, invoice_id).number}.pdf"
    return send_file(pdf, mimetype=PDF, download_name=name, as_attachment="save" in request.args)


@bp.get("/<uuid:invoice_id>/ubl")
@allow("invoice.see")
def electronic(invoice_id: UUID) -> ResponseReturnValue:
    """The same invoice as UBL, a file for accounting software."""
    with reading() as work:
        xml = BytesIO(e_invoice.ubl_bytes(work, invoice_id))
        name = f"{work.get(Invoice, invoice_id).number}.xml"
    return send_file(xml, mimetype=XML, download_name=name, as_attachment=True)
