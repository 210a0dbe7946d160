"""The pool's clinicians, for its manager: search, and the page of each."""

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from pool import catalogue
from pool.models.person import Person
from pool.portal import forms, paging
from pool.portal.access import allow
from pool.portal.doors import reading
from pool.portal.render import render
from pool.services import registers

bp = Blueprint("clinicians", __name__, url_prefix="/clinicians")


@bp.get("/")
@allow("clinician.see")
def index() -> ResponseReturnValue:
    """Search by name, e-mail or registration number."""
    text, profession = request.args.get("q", "").strip(), request.args.get("profession", "")
    with reading() as work:
        found = registers.clinicians_found(text, profession)
        page = paging.page_asked(registers.how_many(work, found))
        rows = work.all(found.order_by(Person.name).offset(page.offset).limit(page.size))
        form = forms.blank(q=text, profession=profession)
        professions = [(code, each.title) for code, each in catalogue.PROFESSIONS.items()]
        return render(
            "clinicians/index.html", clinicians=rows, page=page, form=form, professions=professions,
            searching=bool(text or profession), titles=catalogue.PROFESSIONS, systems=catalogue.CLINICAL_SYSTEMS,
        )  # fmt: skip


@bp.get("/<uuid:clinician_id>")
@allow("clinician.see")
def show(clinician_id: UUID) -> ResponseReturnValue:
    """Register entry, skills, limits, engagement, offers and bookings. The fee floor stays private (design D12)."""
    with reading() as work:
        shown = registers.clinician_page(work, clinician_id)
        return render("clinicians/show.html", shown=shown, clinician=shown.clinician, catalogue=words())


def words() -> dict[str, dict[str, str]]:
    """The catalogue's words for the page."""
    return {
        "professions": {code: each.title for code, each in catalogue.PROFESSIONS.items()},
        "skills": catalogue.SKILLS,
        "systems": catalogue.CLINICAL_SYSTEMS,
        "engagements": catalogue.ENGAGEMENT_TYPES,
    }
