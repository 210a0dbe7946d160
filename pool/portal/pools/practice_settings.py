"""What a practice says about itself: how to reach it, where invoices go, whom it is not to be matched with."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool.catalogue import CLINICAL_SYSTEMS, CONTRACT_TYPES, INVOICE_GROUPINGS
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Conflict
from pool.models.practice import Practice
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.schemas.practices import BlockClinician, PracticeSettings
from pool.services.pools import practice_settings
from pool.unit_of_work import UnitOfWork

bp = Blueprint("practice_settings", __name__, url_prefix="/practice-settings")

SETTINGS = (
    "contract_type",
    "small_client",
    "phone",
    "invoice_email",
    "invoice_grouping",
    "order_reference",
    "order_reference_required",
    "gln",
    "clinical_system",
    "arrival_notes",
)

CHOICES: dict[str, Any] = {
    "systems": list(CLINICAL_SYSTEMS.items()),
    "contracts": list(CONTRACT_TYPES.items()),
    "groupings": list(INVOICE_GROUPINGS.items()),
}


@bp.get("")
@allow("practice.change")
def own() -> ResponseReturnValue:
    """The signed-in practice's own settings; a pool manager chooses the practice first."""
    if g.actor.practice_id is None:
        return redirect(url_for("practices.index"))
    return redirect(url_for("practice_settings.show", practice_id=g.actor.practice_id))


@bp.get("/<uuid:practice_id>")
@allow("practice.change")
def show(practice_id: UUID) -> ResponseReturnValue:
    """The settings, and the clinicians it is not matched with."""
    return page(practice_id, saved(practice_id), forms.blank(), status=200)


def page(practice_id: UUID, form: Form, blocking: Form, status: int) -> ResponseReturnValue:
    """Both forms of the page; `blocking` is the one that adds a clinician."""
    with reading() as work:
        return render(
            "pools/practice_settings/show.html",
            status=status,
            form=form,
            blocking=blocking,
            **CHOICES,
            **about(work, practice_id),
        )


def about(work: UnitOfWork, practice_id: UUID) -> dict[str, Any]:
    """The practice with the people it knows and those it is not matched with."""
    return {
        "practice": work.get(Practice, practice_id),
        "blocked": practice_settings.blocked(work, practice_id),
        "known": [
            (clinician.id, f"{clinician.name}, {clinician.registration_body} {clinician.registration_number}")
            for clinician in practice_settings.known_here(work, practice_id)
        ],
    }


@bp.post("/<uuid:practice_id>")
@allow("practice.change")
def save(practice_id: UUID) -> ResponseReturnValue:
    """Save what was changed."""
    form = forms.load(PracticeSettings, request.form)
    if form.errors:
        return page(practice_id, form, forms.blank(), status=422)
    with working() as work:
        practice_settings.change(work, practice_id, form.data)
    flash("Saved. New bookings show it; bookings that stand keep what was agreed.", "success")
    return redirect(url_for("practice_settings.show", practice_id=practice_id), 303)


@bp.post("/<uuid:practice_id>/blocked")
@allow("practice.change")
def block(practice_id: UUID) -> ResponseReturnValue:
    """Do not match a clinician with this practice any more."""
    form = forms.load(BlockClinician, request.form)
    try:
        if not form.errors:
            with working() as work:
                practice_settings.block(work, practice_id, **form.data)
    except Conflict as conflict:
        form = forms.conflicting(form, conflict)
    if form.errors:
        return page(practice_id, saved(practice_id), form, status=422)
    flash("They will not be matched with you any more. Bookings that stand stay.", "success")
    return redirect(url_for("practice_settings.show", practice_id=practice_id), 303)


def saved(practice_id: UUID) -> Form:
    """The settings as they are."""
    with reading() as work:
        practice = work.get(Practice, practice_id)
        return forms.blank(**{name: getattr(practice, name) for name in SETTINGS})


@bp.post("/<uuid:practice_id>/blocked/<uuid:preference_id>/remove")
@allow("practice.change")
def unblock(practice_id: UUID, preference_id: UUID) -> ResponseReturnValue:
    """They may be matched again."""
    with working() as work:
        practice_settings.unblock(work, practice_id, preference_id)
    flash("They may be matched with you again.", "success")
    return redirect(url_for("practice_settings.show", practice_id=practice_id), 303)
