"""Hours: one tap when all was as booked, a short form when it was not."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool import clock
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Invalid
from pool.models.booking import Booking
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.portal.words import dispute_words
from pool.schemas.hours import HoursWorked
from pool.services.billing import sellers
from pool.services.hours import diary, mileage_claims, timesheets
from pool.unit_of_work import UnitOfWork

bp = Blueprint("hours", __name__, url_prefix="/diary/hours")

SENT = "Sent. The practice confirms, and the invoice follows by itself."
SENT_UNPAID = "Sent. The practice confirms; the invoice waits for your payment details (Invoices, Payment details)."


@bp.get("")
@allow("timesheet.submit")
def index() -> ResponseReturnValue:
    """Hours to send, disputes to answer, and what waits for others."""
    with reading() as work:
        return render(
            "hours/index.html", hours_of=diary.hours_of(work), answer_due=timesheets.answer_due, words=dispute_words
        )


@bp.post("/<uuid:booking_id>/as-booked")
@allow("timesheet.submit")
def send_as_booked(booking_id: UUID) -> ResponseReturnValue:
    """The one tap: everything was as booked."""
    with working() as work:
        timesheets.submit_as_booked(work, booking_id)
        said = what_follows(work, booking_id)
    flash(said, "success")
    return redirect(url_for("hours.index"), 303)


@bp.get("/<uuid:booking_id>")
@allow("timesheet.submit")
def different(booking_id: UUID) -> ResponseReturnValue:
    """The form for what differed, filled in with the booked times and the likely miles."""
    with reading() as work:
        booking = work.get(Booking, booking_id)
        if not diary.can_send_hours(work, booking):
            return redirect(url_for("diary.show", booking_id=booking_id))
        starts, ends = (clock.london(instant).time() for instant in (booking.starts_at, booking.ends_at))
        return page(booking, forms.blank(starts=starts, ends=ends, miles=mileage_claims.suggested(booking)))


def page(booking: Booking, form: Form, status: int = 200) -> ResponseReturnValue:
    """The form, with how extras are paid by the terms."""
    return render(
        "hours/different.html",
        status=status,
        booking=booking,
        form=form,
        visit_fee=booking.terms.extra_visit_fee,
        extras_words=booking.terms.extras,
    )


@bp.post("/<uuid:booking_id>")
@allow("timesheet.submit")
def send(booking_id: UUID) -> ResponseReturnValue:
    """Send the hours that were worked."""
    form = forms.load(HoursWorked, request.form)
    if not form.errors:
        try:
            with working() as work:
                timesheets.submit_hours(work, booking_id, **form.data)
                said = what_follows(work, booking_id)
        except Invalid as wrong:
            form = forms.refused(form, wrong)
    if form.errors:
        with reading() as work:
            return page(work.get(Booking, booking_id), form, status=422)
    flash(said, "success")
    return redirect(url_for("hours.index"), 303)


def what_follows(work: UnitOfWork, booking_id: UUID) -> str:
    """What sent hours lead to: an invoice, or an invoice that waits for its seller."""
    return SENT_UNPAID if sellers.awaited(work, work.get(Booking, booking_id)) else SENT
