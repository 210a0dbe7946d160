"""Tables to download: invoice lines for accounting, hours for the host's payroll, payments for a practice's bank.

The files are written before they are sent, to disk when they are long, so that no transaction waits for a slow line.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from flask import Blueprint, g, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from pool import clock
from pool.documents.csv_file import Cell, csv_file
from pool.doors import rate_limits
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Invalid
from pool.models.practice import Organisation, Practice
from pool.money import total
from pool.permissions import PRACTICE
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.schemas.exports import ExportDays, ExportLines, PayBy
from pool.services.payments import accounting_export, payment_lists, payroll_export
from pool.services.payments.accounting_export import Period
from pool.unit_of_work import UnitOfWork

bp = Blueprint("exports", __name__, url_prefix="/exports")

CSV = "text/csv; charset=utf-8"
TABLES = {
    "export.invoices": (
        "exports.invoice_lines",
        "Invoice lines",
        "Every line of the invoices of a period, for accounting",
    ),
    "export.payments": ("exports.payments", "Payment list", "What is due, with account and reference, for your bank"),
    "export.payroll": (
        "exports.payroll_rows",
        "Payroll",
        "Hours and pay of people the host employs, holiday pay apart",
    ),
}
"""What there is to download, by the permission it needs: page, name, and what it is for."""


@bp.get("")
@allow("export.invoices")
def index() -> ResponseReturnValue:
    """What whoever asks may download."""
    return render(
        "payments/exports/index.html", tables=[table for action, table in TABLES.items() if g.actor.may(action)]
    )


@bp.get("/invoice-lines")
@allow("export.invoices")
def invoice_lines() -> ResponseReturnValue:
    """Choose the days, and for a pool manager the practice."""
    return lines_page(usual_period(), status=200)


def lines_page(form: Form, status: int) -> ResponseReturnValue:
    """The form of the invoice lines."""
    with reading() as work:
        return render("payments/exports/invoice_lines.html", status=status, form=form, practices=practices(work))


@bp.get("/invoice-lines/file")
@allow("export.invoices")
@rate_limits.download
def invoice_lines_file() -> ResponseReturnValue:
    """The file; a practice that is not theirs is not there."""
    form = forms.load(ExportLines, request.args)
    if form.errors:
        return lines_page(form, status=422)
    with reading() as work:
        rows = accounting_export.invoice_lines(work, Period(**form.data))
        return sent("invoice-lines", accounting_export.LINE_COLUMNS, rows, form)


@bp.get("/payroll")
@allow("export.payroll")
def payroll_rows() -> ResponseReturnValue:
    """Choose the days of work."""
    return render("payments/exports/payroll.html", form=usual_period())


@bp.post("/payroll")
@allow("export.payroll")
@rate_limits.download
def payroll_file() -> ResponseReturnValue:
    """The file; the audit trail says who took it."""
    form = forms.load(ExportDays, request.form)
    if form.errors:
        return render("payments/exports/payroll.html", status=422, form=form)
    with working() as work:
        return sent("payroll", payroll_export.COLUMNS, payroll_export.take(work, Period(**form.data)), form)


@bp.get("/payments")
@allow("export.payments")
def payments() -> ResponseReturnValue:
    """What is due: without account details, which only the file holds."""
    asked = not {"up_to", "up_to-day"}.isdisjoint(request.args)
    form = forms.load(PayBy, request.args) if asked else forms.blank(up_to=clock.today())
    return payments_page(form, status=422 if form.errors else 200)


def payments_page(form: Form, status: int) -> ResponseReturnValue:
    """The invoices that would be on the list, and the way to it."""
    up_to = form.data.get("up_to", clock.today())
    with reading() as work:
        due = [] if form.errors else payment_lists.due(work, own_practice(), up_to)
        return render(
            "payments/exports/payments.html",
            status=status,
            form=form,
            due=due,
            up_to=up_to,
            sum_of=total([invoice.outstanding for invoice in due]),
        )


@bp.post("/payments")
@allow("export.payments")
@rate_limits.download
def payments_file() -> ResponseReturnValue:
    """The file with account details; the audit trail says who took it."""
    form = forms.load(PayBy, request.form)
    if form.errors:
        return payments_page(form, status=422)
    try:
        with working() as work:
            rows = payment_lists.take(work, own_practice(), form.data["up_to"])
            return sent("payments", payment_lists.COLUMNS, rows, form)
    except Invalid as nothing:
        return payments_page(forms.refused(forms.blank(up_to=form.data["up_to"]), nothing), status=422)


def own_practice() -> UUID:
    """The practice of whoever asks; only a practice pays. Raises NotAllowed for any other role."""
    g.actor.only(PRACTICE)
    practice_id: UUID = g.actor.practice_id
    return practice_id


def practices(work: UnitOfWork) -> list[tuple[UUID, str]]:
    """The practices to choose from, for somebody who sees more than one."""
    found = work.all(select(Practice).join(Organisation).order_by(Organisation.name))
    return [(practice.id, practice.name) for practice in found] if len(found) > 1 else []


def usual_period() -> Form:
    """Last month, to be changed."""
    period = accounting_export.last_month(clock.today())
    return forms.blank(first=period.first, last=period.last)


def sent(name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]], form: Form) -> ResponseReturnValue:
    """The table as a file that is named after its days; neither the browser nor a proxy keeps a copy."""
    days = [form.data[day].isoformat() for day in ("first", "last", "up_to") if day in form.data]
    file_name = f"{'-'.join([name, *days])}.csv"
    answer = send_file(csv_file(columns, rows), mimetype=CSV, as_attachment=True, download_name=file_name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
