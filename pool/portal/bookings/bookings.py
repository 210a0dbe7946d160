"""A booking, for the practice and the pool manager: what was agreed, cancelling it, a clinician who did not come."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool.catalogue import CANCEL_REASONS
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Conflict, Invalid
from pool.models.booking import Booking
from pool.portal.bookings import booking_changes
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.portal.words import booking_words, change_words
from pool.rules.cancellation import said
from pool.schemas.bookings import BY, NEEDED, OUR_REASONS, CancelBooking, CancelForSomebody
from pool.services.bookings import cancelling
from pool.services.sessions import cover
from pool.unit_of_work import UnitOfWork

bp = Blueprint("bookings", __name__, url_prefix="/bookings")
bp.register_blueprint(booking_changes.bp)


@bp.get("/<uuid:booking_id>")
@allow("booking.see")
def show(booking_id: UUID) -> ResponseReturnValue:
    """What both sides agreed, frozen, and what may still be done."""
    with reading() as work:
        booking = work.get(Booking, booking_id)
        rows = [*booking_words.reaching(booking), *booking_words.rows(booking)]
        return render(
            "bookings/show.html",
            booking=booking,
            rows=rows,
            came_from=way_back(booking),
            **allowed(work, booking),
            **change_words.page(work, booking),
        )


def way_back(booking: Booking) -> str:
    """The session for those who look after it, the diary for the clinician."""
    if g.actor.may("session.see"):
        return url_for("sessions.show", session_id=booking.session_id)
    return url_for("diary.index")


def allowed(work: UnitOfWork, booking: Booking) -> dict[str, Any]:
    """What may be done with a booking now."""
    started = booking.starts_at <= work.now
    waiting = booking.state == "accepted"
    return {
        "may_cancel": waiting and not started and g.actor.may("booking.call_off"),
        "may_miss": waiting and started and g.actor.may("booking.miss"),
    }


@bp.get("/<uuid:booking_id>/cancel")
@allow("booking.call_off")
def ask_cancel(booking_id: UUID) -> ResponseReturnValue:
    """What cancelling costs now by the agreed terms, and whether somebody else is wanted."""
    with reading() as work:
        day = work.get(Booking, booking_id).on
    return cancel_page(booking_id, forms.blank(until=day), status=200)


def cancel_page(booking_id: UUID, form: Form, status: int) -> ResponseReturnValue:
    """The question with the charge, worked out from the terms that were frozen with the booking."""
    with reading() as work:
        booking = work.get(Booking, booking_id)
        return render("bookings/cancel.html", status=status, form=form, booking=booking, **cost(work, booking))


def cost(work: UnitOfWork, booking: Booking) -> dict[str, Any]:
    """The charge and how much notice it rests on; for a manager also who it is that cancels."""
    return {
        "charge": cancelling.cancellation_charge(work, booking),
        "ahead": cancelling.cancellation_bill(work, booking),
        "charged": g.actor.is_practice,
        "notice": said(booking.starts_at - work.now),
        "reasons": list((OUR_REASONS if g.actor.is_practice else CANCEL_REASONS).items()),
    }


@bp.post("/<uuid:booking_id>/cancel")
@allow("booking.call_off")
def cancel(booking_id: UUID) -> ResponseReturnValue:
    """End the booking; what was chosen stays on the page when it can no longer be cancelled."""
    form = forms.load(CancelBooking if g.actor.is_practice else CancelForSomebody, request.form)
    if form.errors:
        return cancel_page(booking_id, form, status=422)
    chosen = form.data
    try:
        with working() as work:
            booking = cancelling.cancel(
                work,
                booking_id,
                chosen["reason"],
                still_needed=NEEDED[chosen["needed"]],
                by_phone=BY[chosen.get("by", "pool")],
                until=chosen.get("until"),
                announced=chosen.get("announced"),
            )
            session_id, name = booking.session_id, booking.clinician.name
            standing = cover.of_session(work, booking.session, manager=not g.actor.is_practice).words
    except Invalid as wrong:
        return cancel_page(booking_id, forms.refused(form, wrong), status=422)
    except Conflict as conflict:
        return cancel_page(booking_id, forms.conflicting(form, conflict), status=409)
    flash(f"Booking cancelled. We are telling {name} and the practice by e-mail now. {standing}", "success")
    return redirect(url_for("sessions.show", session_id=session_id), 303)


@bp.get("/<uuid:booking_id>/missed")
@allow("booking.miss")
def ask_miss(booking_id: UUID) -> ResponseReturnValue:
    """The page that asks to confirm that the clinician did not come."""
    with reading() as work:
        return render("bookings/missed.html", booking=work.get(Booking, booking_id))


@bp.post("/<uuid:booking_id>/missed")
@allow("booking.miss")
def miss(booking_id: UUID) -> ResponseReturnValue:
    """Nobody came: there is nothing to invoice, and the pool is told."""
    with working() as work:
        session_id = cancelling.miss(work, booking_id).session_id
    flash("Noted that nobody came. Nothing will be invoiced.", "success")
    return redirect(url_for("sessions.show", session_id=session_id), 303)
