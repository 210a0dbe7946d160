"""Invoices: what each role may see of them, the document, and marking one as paid."""

from io import BytesIO
from uuid import UUID

from flask import Blueprint, flash, g, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from pool import clock
from pool.errors import Invalid
from pool.models.invoice import Invoice
from pool.permissions import CLINICIAN, MANAGER, PRACTICE
from pool.portal import forms, paging
from pool.portal.access import allow
from pool.portal.doors import reading, working
from pool.portal.forms import Form
from pool.portal.render import render
from pool.schemas.invoices import PayInvoice
from pool.services import billing, e_invoice, invoice_document, invoice_lists, invoices
from pool.services.invoice_lists import FILTERS, Search

bp = Blueprint("invoices", __name__, url_prefix="/invoices")

PDF = "application/pdf"
XML = "application/xml"

DETAILS_PAGE = {CLINICIAN: "sellers.edit_own", MANAGER: "sellers.edit_host", PRACTICE: "practice_settings.own"}
DETAILS_WORDS = {PRACTICE: "practice settings"}
"""Where a role gives what its invoices need, payment details unless said otherwise."""

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
            "invoices/index.html", rows=invoice_lists.found(work, search, today=today, offset=page.offset, size=page.size),
            totals=totals, page=page, today=today, search=search, columns=COLUMNS[g.actor.role],
            filters=list(FILTERS.items()), form=forms.blank(q=search.words, state=search.show),
            held_up=billing.held_up(work), details_page=DETAILS_PAGE.get(g.actor.role, ""),
            details_words=DETAILS_WORDS.get(g.actor.role, "payment details"),
        )  # fmt: skip


def asked() -> Search:
    """What the address asks for; a state that does not exist asks for all."""
    show = request.args.get("state", "")
    return Search(show if show in FILTERS else "", request.args.get("q", "").strip()[:100])


@bp.get("/<uuid:invoice_id>")
@allow("invoice.see")
def show(invoice_id: UUID) -> ResponseReturnValue:
    """One invoice with its lines, the working of each, and how it is paid."""
    with reading() as work:
        invoice = work.get(Invoice, invoice_id)
        return render(
            "invoices/show.html", invoice=invoice, document=invoice_document.facts_of(invoice),
            today=clock.london_date(work.now), may_pay=invoice.state in invoice_lists.UNPAID and g.actor.may("invoice.pay"),
        )  # fmt: skip


@bp.get("/<uuid:invoice_id>/document")
@allow("invoice.see")
def document(invoice_id: UUID) -> ResponseReturnValue:
    """The PDF as it was issued, shown in the browser; `?save=1` asks for a file."""
    with reading() as work:
        pdf = BytesIO(invoices.document_bytes(work, invoice_id))
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


@bp.get("/<uuid:invoice_id>/pay")
@allow("invoice.pay")
def ask_settle(invoice_id: UUID) -> ResponseReturnValue:
    """Has the money arrived, and when?"""
    return settle_page(invoice_id, forms.blank(on=clock.today()), status=200)


def settle_page(invoice_id: UUID, form: Form, status: int) -> ResponseReturnValue:
    """The question with what will happen."""
    with reading() as work:
        return render("invoices/settle.html", status=status, form=form, invoice=work.get(Invoice, invoice_id))


@bp.post("/<uuid:invoice_id>/pay")
@allow("invoice.pay")
def settle(invoice_id: UUID) -> ResponseReturnValue:
    """Mark as paid in full; the clinician is told."""
    form = forms.load(PayInvoice, request.form)
    if form.errors:
        return settle_page(invoice_id, form, status=422)
    try:
        with working() as work:
            number = invoices.settle(work, invoice_id, form.data["on"]).number
    except Invalid as wrong:
        return settle_page(invoice_id, forms.refused(form, wrong), status=422)
    flash(f"Invoice {number} is marked as paid.", "success")
    return redirect(url_for("invoices.show", invoice_id=invoice_id), 303)
