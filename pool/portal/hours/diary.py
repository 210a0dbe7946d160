"""The clinician's diary: the next session first, all bookings, and "I can't come"."""

from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool import clock, formats
from pool.catalogue import CANCEL_REASONS
from pool.documents.calendar_file import Entry, calendar_file
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Invalid
from pool.formats import clock_time, day, hours, moment
from pool.lifecycle import LIVE_BOOKING_STATES
from pool.models.absence import Absence
from pool.models.booking import Booking
from pool.models.timesheet import Timesheet
from pool.portal.web import forms, paging
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.portal.words import change_words, dispute_words, offer_words
from pool.rules.work_words import in_short, work_lines
from pool.schemas.offers import OWN_REASONS, CannotCome
from pool.services.billing import invoice_lists, sellers
from pool.services.bookings import cancelling, offer_pages, proposed_changes_pages, take_ups
from pool.services.eligibility import absences
from pool.services.hours import diary, dispute_pages
from pool.services.sessions import cover
from pool.unit_of_work import UnitOfWork

bp = Blueprint("diary", __name__, url_prefix="/diary")


@bp.get("")
@allow("diary.see")
def index() -> ResponseReturnValue:
    """What comes: the next session with everything needed to get there, then week by week."""
    with reading() as work:
        ahead = diary.ahead(work)
        return render(
            "hours/diary/index.html",
            words=offer_words,
            ahead=ahead,
            hours_of=diary.hours_of(work),
            to_answer=proposed_changes_pages.to_answer(work),
        )


@bp.get("/past")
@allow("diary.see")
def past() -> ResponseReturnValue:
    """Sessions that are over or were called off, newest first."""
    with reading() as work:
        page = paging.page_asked(diary.count_past(work))
        return render("hours/diary/past.html", page=page, weeks=diary.past(work, page.offset, page.size))


@bp.get("/<uuid:booking_id>")
@allow("diary.see")
def show(booking_id: UUID) -> ResponseReturnValue:
    """One booking with its terms as agreed."""
    with reading() as work:
        return booking_page(work, "hours/diary/show.html", booking_id)


@bp.get("/<uuid:booking_id>/booked")
@allow("diary.see")
def booked(booking_id: UUID) -> ResponseReturnValue:
    """After accepting: what was agreed and what happens next."""
    with reading() as work:
        if work.get(Booking, booking_id).state != "accepted":
            return redirect(url_for("diary.show", booking_id=booking_id))
        return booking_page(work, "hours/diary/booked.html", booking_id)


def booking_page(work: UnitOfWork, template: str, booking_id: UUID) -> ResponseReturnValue:
    """A page about one booking."""
    booking, sheet = work.get(Booking, booking_id), diary.timesheet_of(work, booking_id)
    absence = absences.of_bookings(work, [booking_id]).get(booking_id)
    blocks = absence is not None and absences.is_away(work, absence)
    return render(
        template,
        words=offer_words,
        work_lines=work_lines(booking.terms),
        booking=booking,
        minutes=diary.travel_of(work, booking),
        leave_at=diary.leave_at(work, booking),
        timesheet=sheet,
        worked=worked_words(sheet),
        called_off=called_off(booking, absence),
        number_now=number_now(booking),
        away=absences.days_words(absence) if absence and blocks else "",
        may_take_up=take_ups.possible(work, booking.offer),
        can_cancel=diary.can_cancel(work, booking),
        can_send=diary.can_send_hours(work, booking),
        billed=invoice_lists.of_bookings(work, [booking.id]),
        more_offers=offer_pages.count_open(work),
        dispute_words=dispute_words,
        **change_words.page(work, booking),
        details_awaited=sellers.awaited(work, booking),
        disputes=dispute_pages.of_timesheet(work, sheet.id) if sheet else [],
    )


def number_now(booking: Booking) -> str:
    """The practice's phone number while the booking holds, where it is another than the one that was agreed."""
    number = booking.practice.phone
    known = booking.terms.contact == number or booking.state not in LIVE_BOOKING_STATES
    return "" if known else offer_words.telephone(number)


def called_off(booking: Booking, absence: Absence | None) -> str:
    """By you, on Thu 14 May 2026, 07:10: illness. Nothing for a booking that holds."""
    if booking.cancelled_at is None:
        return ""
    who = {"clinician": "you", "practice": "the practice"}.get(booking.cancelled_by or "", "the pool")
    said = absence.reason if absence else booking.cancel_reason
    reason = CANCEL_REASONS.get(said, said)
    return f"by {who} on {moment(booking.cancelled_at)}" + (f": {reason.lower()}" if reason else "")


