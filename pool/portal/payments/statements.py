"""Statements of account of a practice or a clinician: a page, a PDF and a table for spreadsheets."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, g, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from pool import clock
from pool.documents.csv_file import csv_file
from pool.documents.statement import statement_pdf
from pool.doors import rate_limits
from pool.doors.access import allow
from pool.doors.transactions import reading
from pool.errors import NotFound
from pool.models.clinician import Clinician
from pool.models.person import Person
from pool.models.practice import Organisation, Practice
from pool.permissions import MANAGER
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.schemas.statements import StatementOf
from pool.services.payments import statement_document, statements
from pool.services.payments.statements import Account, Statement
from pool.unit_of_work import UnitOfWork

bp = Blueprint("statements", __name__, url_prefix="/statements")

PDF, CSV = "application/pdf", "text/csv; charset=utf-8"


@bp.get("")
@allow("payment.see")
def index() -> ResponseReturnValue:
    """The statement of the chosen days; a pool manager chooses whose first."""
    form = asked()
    with reading() as work:
        found = None if form.errors or not whose_is_clear(form) else found_by(work, form)
        return render(
            "payments/statements/index.html",
            status=422 if form.errors else 200,
            form=form,
            found=found,
            choices=choices(work),
            query=request.query_string.decode(),
        )


def asked() -> Form:
    """What the address asks for; the last three months when it says nothing."""
    if "first-day" in request.args or "first" in request.args:
        return forms.load(StatementOf, request.args)
    first, last = statements.usual_period(clock.today())
    form = forms.blank(first=first, last=last, whose=request.args.get("whose", ""))
    return form._replace(data={"first": first, "last": last, "whose": request.args.get("whose", "")})


def whose_is_clear(form: Form) -> bool:
    """Everybody but a manager has one account of their own."""
    return g.actor.role != MANAGER or bool(form.data["whose"])


def found_by(work: UnitOfWork, form: Form) -> Statement:
    """The statement; NotFound for a practice or clinician that is not there."""
    account = account_of(form.data["whose"]) if g.actor.role == MANAGER else Account()
    return statements.statement(work, account, form.data["first"], form.data["last"])


def account_of(whose: str) -> Account:
    """practice:<id> or clinician:<id>."""
    kind, _, row_id = whose.partition(":")
    try:
        return Account(**{f"{kind}_id": UUID(row_id)})
    except (TypeError, ValueError) as nobody:
        raise NotFound() from nobody


def choices(work: UnitOfWork) -> list[tuple[str, str]]:
    """The practices and clinicians of a manager's pool."""
    if g.actor.role != MANAGER:
        return []
    practices = work.all(select(Practice).join(Organisation).order_by(Organisation.name))
    clinicians = work.all(select(Clinician).join(Person, Person.id == Clinician.person_id).order_by(Person.name))
    return [(f"practice:{practice.id}", practice.name) for practice in practices] + [
        (f"clinician:{clinician.id}", clinician.name) for clinician in clinicians
    ]


@bp.get("/pdf")
@allow("payment.see")
@rate_limits.download
def pdf() -> ResponseReturnValue:
    """The statement on paper."""
    with reading() as work:
        facts: dict[str, Any] = statement_document.facts_of(work, clear_statement(work))
    answer = send_file(
        BytesIO(statement_pdf(facts)), mimetype=PDF, as_attachment=True, download_name=f"{facts['file_name']}.pdf"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/csv")
@allow("payment.see")
@rate_limits.download
def table() -> ResponseReturnValue:
    """The statement for a spreadsheet."""
    with reading() as work:
        found = clear_statement(work)
        name = statement_document.file_name(found)
        file = csv_file(statements.COLUMNS, statements.table(found))
    answer = send_file(file, mimetype=CSV, as_attachment=True, download_name=f"{name}.csv")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def clear_statement(work: UnitOfWork) -> Statement:
    """The statement that a file is made of; NotFound when it does not say whose or for which days."""
    form = asked()
    if form.errors or not whose_is_clear(form):
        raise NotFound("Choose the days and whose statement it is, then download it.")
    return found_by(work, form)
