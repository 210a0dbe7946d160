"""The pool's clinicians, for its manager: search, and the page of each."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool import catalogue, clock
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Conflict, Invalid
from pool.models.clinician import Clinician
from pool.models.person import Person
from pool.portal.web import forms, lost_phones, paging
from pool.portal.web.forms import Form
from pool.portal.web.postcodes import UNKNOWN, position
from pool.portal.web.render import render
from pool.rules import working_time
from pool.schemas.clinicians import ChangedStanding, NewClinician
from pool.search import how_many
from pool.services.clinicians import clinician_lists, clinician_records, weekly_limit
from pool.services.people import corrected_facts, sign_in

bp = Blueprint("clinicians", __name__, url_prefix="/clinicians")


@bp.get("/")
@allow("clinician.see")
def index() -> ResponseReturnValue:
    """Search by name, e-mail or registration number."""
    text, profession = request.args.get("q", "").strip(), request.args.get("profession", "")
    with reading() as work:
        found = clinician_lists.clinicians_found(text, profession)
        page = paging.page_asked(how_many(work, found))
        rows = work.all(found.order_by(Person.name).offset(page.offset).limit(page.size))
        form = forms.blank(q=text, profession=profession)
        professions = [(code, details.title) for code, details in catalogue.PROFESSIONS.items()]
        return render(
            "clinicians/index.html",
            clinicians=rows,
            page=page,
            form=form,
            professions=professions,
            searching=bool(text or profession),
            titles=catalogue.PROFESSIONS,
            systems=catalogue.CLINICAL_SYSTEMS,
        )


@bp.get("/new")
@allow("clinician.change")
def new() -> ResponseReturnValue:
    """The form for a clinician who joins."""
    return new_page(forms.blank(profession="gp", engaged_from=clock.today()))


def new_page(form: Form, status: int = 200) -> ResponseReturnValue:
    """The form with its lists."""
    lists = {name: list(choices.items()) for name, choices in words().items()}
    return render("clinicians/new.html", status=status, form=form, lists=lists)


@bp.post("/new")
@allow("clinician.change")
def add() -> ResponseReturnValue:
    """Add the clinician; they are told by e-mail how to sign in."""
    form = forms.load(NewClinician, request.form)
    if form.errors:
        return new_page(form, status=422)
    home = position(form.data["home_postcode"])
    if home is None:
        return new_page(form._replace(errors={"home_postcode": UNKNOWN}), status=422)
    facts = form.data | {"home_easting": home.easting, "home_northing": home.northing}
    engagement = {name: facts.pop(name) for name in ("engagement", "engaged_from")}
    try:
        with working() as work:
            clinician = clinician_records.join(work, facts, **engagement)
            clinician_id, waits = clinician.id, corrected_facts.waits(work, clinician.person_id, facts["email"])
    except Invalid as wrong:
        return new_page(forms.refused(form, wrong), status=422)
    except Conflict as known:
        return new_page(forms.refused(form, Invalid(str(known), {"email": [str(known)]})), status=409)
    flash(f"{facts['name']} is invited. We are writing to them how to sign in and say when they can work.", "success")
    if waits:
        flash(corrected_facts.WRITTEN.format(email=facts["email"]), "success")
    return redirect(url_for("clinicians.show", clinician_id=clinician_id), 303)


@bp.get("/<uuid:clinician_id>/change")
@allow("clinician.change")
def edit(clinician_id: UUID) -> ResponseReturnValue:
    """Papers and engagement as they are."""
    with reading() as work:
        clinician = work.get(Clinician, clinician_id)
        current = clinician.engagement_on(clock.today())
        verified = {name: getattr(clinician, name) for name in clinician_records.VERIFIED}
        engaged = {"engagement": current.type if current else "", "engaged_from": clock.today()}
        return edit_page(clinician, forms.blank(**verified, **engaged))


def edit_page(clinician: Clinician, form: Form, status: int = 200) -> ResponseReturnValue:
    """The form, with the law's own limit beside it."""
    return render(
        "clinicians/change.html",
        status=status,
        clinician=clinician,
        form=form,
        engagements=engagements(),
        lawful=working_time.weekly_hours(clock.today()),
    )


@bp.post("/<uuid:clinician_id>/change")
@allow("clinician.change")
def change(clinician_id: UUID) -> ResponseReturnValue:
    """Keep them; bookings already made stay as agreed."""
    form = forms.load(ChangedStanding, request.form)
    with working() as work:
        clinician = work.get(Clinician, clinician_id)
        if form.errors:
            return edit_page(clinician, form, status=422)
        clinician_records.change(work, clinician_id, **form.data)
    flash("Saved. Bookings already made keep the terms they were made with.", "success")
    return redirect(url_for("clinicians.show", clinician_id=clinician_id), 303)


def engagements() -> list[tuple[str, str]]:
    """The kinds of engagement to choose from."""
    return list(catalogue.ENGAGEMENT_TYPES.items())


@bp.get("/<uuid:clinician_id>")
@allow("clinician.see")
def show(clinician_id: UUID) -> ResponseReturnValue:
    """Register entry, skills, limits, engagement, offers and bookings. The fee floor stays private (design D12)."""
    with reading() as work:
        shown = clinician_lists.clinician_page(work, clinician_id)
        clinician, hours = shown.clinician, weekly_limit.on(shown.clinician, clock.today())
        return render(
            "clinicians/show.html",
            shown=shown,
            clinician=clinician,
            catalogue=words(),
            hours=hours,
            has_second_factor=sign_in.has_second_factor(clinician.person),
            **lost_phones.shown(work, clinician.person_id),
        )


@bp.post("/<uuid:clinician_id>/forget-phone")
@allow("people.correct")
def forget_phone(clinician_id: UUID) -> ResponseReturnValue:
    """They lost phone and recovery codes."""
    with reading() as work:
        clinician = work.get(Clinician, clinician_id)
        person_id, name = clinician.person_id, clinician.name
    lost_phones.forget(person_id, name)
    return redirect(url_for("clinicians.show", clinician_id=clinician_id), 303)


def words() -> dict[str, dict[str, str]]:
    """The catalogue's words for the page."""
    return {
        "professions": {code: profession.title for code, profession in catalogue.PROFESSIONS.items()},
        "skills": catalogue.SKILLS,
        "systems": catalogue.CLINICAL_SYSTEMS,
        "engagements": catalogue.ENGAGEMENT_TYPES,
    }
