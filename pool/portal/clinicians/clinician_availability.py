"""A manager writes down when a clinician can work, as they said by telephone: the usual week and days that differ."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool import clock
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Invalid
from pool.formats import day, listed
from pool.models.clinician import Clinician
from pool.portal.clinicians.availability import sent_span, span_values, typed_week
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.rules.usual_week import PARTS
from pool.schemas.availability import WEEKDAYS, SaidDays, UsualWeek, exact_name
from pool.services.clinicians import availability
from pool.services.people import factor_resets

bp = Blueprint("clinician_availability", __name__, url_prefix="/clinicians")


@bp.get("/<uuid:clinician_id>/availability")
@allow("clinician.change")
def show(clinician_id: UUID) -> ResponseReturnValue:
    """The week and the coming days that differ, as they are."""
    return page(clinician_id, days=forms.blank())


def page(clinician_id: UUID, *, days: Form, week: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """Both forms; only for somebody who works in this pool alone."""
    with reading() as work:
        own = work.get(Clinician, clinician_id)
        form = week or typed_week(availability.pattern(work, own.id))
        return render(
            "clinicians/clinician_availability.html",
            status=status,
            clinician=own,
            form=form,
            days=days,
            alone=factor_resets.alone(work, own.person_id),
            weekdays=list(enumerate(WEEKDAYS)),
            differing=availability.differing(work, own.id, clock.london_date(work.now)),
            parts=PARTS,
            exact_name=exact_name,
            span_values=span_values,
            exact_error=any(name.startswith("exact") for name in form.errors),
        )


@bp.post("/<uuid:clinician_id>/availability")
@allow("clinician.change")
def save(clinician_id: UUID) -> ResponseReturnValue:
    """Keep the usual week."""
    form = forms.load(UsualWeek, request.form)
    if form.errors:
        return page(clinician_id, days=forms.blank(), week=form, status=422)
    with working() as work:
        availability.set_pattern(work, form.data["slots"], of=work.get(Clinician, clinician_id))
    return back(clinician_id, "Saved.")


def back(clinician_id: UUID, words: str) -> ResponseReturnValue:
    """To the page, with what was done."""
    flash(f"{words} The next offers and runs go by it.", "success")
    return redirect(url_for("clinician_availability.show", clinician_id=clinician_id), 303)


@bp.post("/<uuid:clinician_id>/availability/days")
@allow("clinician.change")
def add(clinician_id: UUID) -> ResponseReturnValue:
    """Keep days that differ; bookings on days away are named, not cancelled."""
    form = forms.load(SaidDays, request.form)
    if form.errors:
        return page(clinician_id, days=form, status=422)
    try:
        with working() as work:
            own = work.get(Clinician, clinician_id)
            booked = [day(booking.on) for booking in availability.add_days(work, of=own, **form.data)]
            name = own.name
    except Invalid as wrong:
        return page(clinician_id, days=forms.refused(form, wrong), status=422)
    if booked:
        flash(f"{name} is still booked on {listed(booked)}. Cancel these bookings if they cannot come.")
    return back(clinician_id, "Saved.")


@bp.post("/<uuid:clinician_id>/availability/days/remove")
@allow("clinician.change")
def remove(clinician_id: UUID) -> ResponseReturnValue:
    """The usual week counts again on these days."""
    with working() as work:
        own, span = work.get(Clinician, clinician_id), sent_span().data
        availability.remove_days(work, span["first"], span["last"], starts=span["starts"], of=own)
    return back(clinician_id, "Removed.")
