"""A manager writes down what a clinician said by telephone: name and address, home, limits, skills and systems."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool import catalogue
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Conflict, Invalid
from pool.models.clinician import Clinician
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.postcodes import UNKNOWN, position
from pool.portal.web.render import render
from pool.schemas.clinicians import ClinicianFacts
from pool.services.clinicians import clinician_records
from pool.services.people import corrected_facts, factor_resets

bp = Blueprint("clinician_facts", __name__, url_prefix="/clinicians")


@bp.get("/<uuid:clinician_id>/facts")
@allow("clinician.change")
def edit(clinician_id: UUID) -> ResponseReturnValue:
    """The facts as they are; the lowest fee stays the clinician's own secret."""
    with reading() as work:
        own = work.get(Clinician, clinician_id)
        facts = {name: getattr(own, name) for name in clinician_records.SAID}
        form = forms.blank(**facts, name=own.person.name, email=own.person.email)
    return page(clinician_id, form)


def page(clinician_id: UUID, form: Form, status: int = 200) -> ResponseReturnValue:
    """The form; name and address only where they are the pool's to change."""
    with reading() as work:
        own = work.get(Clinician, clinician_id)
        return render(
            "clinicians/facts.html",
            status=status,
            clinician=own,
            form=form,
            skills=list(catalogue.SKILLS.items()),
            alone=factor_resets.alone(work, own.person_id),
            systems=list(catalogue.CLINICAL_SYSTEMS.items()),
        )


@bp.post("/<uuid:clinician_id>/facts")
@allow("clinician.change")
def save(clinician_id: UUID) -> ResponseReturnValue:
    """Keep them in this pool; bookings already made stay as agreed."""
    form = forms.load(ClinicianFacts, request.form)
    if form.errors:
        return page(clinician_id, form, status=422)
    home = position(form.data["home_postcode"])
    if home is None:
        return page(clinician_id, form._replace(errors={"home_postcode": UNKNOWN}), status=422)
    facts = form.data | {"home_easting": home.easting, "home_northing": home.northing}
    try:
        with working() as work:
            person_id = clinician_records.describe(work, clinician_id, facts).person_id
            waits = bool(facts["email"]) and corrected_facts.waits(work, person_id, facts["email"])
    except Conflict as known:
        refused = Invalid(str(known), {"email": [str(known)]})
        return page(clinician_id, forms.refused(form, refused), status=409)
    flash("Saved. Bookings already made stay as they were agreed.", "success")
    if waits:
        flash(corrected_facts.WRITTEN.format(email=facts["email"]), "success")
    return redirect(url_for("clinicians.show", clinician_id=clinician_id), 303)
