"""Payments: recorded for an invoice, put on another one, sent back, undone."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool import clock
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Invalid
from pool.models.invoice import Invoice
from pool.models.payment import Payment
from pool.portal.web import forms, paging
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.schemas.payments import PutCreditOn, RecordPayment, UndoPayment
from pool.services.payments import payment_pages, payments

bp = Blueprint("payments", __name__, url_prefix="/payments")


@bp.get("")
@allow("payment.see")
def index() -> ResponseReturnValue:
    """All payments, newest first, and those of which something stands on no invoice."""
    with reading() as work:
        page = paging.page_asked(payment_pages.count(work))
        credit_page = paging.page_asked(payment_pages.count_with_credit(work), name="page-credits")
        return render(
            "payments/index.html",
            rows=payment_pages.recent(work, offset=page.offset, size=page.size),
            page=page,
            credits=payment_pages.with_credit(work, offset=credit_page.offset, size=credit_page.size),
            credit_page=credit_page,
        )


@bp.get("/for/<uuid:invoice_id>")
@allow("invoice.pay")
def ask(invoice_id: UUID) -> ResponseReturnValue:
    """How much was paid, and when? Filled in with all that is left, today."""
    with reading() as work:
        invoice = work.get(Invoice, invoice_id)
        form = forms.blank(amount=invoice.outstanding, on=clock.today(), reference=invoice.number)
    return ask_page(invoice_id, form, status=200)


def ask_page(invoice_id: UUID, form: Form, status: int) -> ResponseReturnValue:
    """The question with what is open."""
    with reading() as work:
        return render("payments/new.html", status=status, form=form, invoice=work.get(Invoice, invoice_id))


@bp.post("/for/<uuid:invoice_id>")
@allow("invoice.pay")
def record(invoice_id: UUID) -> ResponseReturnValue:
    """Record a payment; the clinician is told once the invoice is paid."""
    form = forms.load(RecordPayment, request.form)
    if form.errors:
        return ask_page(invoice_id, form, status=422)
    try:
        with working() as work:
            payment = payments.pay_invoice(work, invoice_id, form.data["paid"], another=form.data["another"])
            left = payments.unallocated(work, payment)
            payment_id, amount = payment.id, payment.amount
    except Invalid as wrong:
        return ask_page(invoice_id, forms.refused(form, wrong), status=422)
    if left.pence:
        flash(
            f"{amount} is recorded. {left} was paid too much: put it on another invoice or record that it was sent back."
        )
        return redirect(url_for("payments.show", payment_id=payment_id), 303)
    flash(f"A payment of {amount} is recorded.", "success")
    return redirect(url_for("invoices.show", invoice_id=invoice_id), 303)


@bp.get("/<uuid:payment_id>")
@allow("payment.see")
def show(payment_id: UUID) -> ResponseReturnValue:
    """One payment: where it stands, and what can be done about it."""
    return show_page(payment_id, forms.blank(on=clock.today()), status=200)


def show_page(payment_id: UUID, form: Form, status: int) -> ResponseReturnValue:
    """The payment with its forms; `form` is the one that sends money back."""
    with reading() as work:
        shown = payment_pages.shown(work, work.get(Payment, payment_id))
        choices = [
            (str(invoice.id), f"{invoice.number}, {invoice.outstanding} to pay")
            for invoice in payment_pages.open_invoices(work, shown.payment)
        ]
        may = g.actor.may("invoice.pay")
        return render("payments/show.html", status=status, shown=shown, form=form, choices=choices, may_change=may)


@bp.post("/<uuid:payment_id>/put-on")
@allow("invoice.pay")
def put_on(payment_id: UUID) -> ResponseReturnValue:
    """Put what is left of it on another invoice."""
    form = forms.load(PutCreditOn, request.form)
    if form.errors:
        return show_page(payment_id, form, status=422)
    with working() as work:
        amount = payments.put_credit_on(work, payment_id, form.data["invoice"])
    flash(f"{amount} was put on the invoice.", "success")
    return redirect(url_for("payments.show", payment_id=payment_id), 303)


@bp.post("/<uuid:payment_id>/refund")
@allow("invoice.pay")
def refund(payment_id: UUID) -> ResponseReturnValue:
    """Record that money was sent back to the practice."""
    form = forms.load(RecordPayment, request.form)
    if form.errors:
        return show_page(payment_id, form, status=422)
    try:
        with working() as work:
            back = payments.refund(work, payment_id, form.data["paid"]).amount
    except Invalid as wrong:
        return show_page(payment_id, forms.refused(form, wrong), status=422)
    flash(f"It is recorded that {back} was sent back.", "success")
    return redirect(url_for("payments.show", payment_id=payment_id), 303)


@bp.post("/over/<uuid:invoice_id>")
@allow("invoice.pay")
def free(invoice_id: UUID) -> ResponseReturnValue:
    """After a credit note: what was paid too much is taken off the invoice."""
    with working() as work:
        amount = payments.free_overpaid(work, invoice_id)
        payment_id = payments.newest_first(work, work.get(Invoice, invoice_id))[0].id
    flash(f"{amount} stands on no invoice now. Put it on another one or record that it was sent back.", "success")
    return redirect(url_for("payments.show", payment_id=payment_id), 303)


@bp.get("/<uuid:payment_id>/undo")
@allow("invoice.pay")
def ask_undo(payment_id: UUID) -> ResponseReturnValue:
    """Are you sure, and why?"""
    return undo_page(payment_id, forms.blank(), status=200)


def undo_page(payment_id: UUID, form: Form, status: int) -> ResponseReturnValue:
    """The question with what will happen."""
    with reading() as work:
        shown = payment_pages.shown(work, work.get(Payment, payment_id))
        return render("payments/undo.html", status=status, shown=shown, form=form)


@bp.post("/<uuid:payment_id>/undo")
@allow("invoice.pay")
def undo(payment_id: UUID) -> ResponseReturnValue:
    """Take a payment back that was recorded by mistake."""
    form = forms.load(UndoPayment, request.form)
    if form.errors:
        return undo_page(payment_id, form, status=422)
    with working() as work:
        amount = payments.undo(work, payment_id, form.data["reason"]).amount
    flash(f"The payment of {amount} is undone. It stays in the list with your reason.", "success")
    return redirect(url_for("payments.show", payment_id=payment_id), 303)
