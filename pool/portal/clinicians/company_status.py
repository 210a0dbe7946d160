"""Company status (IR35): a practice decides about companies, a clinician may disagree, a manager sees it all."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool import clock
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Invalid, NotFound
from pool.models.clinician import Clinician
from pool.models.determination import StatusDetermination
from pool.models.practice import Practice
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.rules.off_payroll import OUTCOMES, PATTERNS
from pool.schemas.company_status import IssueDetermination, SaidAboutStatus
from pool.services.clinicians import company_status
from pool.unit_of_work import UnitOfWork

bp = Blueprint("company_status", __name__, url_prefix="/company-status")

WORDS: dict[str, Any] = {"outcomes": OUTCOMES, "patterns": PATTERNS, "answer_due": company_status.answer_due}


@bp.get("")
@allow("determination.see")
def index() -> ResponseReturnValue:
    """A practice sees every company, a clinician what was decided about theirs, a manager the whole list."""
    with reading() as work:
        if g.actor.practice_id:
            practice = work.get(Practice, g.actor.practice_id)
            standings = company_status.standings(work, practice)
            decides = company_status.client(practice).decides
            return render("clinicians/company_status/practice.html", standings=standings, decides=decides, **WORDS)
        rows = company_status.all_seen(work)
        page = "clinicians/company_status/own.html" if g.actor.is_clinician else "clinicians/company_status/all.html"
        current = [row for row in rows if not company_status.superseded(row, rows)]
        return render(page, rows=current, earlier=len(rows) - len(current), **WORDS)


@bp.get("/clinicians/<uuid:clinician_id>")
@allow("determination.issue")
def decide(clinician_id: UUID) -> ResponseReturnValue:
    """The form for a new determination; a link may say which way of working it is about."""
    pattern = request.args.get("pattern", "")
    return page(clinician_id, forms.blank(pattern=pattern if pattern in PATTERNS else ""))


def page(clinician_id: UUID, form: Form, status: int = 200) -> ResponseReturnValue:
    """The form with what was decided before."""
    with reading() as work:
        clinician = company_clinician(work, clinician_id)
        before = [row for row in company_status.all_seen(work) if row.clinician_id == clinician.id]
        return render(
            "clinicians/company_status/decide.html",
            status=status,
            form=form,
            clinician=clinician,
            before=before,
            today=clock.today(),
            **WORDS,
        )


@bp.post("/clinicians/<uuid:clinician_id>")
@allow("determination.issue")
def issue(clinician_id: UUID) -> ResponseReturnValue:
    """Keep it and send it to the clinician."""
    form = forms.load(IssueDetermination, request.form)
    if not form.errors:
        try:
            with working() as work:
                issue_own(work, clinician_id, form.data)
        except Invalid as wrong:
            form = forms.refused(form, wrong)
    if form.errors:
        return page(clinician_id, form, status=422)
    flash("Recorded and sent to the clinician. They can disagree; you would then have 45 days to answer.", "success")
    return redirect(url_for("company_status.index"), 303)


def issue_own(work: UnitOfWork, clinician_id: UUID, data: dict[str, Any]) -> None:
    """As the signed-in practice."""
    clinician, practice = company_clinician(work, clinician_id), work.get(Practice, g.actor.practice_id)
    company_status.issue(work, practice.id, clinician.id, **data)


def company_clinician(work: UnitOfWork, clinician_id: UUID) -> Clinician:
    """A clinician about whose company there is something to decide; NotFound for everybody else."""
    clinician = work.get(Clinician, clinician_id)
    if not company_status.through_company(clinician):
        raise NotFound("This clinician does not work through a limited company.")
    return clinician


@bp.get("/<uuid:determination_id>")
@allow("determination.see")
def show(determination_id: UUID) -> ResponseReturnValue:
    """One determination with what was said about it."""
    return one(determination_id, forms.blank())


def one(determination_id: UUID, form: Form, status: int = 200) -> ResponseReturnValue:
    """The page of one, with the form of whoever may speak next."""
    with reading() as work:
        row = work.get(StatusDetermination, determination_id)
        stands = not company_status.superseded(row, company_status.all_seen(work))
        return render(
            "clinicians/company_status/show.html",
            status=status,
            row=row,
            stands=stands,
            form=form,
            role=g.actor.role,
            **WORDS,
        )


@bp.post("/<uuid:determination_id>/disagree")
@allow("determination.disagree")
def disagree(determination_id: UUID) -> ResponseReturnValue:
    """The clinician says why it is wrong."""
    form = forms.load(SaidAboutStatus, request.form)
    if form.errors:
        return one(determination_id, form, status=422)
    with working() as work:
        company_status.disagree(work, determination_id, form.data["words"])
    flash("Sent to the practice. It must answer within 45 days.", "success")
    return redirect(url_for("company_status.show", determination_id=determination_id), 303)


@bp.post("/<uuid:determination_id>/uphold")
@allow("determination.issue")
def uphold(determination_id: UUID) -> ResponseReturnValue:
    """The practice keeps its decision and says why."""
    form = forms.load(SaidAboutStatus, request.form)
    if form.errors:
        return one(determination_id, form, status=422)
    with working() as work:
        company_status.uphold(work, determination_id, form.data["words"])
    flash("Your answer was sent to the clinician.", "success")
    return redirect(url_for("company_status.show", determination_id=determination_id), 303)