def worked_words(sheet: Timesheet | None) -> str:
    """08:30–12:40, as booked."""
    if sheet is None:
        return ""
    span = hours(clock.london(sheet.started_at).time(), clock.london(sheet.ended_at).time())
    extras = [formats.plural(sheet.extra_visits, "extra visit")] if sheet.extra_visits else []
    extras += [f"{sheet.miles} miles"] if sheet.miles else []
    return f"{span}, as booked" if sheet.as_booked else ", ".join([span, *extras])


@bp.get("/<uuid:booking_id>/cancel")
@allow("booking.cancel")
def cancel(booking_id: UUID) -> ResponseReturnValue:
    """I can't come: a reason in a word, until when, and one button."""
    with reading() as work:
        booking = work.get(Booking, booking_id)
        if not diary.can_cancel(work, booking):
            return redirect(url_for("diary.show", booking_id=booking_id))
        return cancel_page(booking, forms.blank(until=booking.on))


def cancel_page(booking: Booking, form: Form, status: int = 200) -> ResponseReturnValue:
    """The page that asks to confirm a cancellation."""
    return render(
        "hours/diary/cancel.html", status=status, booking=booking, form=form, reasons=list(OWN_REASONS.items())
    )


def cancel_again(booking_id: UUID, form: Form) -> ResponseReturnValue:
    """The question with what was typed and what is wrong with it."""
    with reading() as work:
        return cancel_page(work.get(Booking, booking_id), form, status=422)


@bp.post("/<uuid:booking_id>/cancel")
@allow("booking.cancel")
def confirm_cancel(booking_id: UUID) -> ResponseReturnValue:
    """Call it off; practice and pool manager hear at once. Other bookings of the days away are named, not cancelled."""
    form = forms.load(CannotCome, request.form)
    if form.errors:
        return cancel_again(booking_id, form)
    try:
        with working() as work:
            booking = cancelling.cancel(work, booking_id, form.data["reason"], until=form.data["until"])
            work.store.flush()
            told = cover.told(work, booking.session)
            others = [day(booking.on) for booking in absences.still_booked(work, booking)]
    except Invalid as wrong:
        return cancel_again(booking_id, forms.refused(form, wrong))
    flash(f"Your booking is cancelled. {told}", "success")
    if others:
        flash(
            f"You are still booked on {formats.listed(others)}. If you cannot come then either, open it below and say so."
        )
    return redirect(url_for("diary.show", booking_id=booking_id), 303)


@bp.post("/back")
@allow("availability.change")
def back() -> ResponseReturnValue:
    """I can work again: what an illness or caring blocked is free from today on."""
    with working() as work:
        ended = absences.end(work)
    flash(
        "Your usual week counts again from today." if ended else "Nothing was blocked: your usual week counts.",
        "success",
    )
    return redirect(url_for("availability.show"), 303)


@bp.get("/<uuid:booking_id>/calendar.ics")
@allow("diary.see")
def calendar(booking_id: UUID) -> ResponseReturnValue:
    """The booking as an entry for the phone's calendar."""
    with reading() as work:
        entry = entry_of(work.get(Booking, booking_id), proposed_changes_pages.accepted_count(work, booking_id))
    answer = Response(
        calendar_file(entry, current_app.extensions["pool_config"].product_name), mimetype="text/calendar"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="session-{clock.london_date(entry.starts_at)}.ics"'
    return answer


def entry_of(booking: Booking, changes: int) -> Entry:
    """The booking in the words of a calendar, after so many changes of its terms."""
    terms = booking.terms
    times = f"{clock_time(booking.starts_at)} to {clock_time(booking.ends_at)}"
    notes = [times, *in_short(terms.plan), terms.clinical_system, terms.contact, terms.arrival]
    return Entry(
        uid=f"booking-{booking.id}@{public_host()}",
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        changed=booking.cancelled_at or booking.changed_at or booking.booked_at,
        title=f"{terms.kind} at {terms.parties.practice}",
        place=str(terms.place),
        notes="\n".join(note for note in notes if note),
        cancelled=booking.cancelled_at is not None,
        number=changes + (booking.cancelled_at is not None),
    )


def public_host() -> str:
    """The host of the public address: the same whichever name the browser used, or the calendar would double the entry."""
    return urlsplit(current_app.extensions["pool_config"].base_url).hostname or "pool"
