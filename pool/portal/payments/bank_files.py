"""Bank files: uploaded, their report, and the lines that wait for a person."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Conflict, Invalid
from pool.models.bank import BankImport, BankLine
from pool.portal.web import forms, paging
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.schemas.bank_files import AllocateLine, ChoosePayment, PutLineAside
from pool.services.payments import bank_doubles, bank_imports, bank_invoices, bank_lines, bank_returns

bp = Blueprint("bank_files", __name__, url_prefix="/bank-files")

NO_FILE = "Choose the file from your bank"


@bp.get("")
@allow("payment.import")
def index() -> ResponseReturnValue:
    """Upload a file; the lines to look at; the files of before."""
    return index_page([], status=200)


def index_page(mistakes: list[str], status: int) -> ResponseReturnValue:
    """The page with everything that is wrong with the file that was chosen."""
    with reading() as work:
        files = paging.page_asked(bank_lines.count_imports(work), name="page-files")
        page = paging.page_asked(bank_lines.count_waiting(work))
        form = forms.blank()._replace(errors={"file": mistakes[0]} if mistakes else {})
        return render(
            "payments/bank_files/index.html",
            status=status,
            form=form,
            mistakes=mistakes,
            page=page,
            files=files,
            waiting=bank_lines.waiting(work, offset=page.offset, size=page.size),
            imports=bank_lines.imports(work, offset=files.offset, size=files.size),
        )


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
        page = paging.page_asked(found.report["lines"])
        lines = bank_lines.of_file(work, found, offset=page.offset, size=page.size)
        return render("payments/bank_files/show.html", found=found, lines=lines, page=page)


@bp.get("/<uuid:import_id>/left-out")
@allow("payment.import")
def left_out(import_id: UUID) -> ResponseReturnValue:
    """The lines of a file that are no payment, each with its reason."""
    with reading() as work:
        found = work.get(BankImport, import_id)
        lines = found.report.get("left_out_lines", [])
        page = paging.page_asked(len(lines))
        shown = lines[page.offset : page.offset + page.size]
        return render("payments/bank_files/left_out.html", found=found, lines=shown, page=page)


@bp.get("/lines/<uuid:line_id>")
@allow("payment.import")
def line(line_id: UUID) -> ResponseReturnValue:
    """One line: which invoices does it pay?"""
    return line_page(line_id, forms.blank(q=request.args.get("q", "")), status=200)


def line_page(line_id: UUID, form: Form, status: int) -> ResponseReturnValue:
    """The line with what it may be: a recorded payment, or invoices to choose from. Proposed invoices are ticked; where the
    money may be recorded already, nothing is."""
    with reading() as work:
        row = work.get(BankLine, line_id)
        named = bank_invoices.named_in(work, row)
        same = bank_doubles.candidates(work, row, named)
        words = request.args.get("q", "").strip()[:100]
        proposed = [] if same else [str(invoice.id) for invoice in bank_lines.proposed(work, row)]
        asked = form._replace(typed={**form.typed, "invoices": form.values("invoices") or proposed, "q": words})
        waits = row.state in bank_lines.WAITING
        return render(
            "payments/bank_files/line.html",
            status=status,
            line=row,
            form=asked,
            searching=bool(words),
            same=same,
            waits=waits,
            found=bank_lines.choices(work, row, words) if waits and not row.goes_back else [],
            returned=bank_returns.candidates(work, row, named) if waits and row.goes_back else [],
            payments=bank_lines.payments_of(work, row),
        )


@bp.post("/lines/<uuid:line_id>")
@allow("payment.import")
def allocate(line_id: UUID) -> ResponseReturnValue:
    """Put the line on the chosen invoices."""
    form = forms.load(AllocateLine, request.form)
    if form.errors:
        return line_page(line_id, form, status=422)
    try:
        with working() as work:
            payment_id = bank_lines.allocate(
                work, line_id, form.data["invoices"], other_money=form.data["other_money"]
            ).id
    except Invalid as wrong:
        return line_page(line_id, forms.refused(form, wrong), status=422)
    flash("The payment is recorded.", "success")
    return redirect(url_for("payments.show", payment_id=payment_id), 303)


@bp.post("/lines/<uuid:line_id>/same")
@allow("payment.import")
def same(line_id: UUID) -> ResponseReturnValue:
    """The line is a payment that is recorded already."""
    form = forms.load(ChoosePayment, request.form)
    if form.errors:
        return line_page(line_id, form, status=422)
    with working() as work:
        bank_doubles.is_same(work, line_id, form.data["payment"])
    flash("The line and the payment are the same money. Nothing was recorded twice.", "success")
    return redirect(url_for("bank_files.index"), 303)


@bp.post("/lines/<uuid:line_id>/came-back")
@allow("payment.import")
def came_back(line_id: UUID) -> ResponseReturnValue:
    """A payment came back: its invoices are open again."""
    form = forms.load(ChoosePayment, request.form)
    if form.errors:
        return line_page(line_id, form, status=422)
    try:
        with working() as work:
            bank_returns.came_back(work, line_id, form.data["payment"])
    except Invalid as wrong:
        return line_page(line_id, forms.refused(form, wrong), status=422)
    flash("It is recorded that the payment came back. Its invoices are open again.", "success")
    return redirect(url_for("payments.show", payment_id=form.data["payment"]), 303)


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
