"""The clinician's pension pages: forms to sign, the month's Form B, details, the tier of the year."""

from datetime import date
from io import BytesIO
from uuid import UUID

from flask import Blueprint, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from pool import clock, formats
from pool.documents.pension_form import pension_form_pdf
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Invalid, NotFound
from pool.models.form_b import FormB
from pool.models.pension_profile import PensionProfile
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.portal.words import pension_words
from pool.rules import pension, pension_tiers
from pool.schemas.pension import AskTier, ChooseTier, DeclareForms, PaidOn, PensionDetails
from pool.services.pension import forms_a, forms_b, pension_deadlines, pension_form_fields, pension_profiles
from pool.services.pension.pension_form_fields import WORK_DECLARED, Paper
from pool.services.pension.pension_profiles import NEEDED_FOR_B
from pool.unit_of_work import UnitOfWork

bp = Blueprint("pension", __name__, url_prefix="/pension")

PDF = "application/pdf"
SAVED = "Pension details saved. Forms that you have signed already keep what they say."
SHOWN_FIELDS = (
    "pension_by_default",
    "surname",
    "other_names",
    "authority_code",
    "added_years",
    "mpavc",
    "additional_pension",
    "errbo",
)


@bp.get("")
@allow("pension.see")
def index() -> ResponseReturnValue:
    """What waits for the clinician, what waits for practices, and the months."""
    return index_page(forms.blank())


def index_page(form: Form, status: int = 200) -> ResponseReturnValue:
    """The page; a refused signature comes back with its sentence."""
    with reading() as work:
        risks = pension_deadlines.at_risk(work)
        to_declare = [risk for risk in risks if risk.step == "prepared"]
        ticked = forms.blank(form_ids=[risk.form.id for risk in to_declare if risk.form])
        return render(
            "pension/index.html",
            status=status,
            form=form._replace(typed={**ticked.typed, **form.typed}),
            to_declare=[pension_words.tick_for_clinician(risk) for risk in to_declare],
            declaration=WORK_DECLARED,
            waiting=[risk for risk in risks if risk.step in ("declared", "not_invoiced")],
            drafts=forms_b.drafts(work),
            submitted=forms_b.submitted(work),
            words=pension_words,
            gaps=pension_profiles.missing(pension_profiles.known(work), NEEDED_FOR_B),
            tiers=pension_profiles.tiers_chosen(work),
            year=pension_profiles.this_year(work),
        )


@bp.post("/sign")
@allow("pension.change")
def declare() -> ResponseReturnValue:
    """The clinician's signature under the forms that are ticked."""
    form = forms.load(DeclareForms, request.form)
    if form.errors:
        return index_page(form, status=422)
    try:
        with working() as work:
            count = forms_a.declare(work, form.data["form_ids"])
    except Invalid as wrong:
        return index_page(forms.refused(form, wrong), status=422)
    flash(f"{formats.plural(count, 'form')} signed. The practice is asked for its signature.", "success")
    return redirect(url_for("pension.index"), 303)


@bp.get("/details")
@allow("pension.see")
def details() -> ResponseReturnValue:
    """What the forms say about the clinician; numbers are shown to nobody else."""
    with reading() as work:
        return render("pension/details.html", form=filled(pension_profiles.known(work)))


def filled(profile: PensionProfile | None) -> Form:
    """What is known, as it would be typed."""
    if profile is None:
        return forms.blank()
    born = date.fromisoformat(profile.date_of_birth) if profile.date_of_birth else None
    return forms.blank(
        **{name: getattr(profile, name) for name in SHOWN_FIELDS},
        address="\n".join(profile.address),
        sd_number=profile.sd_number,
        ni_number=profile.ni_number,
        date_of_birth=born,
    )


@bp.post("/details")
@allow("pension.change")
def save_details() -> ResponseReturnValue:
    """Keep them, in each pool the clinician works in."""
    form = forms.load(PensionDetails, request.form)
    if form.errors:
        return render("pension/details.html", status=422, form=form)
    with working() as work:
        pension_profiles.save(work, form.data)
    flash(SAVED, "success")
    return redirect(url_for("pension.index"), 303)


@bp.get("/tier")
@allow("pension.see")
def tier() -> ResponseReturnValue:
    """The bands of a year, a suggestion for whoever asks for one, and the choice."""
    return tier_page(forms.load(AskTier, request.args), forms.blank())


def tier_page(asked: Form, form: Form, status: int = 200) -> ResponseReturnValue:
    """Bands, suggestion, choice; the clinician decides."""
    with reading() as work:
        year = asked.data.get("year") or form.data.get("year") or pension_profiles.this_year(work)
        bands = pension_tiers.tiers(date(year, 4, 1))
        chosen = [row.tier for row in pension_profiles.tiers_chosen(work) if row.year == year]
        suggested = suggestion(asked, bands)
        typed = {"income": asked.value("income"), "days": asked.value("days")}
        proposed = forms.blank(tier=chosen[0] if chosen else "", year=year, **typed)
        shown = form._replace(typed={**proposed.typed, **form.typed}, errors={**asked.errors, **form.errors})
        return render(
            "pension/tier.html",
            status=status,
            form=shown,
            year=year,
            words=pension_words,
            suggested=suggested,
            bands=[pension_words.band(band) for band in bands],
            annual=annual(asked),
            unconfirmed=pension_words.unconfirmed_tiers(year),
        )


