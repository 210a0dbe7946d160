"""What clinicians tell the pool about themselves: once, and changed in a minute."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool.catalogue import CLINICAL_SYSTEMS, SKILLS
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.postcodes import UNKNOWN, position
from pool.portal.web.render import render
from pool.portal.words import offer_words
from pool.schemas.profile import VIEWS, Profile, views_schema
from pool.services.clinicians import profile
from pool.services.clinicians.availability import own_clinicians
from pool.services.clinicians.profile import PracticeView
from pool.services.eligibility import why

bp = Blueprint("profile", __name__, url_prefix="/profile")

COLUMNS = (
    "home_postcode",
    "max_travel_minutes",
    "weekly_cap",
    "four_week_cap",
    "wanted_sessions",
    "min_appointment_minutes",
    "min_fee",
    "skills",
    "clinical_systems",
)


@bp.get("")
@allow("profile.change")
def show() -> ResponseReturnValue:
    """Home, limits, skills and systems as they are."""
    with reading() as work:
        own = own_clinicians(work)[0]
        facts = {name: getattr(own, name) for name in COLUMNS}
        lowest = own.min_fee if own.min_fee.pence else None
        return page(forms.blank(**facts | {"min_fee": lowest, "phone": own.person.phone}))


def page(form: Form, status: int = 200) -> ResponseReturnValue:
    """The form with its lists."""
    return render(
        "clinicians/profile/show.html",
        status=status,
        form=form,
        skills=list(SKILLS.items()),
        systems=list(CLINICAL_SYSTEMS.items()),
    )


@bp.post("")
@allow("profile.change")
def save() -> ResponseReturnValue:
    """Keep them in every pool, and say how many open sessions match now."""
    form = forms.load(Profile, request.form)
    if form.errors:
        return page(form, status=422)
    home = position(form.data["home_postcode"])
    if home is None:
        return page(form._replace(errors={"home_postcode": UNKNOWN}), status=422)
    facts = {name: value for name, value in form.data.items() if name != "phone"}
    with working() as work:
        profile.change(work, facts | {"home_easting": home.easting, "home_northing": home.northing})
        profile.set_phone(work, form.data["phone"])
    with reading() as work:
        flash(f"Saved. {why.matches(work).words}", "success")
    return redirect(url_for("profile.show"), 303)


@bp.get("/practices")
@allow("profile.change")
def practices() -> ResponseReturnValue:
    """What the clinician thinks of each practice, nearest first."""
    with reading() as work:
        found = profile.practice_views(work)
        form = forms.blank(**{f"view-{view.practice.id}": view.view for view in found})
        return practices_page(found, form)


def practices_page(found: list[PracticeView], form: Form, status: int = 200) -> ResponseReturnValue:
    """The practices, each with the four views to choose from."""
    views = list(VIEWS.items())
    return render(
        "clinicians/profile/practices.html", status=status, words=offer_words, found=found, form=form, views=views
    )


@bp.post("/practices")
@allow("profile.change")
def save_practices() -> ResponseReturnValue:
    """Keep the views; practices never see them."""
    with working() as work:
        found = profile.practice_views(work)
        form = forms.load(views_schema(view.practice.id for view in found), request.form)
        if form.errors:
            return practices_page(found, form, status=422)
        profile.set_views(work, {UUID(name.removeprefix("view-")): view for name, view in form.data.items()})
    with reading() as work:
        flash(f"Saved. {why.matches(work).words}", "success")
    return redirect(url_for("profile.practices"), 303)
