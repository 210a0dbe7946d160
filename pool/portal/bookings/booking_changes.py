"""Other terms for a booking, for both sides: propose, accept, decline, take back. The pages that show them are of the
booking (bookings.py) and of the diary."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Conflict, Invalid
from pool.models.booking import Booking
from pool.portal.web import forms, session_forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.schemas.proposed_changes import ProposeChange
from pool.services.bookings import proposed_changes, proposed_changes_pages

bp = Blueprint("changes", __name__)


def page_of(booking_id: UUID) -> str:
    """The booking as its reader looks at it: in the diary, or beside its session."""
    return url_for("diary.show" if g.actor.is_clinician else "bookings.show", booking_id=booking_id)


@bp.get("/<uuid:booking_id>/change")
@allow("booking.change")
def ask(booking_id: UUID) -> ResponseReturnValue:
    """The form, filled in with what is agreed; back to the booking when nothing can be proposed now."""
    with reading() as work:
        booking = work.get(Booking, booking_id)
        if (
            not proposed_changes_pages.may_propose(work, booking)
            or proposed_changes.open_change(work, booking_id) is not None
        ):
            return redirect(page_of(booking_id))
        return form_page(booking, session_forms.proposal_form(booking))


def form_page(booking: Booking, form: Form, status: int = 200) -> ResponseReturnValue:
    """The form of a proposal."""
    other = "the practice" if g.actor.is_clinician else booking.clinician.name
    page: dict[str, Any] = session_forms.CHOICES | {
        "booking": booking,
        "form": form,
        "back": page_of(booking.id),
        "other": other,
        "more_open": session_forms.more_is_open(form),
    }
    return render("bookings/change.html", status=status, **page)


@bp.post("/<uuid:booking_id>/change")
@allow("booking.change")
def propose(booking_id: UUID) -> ResponseReturnValue:
    """Send it to the other side; what was typed stays when it cannot be."""
    form = forms.load(ProposeChange, request.form)
    if form.errors:
        return ask_again(booking_id, form, 422)
    try:
        with working() as work:
            proposed_changes.propose(work, booking_id, **form.data)
    except Invalid as wrong:
        return ask_again(booking_id, session_forms.on_the_day(forms.refused(form, wrong)), 422)
    except Conflict as conflict:
        return ask_again(booking_id, forms.conflicting(form, conflict), 409)
    flash(
        "Proposed. The booking stays as it is unless the other side accepts; we are telling them by e-mail now.",
        "success",
    )
    return redirect(page_of(booking_id), 303)


def ask_again(booking_id: UUID, form: Form, status: int) -> ResponseReturnValue:
    """The form as it was typed; sent again it is about the terms of now."""
    with reading() as work:
        booking = work.get(Booking, booking_id)
        return form_page(booking, form._replace(typed={**form.typed, "seen": booking.terms_hash}), status)


@bp.post("/changes/<uuid:change_id>/accept")
@allow("booking.change")
def accept(change_id: UUID) -> ResponseReturnValue:
    """Agree: the booking has the new terms."""
    with working() as work:
        booking_id = proposed_changes.accept(work, change_id).id
    flash("Accepted. The booking has the new terms, and both sides get them by e-mail.", "success")
    return redirect(page_of(booking_id), 303)


@bp.post("/changes/<uuid:change_id>/decline")
@allow("booking.change")
def decline(change_id: UUID) -> ResponseReturnValue:
    """Say no: the booking stands."""
    with working() as work:
        booking_id = proposed_changes.decline(work, change_id).id
    flash("Declined. The booking stays as it was agreed, and we are telling the other side.", "success")
    return redirect(page_of(booking_id), 303)


@bp.post("/changes/<uuid:change_id>/take-back")
@allow("booking.change")
def take_back(change_id: UUID) -> ResponseReturnValue:
    """One's own side changes its mind."""
    with working() as work:
        booking_id = proposed_changes.withdraw(work, change_id).id
    flash("Taken back. The booking stays as it was agreed, and we are telling the other side.", "success")
    return redirect(page_of(booking_id), 303)
