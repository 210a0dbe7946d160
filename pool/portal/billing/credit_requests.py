"""Credit notes: asked for by one person with a reason, decided by another (docs/billing.md)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Conflict, Invalid, NotAllowed
from pool.models.credit_request import CreditRequest
from pool.models.invoice import Invoice, InvoiceLine
from pool.money import Money
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.schemas.credit_requests import AnswerCredit, ask_credit
from pool.services.billing import credit_notes
from pool.services.pension.pension_contribution import contribution_line
from pool.unit_of_work import UnitOfWork

bp = Blueprint("credit_requests", __name__)


@bp.get("/credit-requests")
@allow("credit.see")
def index() -> ResponseReturnValue:
    """What was asked for and what became of it."""
    with reading() as work:
        rows = [(asked, sum(sums_of(work, asked), start=Money(0))) for asked in credit_notes.all_requests(work)]
        return render("billing/credit_requests/index.html", rows=rows, me=g.actor.person_id)


@bp.get("/invoices/<uuid:invoice_id>/credit")
@allow("credit.ask")
def ask(invoice_id: UUID) -> ResponseReturnValue:
    """Which lines, how much and why; filled in for all of the invoice."""
    with reading() as work:
        left = credit_notes.fees_left(work, work.get(Invoice, invoice_id))
        form = forms.blank(**{box(line_id): amount for line_id, amount in left.items()})
    return ask_page(invoice_id, form, status=200)


def box(line_id: UUID) -> str:
    """The name of a line's amount in the form."""
    return f"line-{line_id}"


def ask_page(invoice_id: UUID, form: Form, status: int) -> ResponseReturnValue:
    """The form with the lines and what is left of each."""
    with reading() as work:
        invoice = work.get(Invoice, invoice_id)
        left = credit_notes.fees_left(work, invoice)
        lines = [
            (line, box(line.id), left[line.id]) for line in invoice.lines if line.id in left and left[line.id].pence
        ]
        return render(
            "billing/credit_requests/ask.html",
            status=status,
            form=form,
            invoice=invoice,
            lines=lines,
            waiting=credit_notes.waiting_for(work, invoice_id),
            contribution=contribution_line(invoice),
        )


@bp.post("/invoices/<uuid:invoice_id>/credit")
@allow("credit.ask")
def send(invoice_id: UUID) -> ResponseReturnValue:
    """Ask; nothing changes before another person has agreed."""
    form = forms.load(schema_of(invoice_id), request.form)
    try:
        if not form.errors:
            with working() as work:
                credit_notes.ask(work, invoice_id, **asked(form))
    except Invalid as wrong:
        form = forms.refused(form, wrong)
    except Conflict as conflict:
        form = forms.conflicting(form, conflict)
    if form.errors:
        return ask_page(invoice_id, form, status=422)
    flash("Asked for. A pool manager who is not you decides.", "success")
    return redirect(url_for("invoices.show", invoice_id=invoice_id), 303)


def schema_of(invoice_id: UUID) -> type[Schema]:
    """The form's schema: one amount for each line of this invoice."""
    with reading() as work:
        invoice = work.get(Invoice, invoice_id)
        left = credit_notes.fees_left(work, invoice)
        return ask_credit([(box(line.id), line.position) for line in invoice.lines if line.id in left])


def asked(form: Form) -> dict[str, Any]:
    """The clean form as the use case wants it."""
    amounts = {UUID(name.removeprefix("line-")): value for name, value in form.data.items() if name.startswith("line-")}
    return {"reason": form.data["reason"], "rebill": form.data["rebill"], "amounts": amounts}


@bp.get("/credit-requests/<uuid:request_id>")
@allow("credit.see")
def show(request_id: UUID) -> ResponseReturnValue:
    """What is asked for, line by line, and the answer or the two buttons."""
    return show_page(request_id, forms.blank(), status=200)


def show_page(request_id: UUID, form: Form, status: int) -> ResponseReturnValue:
    """One request; only another pool manager sees the buttons."""
    with reading() as work:
        asked_for = work.get(CreditRequest, request_id)
        is_open, mine = asked_for.state == "asked", asked_for.asked_by_id == g.actor.person_id
        net, vat = sums_of(work, asked_for)
        return render(
            "billing/credit_requests/show.html",
            status=status,
            form=form,
            asked=asked_for,
            amount=net + vat,
            vat=vat,
            lines=lines_asked(work, asked_for),
            may_decide=is_open and not mine and g.actor.may("credit.decide"),
            may_withdraw=is_open and mine,
            waits_for_another=is_open and mine,
        )


def sums_of(work: UnitOfWork, asked_for: CreditRequest) -> tuple[Money, Money]:
    """Net and VAT of the credit note: of the issued one, or as it would be issued now."""
    if asked_for.credit_note is not None:
        return asked_for.credit_note.net_total, asked_for.credit_note.vat_total
    return credit_notes.sums_of(work, asked_for.invoice, credit_notes.wanted_of(asked_for))


def lines_asked(work: UnitOfWork, asked_for: CreditRequest) -> list[tuple[InvoiceLine, Money]]:
    """The lines with what is to be credited of each."""
    wanted = credit_notes.wanted_of(asked_for)
    return [(line, wanted[line.id]) for line in asked_for.invoice.lines if line.id in wanted]


@bp.post("/credit-requests/<uuid:request_id>/approve")
@allow("credit.decide")
def approve(request_id: UUID) -> ResponseReturnValue:
    """Issue the credit note."""
    try:
        with working() as work:
            note = credit_notes.approve(work, request_id)
            note_id, number = note.id, note.number
    except (Invalid, NotAllowed) as refused:
        return show_page(request_id, forms.blank()._replace(errors={forms.WHOLE_INPUT: str(refused)}), status=422)
    flash(f"Credit note {number} is issued. Both sides are told.", "success")
    return redirect(url_for("invoices.show", invoice_id=note_id), 303)


@bp.post("/credit-requests/<uuid:request_id>/refuse")
@allow("credit.decide")
def refuse(request_id: UUID) -> ResponseReturnValue:
    """Say no, and why."""
    form = forms.load(AnswerCredit, request.form)
    try:
        if not form.errors:
            with working() as work:
                credit_notes.refuse(work, request_id, form.data["answer"])
    except (Invalid, NotAllowed) as refused:
        form = form._replace(errors={forms.WHOLE_INPUT: str(refused)})
    if form.errors:
        return show_page(request_id, form, status=422)
    flash("Refused. Whoever asked is told why.", "success")
    return redirect(url_for("credit_requests.index"), 303)


@bp.post("/credit-requests/<uuid:request_id>/withdraw")
@allow("credit.ask")
def withdraw(request_id: UUID) -> ResponseReturnValue:
    """Take back what one asked for oneself."""
    try:
        with working() as work:
            credit_notes.withdraw(work, request_id)
    except NotAllowed as refused:
        return show_page(request_id, forms.blank()._replace(errors={forms.WHOLE_INPUT: str(refused)}), status=403)
    flash("Taken back. Nothing is credited.", "success")
    return redirect(url_for("credit_requests.show", request_id=request_id), 303)