def annual(asked: Form) -> str:
    """The income as if earned all year, when both numbers were given."""
    income, days = asked.data.get("income"), asked.data.get("days")
    return str(pension_tiers.annualised(income, days)) if income and days else ""


def suggestion(asked: Form, bands: list[pension_tiers.Tier]) -> pension_tiers.Tier | None:
    """The band of that income; a suggestion only."""
    income, days = asked.data.get("income"), asked.data.get("days")
    return pension_tiers.suggest(pension_tiers.annualised(income, days), bands) if income and days else None


@bp.post("/tier")
@allow("pension.change")
def choose_tier() -> ResponseReturnValue:
    """The clinician's choice."""
    form = forms.load(ChooseTier, request.form)
    if form.errors:
        return tier_page(forms.load(AskTier, request.args), form, status=422)
    with working() as work:
        pension_profiles.choose_tier(work, form.data["year"], form.data["tier"])
    flash(f"Tier {form.data['tier']} is kept for {pension_words.year(form.data['year'])}.", "success")
    return redirect(url_for("pension.index"), 303)


@bp.get("/months/<month>")
@allow("pension.see")
def month(month: str) -> ResponseReturnValue:
    """The Form B of a month, box by box, to be copied and then marked as sent."""
    return month_page(month, forms.blank())


def month_page(month: str, form: Form, status: int = 200) -> ResponseReturnValue:
    """The form as it would be now."""
    with reading() as work:
        sheet, paper = draft_paper(work, month)
        return render("pension/month.html", status=status, sheet=sheet, paper=paper, form=form, words=pension_words)


def draft_paper(work: UnitOfWork, month: str) -> tuple[forms_b.Sheet, Paper]:
    """The draft of a month; NotFound when nothing waits for it."""
    sheet = draft_of(work, month_asked(month))
    return sheet, pension_form_fields.of_form_b(work, sheet, work.now)


def draft_of(work: UnitOfWork, month: date) -> forms_b.Sheet:
    """The clinician's draft of a month; whoever works in two pools has one after the other."""
    found = next((sheet for sheet in forms_b.drafts(work) if sheet.month == month), None)
    if found is None:
        raise NotFound("No signed Form A waits for this month. Look under NHS Pension for what was sent.")
    return found


def month_asked(text: str) -> date:
    """2026-05 as its first day; NotFound for anything else."""
    try:
        return pension.month_of(date.fromisoformat(f"{text}-01"))
    except ValueError as wrong:
        raise NotFound() from wrong


@bp.get("/months/<month>/document")
@allow("pension.see")
def month_document(month: str) -> ResponseReturnValue:
    """The same as a PDF."""
    with reading() as work:
        _, paper = draft_paper(work, month)
    return as_pdf(paper, f"Form-B-{month}.pdf")


def as_pdf(paper: Paper, name: str) -> ResponseReturnValue:
    """A form as a file, made outside the transaction."""
    return send_file(BytesIO(pension_form_pdf(paper.document())), mimetype=PDF, download_name=name)


@bp.post("/months/<month>/submit")
@allow("pension.change")
def submit(month: str) -> ResponseReturnValue:
    """The clinician has sent it to PCSE: it is written down and never changes."""
    try:
        with working() as work:
            sheet = draft_of(work, month_asked(month))
            form_b_id = forms_b.submit(work, sheet.clinician.id, sheet.month).id
    except Invalid as wrong:
        return month_page(month, forms.refused(forms.blank(), wrong), status=422)
    flash("Form B is kept as you sent it. Forms that come later for this month go on a supplementary one.", "success")
    return redirect(url_for("pension.form_b", form_b_id=form_b_id), 303)


@bp.get("/forms-b/<uuid:form_b_id>")
@allow("pension.see")
def form_b(form_b_id: UUID) -> ResponseReturnValue:
    """A form that was sent, and whether it is paid."""
    return form_b_page(form_b_id, forms.blank(on=clock.today()))


def form_b_page(form_b_id: UUID, form: Form, status: int = 200) -> ResponseReturnValue:
    """The form as it was sent."""
    with reading() as work:
        row = work.get(FormB, form_b_id)
        sheet = forms_b.sheet_of(row)
        paper = pension_form_fields.of_form_b(work, sheet, row.submitted_at)
        return render("pension/form_b.html", status=status, row=row, sheet=sheet, paper=paper, form=form)


@bp.get("/forms-b/<uuid:form_b_id>/document")
@allow("pension.see")
def form_b_document(form_b_id: UUID) -> ResponseReturnValue:
    """The PDF of a Form B."""
    with reading() as work:
        row = work.get(FormB, form_b_id)
        paper = pension_form_fields.of_form_b(work, forms_b.sheet_of(row), row.submitted_at)
        name = f"Form-B-{row.month:%Y-%m}-{row.sequence}.pdf"
    return as_pdf(paper, name)


@bp.post("/forms-b/<uuid:form_b_id>/pay")
@allow("pension.change")
def pay(form_b_id: UUID) -> ResponseReturnValue:
    """The clinician has paid PCSE."""
    form = forms.load(PaidOn, request.form)
    if form.errors:
        return form_b_page(form_b_id, form, status=422)
    try:
        with working() as work:
            forms_b.pay(work, form_b_id, form.data["on"])
    except Invalid as wrong:
        return form_b_page(form_b_id, forms.refused(form, wrong), status=422)
    flash("Marked as paid to PCSE.", "success")
    return redirect(url_for("pension.index"), 303)
