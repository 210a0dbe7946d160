"""Bank files: uploaded, their report, and the lines that wait for a person."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool.errors import Conflict, Invalid
from pool.models.bank import BankImport, BankLine
from pool.portal import forms, paging
from pool.portal.access import allow
from pool.portal.doors import reading, working
from pool.portal.forms import Form
from pool.portal.render import render
from pool.schemas.bank_files import AllocateLine, PutLineAside
from pool.services import bank_imports, bank_lines

bp = Blueprint("bank_files", __name__, url_prefix="/bank-files")

NO_FILE = "Choose the CSV file from your bank"


@bp.get("")
@allow("payment.import")
def index() -> ResponseReturnValue:
    """Upload a file; the lines to look at; the files of before."""
    return index_page([], status=200)


def index_page(mistakes: list[str], status: int) -> ResponseReturnValue:
    """The page with everything that is wrong with the file that was chosen."""
    with reading() as work:
        page = paging.page_asked(bank_lines.count_imports(work))
        form = forms.blank()._replace(errors={"file": mistakes[0]} if mistakes else {})
        return render(
            "bank_files/index.html", status=status, form=form, mistakes=mistakes, waiting=bank_lines.waiting(work),
            imports=bank_lines.imports(work, offset=page.offset, size=page.size), page=page,
        )  # fmt: skip


@bp.post("")
@allow("payment.import")
def upload() -> ResponseReturnValue:
    """Import a file, all of it or nothing; every mistake comes back with its row and column."""
    chosen = request.files.get("file")
    if chosen is None or not chosen.filename:
        return index_page([NO_FILE], status=422)
    try:
        with working() as work:
            import_id = bank_imports.upload(work, chosen.filename, chosen.read()).id
    except Invalid as wrong:
        return index_page(wrong.fields.get("file", [str(wrong)]), status=422)
    except Conflict as known:
        return index_page([str(known)], status=409)
    return redirect(url_for("bank_files.show", import_id=import_id), 303)


@bp.get("/<uuid:import_id>")
@allow("payment.import")
def show(import_id: UUID) -> ResponseReturnValue:
    """What became of the lines of a file."""
    with reading() as work:
        found = work.get(BankImport, import_id)
        return render("bank_files/show.html", found=found, lines=found.lines)


@bp.get("/lines/<uuid:line_id>")
@allow("payment.import")
def line(line_id: UUID) -> ResponseReturnValue:
    """One line: which invoices does it pay?"""
    return line_page(line_id, forms.blank(q=request.args.get("q", "")), status=200)


def line_page(line_id: UUID, form: Form, status: int) -> ResponseReturnValue:
    """The line with invoices to choose from; the proposed ones are ticked."""
    with reading() as work:
        row = work.get(BankLine, line_id)
        words = request.args.get("q", "").strip()[:100]
        ticked = form.values("invoices") or [str(each.id) for each in bank_lines.proposed(work, row)]
        asked = form._replace(typed={**form.typed, "invoices": ticked, "q": words})
        found = bank_lines.choices(work, row, words) if row.state in bank_lines.WAITING else []
        return render(
            "bank_files/line.html", status=status, line=row, form=asked, found=found, payments=bank_lines.payments_of(work, row),
            searching=bool(words),
        )  # fmt: skip


@bp.post("/lines/<uuid:line_id>")
@allow("payment.import")
def allocate(line_id: UUID) -> ResponseReturnValue:
    """Put the line on the chosen invoices."""
    form = forms.load(AllocateLine, request.form)
    if form.errors:
        return line_page(line_id, form, status=422)
    try:
        with working() as work:
            payment_id = bank_lines.allocate(work, line_id, form.data["invoices"]).id
    except Invalid as wrong:
        return line_page(line_id, forms.refused(form, wrong), status=422)
    flash("The payment is recorded.", "success")
    return redirect(url_for("payments.show", payment_id=payment_id), 303)


@bp.post("/lines/<uuid:line_id>/put-aside")
@allow("payment.import")
def put_aside(line_id: UUID) -> ResponseReturnValue:
    """The line pays no invoice."""
    form = forms.load(PutLineAside, request.form)
    if form.errors:
        return line_page(line_id, form, status=422)
    with working() as work:
        bank_lines.put_aside(work, line_id, form.data["reason"])
    flash("The line is put aside. It stays in the list of its file.", "success")
    return redirect(url_for("bank_files.index"), 303)


@bp.post("/lines/<uuid:line_id>/take-up")
@allow("payment.import")
def take_up(line_id: UUID) -> ResponseReturnValue:
    """The line was put aside by mistake."""
    with working() as work:
        bank_lines.take_up(work, line_id)
    flash("The line waits for an answer again.", "success")
    return redirect(url_for("bank_files.line", line_id=line_id), 303)
