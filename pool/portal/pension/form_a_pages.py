"""Forms A for those who sign and watch: a practice's list to sign, one form box by box, the manager's list, SOLO rows."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID

from flask import Blueprint, flash, g, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from pool import clock, formats
from pool.documents.csv_file import csv_file
from pool.documents.pension_form import pension_form_pdf
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Invalid
from pool.models.form_a import FormA
from pool.models.practice import Practice
from pool.portal.pension.clinician_pension import PDF, month_asked
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.portal.words import pension_words
from pool.schemas.pension import SignForms
from pool.services.pension import forms_a, gp_solo, pension_deadlines, pension_form_fields
from pool.services.pension.pension_form_fields import WORK_CERTIFIED

bp = Blueprint("pension_forms", __name__, url_prefix="/pension-forms")

SPREADSHEET = "text/csv; charset=utf-8"


@bp.get("")
@allow("pension_form.sign")
def index() -> ResponseReturnValue:
    """The forms that wait for the practice's signature, all ticked, and what else is under way."""
    return index_page(forms.blank())


def index_page(form: Form, status: int = 200) -> ResponseReturnValue:
    """The page; what was typed comes back with errors beside the fields."""
    with reading() as work:
        risks = pension_deadlines.at_risk(work)
        to_sign = [risk for risk in risks if risk.step == "declared"]
        certificates = [risk.form for risk in to_sign if risk.form]
        practice = work.get(Practice, g.actor.practice_id)
        usual = forms.blank(
            form_ids=[form.id for form in certificates], name=g.actor.name, authority_code=practice.ods_code
        )
        return render(
            "pension/form_a_pages/index.html",
            status=status,
            form=form._replace(typed={**usual.typed, **form.typed}),
            to_sign=[pension_words.tick_for_practice(risk) for risk in to_sign],
            declaration=WORK_CERTIFIED,
            words=pension_words,
            rate_notes=pension_words.rate_notes(certificates),
            ask_payment=any(not form.invoice.paid_on for form in certificates),
            unconfirmed=pension_words.unconfirmed_rate(certificates, clock.london_date(work.now)),
            waiting=[risk for risk in risks if risk.step != "declared"],
        )


@bp.post("")
@allow("pension_form.sign")
def sign() -> ResponseReturnValue:
    """The practice's signature under the forms that are ticked."""
    form = forms.load(SignForms, request.form)
    if form.errors:
        return index_page(form, status=422)
    said = {name: value for name, value in form.data.items() if name not in ("form_ids", "confirmed")}
    try:
        with working() as work:
            count = forms_a.sign(work, form.data["form_ids"], **said)
    except Invalid as wrong:
        return index_page(forms.refused(form, wrong), status=422)
    flash(f"{formats.plural(count, 'form')} signed. The clinician is told.", "success")
    return redirect(url_for("pension_forms.index"), 303)


@bp.get("/<uuid:form_a_id>")
@allow("pension_form.see")
def show(form_a_id: UUID) -> ResponseReturnValue:
    """One Form A, box by box, to be copied or printed."""
    with reading() as work:
        form = work.get(FormA, form_a_id)
        return render(
            "pension/form_a_pages/show.html",
            row=form,
            paper=pension_form_fields.of_form_a(work, form),
            words=pension_words,
            risk=pension_deadlines.of_form(form, clock.london_date(work.now)),
            differs=forms_a.differs(work, form),
            still_owed=forms_a.still_owed(form),
            home="pension.index" if g.actor.is_clinician else "pension_forms.index",
        )


@bp.get("/<uuid:form_a_id>/document")
@allow("pension_form.see")
def document(form_a_id: UUID) -> ResponseReturnValue:
    """The form as a PDF."""
    with reading() as work:
        form = work.get(FormA, form_a_id)
        paper, name = pension_form_fields.of_form_a(work, form), f"Form-A-{form.invoice.number}.pdf"
    return send_file(BytesIO(pension_form_pdf(paper.document())), mimetype=PDF, download_name=name)


@bp.get("/at-risk")
@allow("pension_form.watch")
def at_risk() -> ResponseReturnValue:
    """Pensionable work without a finished form, the oldest first; without anybody's numbers."""
    with reading() as work:
        month = clock.london_date(work.now).replace(day=1)
        return render(
            "pension/form_a_pages/at_risk.html",
            risks=pension_deadlines.at_risk(work),
            words=pension_words,
            month=pension_words.month_value(month),
            last_month=pension_words.month_value(month - timedelta(days=1)),
        )


@bp.get("/solo/<month>.csv")
@allow("pension_form.watch")
def solo_rows(month: str) -> ResponseReturnValue:
    """The GP SOLO rows of a month for the organisations that report them."""
    with reading() as work:
        rows = [gp_solo.cells(row) for row in gp_solo.rows(work, month_asked(month))]
    file = csv_file(gp_solo.COLUMNS, rows)
    return send_file(file, mimetype=SPREADSHEET, download_name=f"gp-solo-{month}.csv", as_attachment=True)
