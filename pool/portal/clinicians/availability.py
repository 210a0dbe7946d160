"""When can I work: the usual week in one look, days that differ, and how many open sessions match."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool import clock, formats
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Invalid
from pool.formats import day, hours, plural
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.rules.usual_week import PARTS, Slot
from pool.schemas.availability import WEEKDAYS, Away, DaySpan, Extra, UsualWeek, exact_name
from pool.services.clinicians import availability
from pool.services.clinicians.availability import Differing
from pool.services.eligibility import absences, why
from pool.unit_of_work import UnitOfWork

bp = Blueprint("availability", __name__, url_prefix="/availability")

STILL_BOOKED = "Being away does not cancel {bookings} you already have then. If you cannot come, open it in your diary."


@bp.get("")
@allow("availability.see")
def show() -> ResponseReturnValue:
    """The usual week and the coming days that differ."""
    with reading() as work:
        return week_page(work, typed_week(own_pattern(work)))


def own_pattern(work: UnitOfWork) -> list[Slot]:
    """The weekly pattern; the same in every pool."""
    return availability.pattern(work, availability.own_clinicians(work)[0].id)


def week_page(work: UnitOfWork, form: Form, status: int = 200) -> ResponseReturnValue:
    """The page with the usual week as it is, or as it was typed."""
    own = availability.own_clinicians(work)[0]
    differing = availability.differing(work, own.id, clock.london_date(work.now))
    removed = forms.load(DaySpan, request.args)
    blocked = [absences.days_words(absence) for absence in absences.now_away(work)]
    return render(
        "clinicians/availability/show.html",
        away=formats.listed(blocked),
        status=status,
        form=form,
        differing=differing,
        weekdays=list(enumerate(WEEKDAYS)),
        parts=PARTS,
        removed=None if removed.errors else removed,
        exact_name=exact_name,
        span_values=span_values,
        clinician=own,
        exact_error=any(name.startswith("exact") for name in form.errors),
    )


def typed_week(slots: list[Slot]) -> Form:
    """The pattern as it would be ticked; times that are no whole parts of a day as they would be typed."""
    ticked = [f"{slot.weekday}-{part}" for slot in slots for part in availability.parts_in(slot)]
    typed: dict[str, Any] = {}
    for slot in slots:
        if not availability.parts_in(slot):
            name = exact_name(slot.weekday)
            typed[name] = ", ".join([*filter(None, [typed.get(name)]), hours(slot.starts, slot.ends)])
    return forms.blank(free=ticked, **typed)


def span_values(span: Differing) -> dict[str, str]:
    """Days that differ as hidden fields of a button."""
    said = {name: value for name, value in span._asdict().items() if name != "by"}
    values = {name: str(value) for name, value in said.items() if value not in (None, "", False)}
    return values | ({"available": "true"} if span.available else {})


@bp.post("")
@allow("availability.change")
def save() -> ResponseReturnValue:
    """Keep the usual week and say what it matches now."""
    form = forms.load(UsualWeek, request.form)
    if form.errors:
        with reading() as work:
            return week_page(work, form, status=422)
    with working() as work:
        availability.set_pattern(work, form.data["slots"])
    return saved("Saved.")


def saved(words: str) -> ResponseReturnValue:
    """Back to the page, with the number of open sessions that match now."""
    with reading() as work:
        flash(f"{words} {why.matches(work).words}", "success")
    return redirect(url_for("availability.show"), 303)


@bp.get("/away")
@allow("availability.change")
def away() -> ResponseReturnValue:
    """The form for days away."""
    return render("clinicians/availability/away.html", form=forms.blank())


@bp.post("/away")
@allow("availability.change")
def add_away() -> ResponseReturnValue:
    """Be away; bookings on these days are named, not cancelled."""
    form = forms.load(Away, request.form)
    if form.errors:
        return render("clinicians/availability/away.html", status=422, form=form)
    try:
        with working() as work:
            booked = availability.add_days(work, available=False, **form.data)
            days = [day(booking.starts_at) for booking in booked]
    except Invalid as wrong:
        return render("clinicians/availability/away.html", status=422, form=forms.refused(form, wrong))
    if days:
        flash(STILL_BOOKED.format(bookings=f"the {plural(len(days), 'booking')} ({', '.join(days)})"))
    return saved("Enjoy your time away.")


@bp.get("/extra")
@allow("availability.change")
def extra() -> ResponseReturnValue:
    """The form for extra time."""
    return render("clinicians/availability/extra.html", form=forms.blank())


@bp.post("/extra")
@allow("availability.change")
def add_extra() -> ResponseReturnValue:
    """Be free on a day on which the usual week says no."""
    form = forms.load(Extra, request.form)
    if form.errors:
        return render("clinicians/availability/extra.html", status=422, form=form)
    on, starts, ends = form.data["on"], form.data["starts"], form.data["ends"]
    try:
        with working() as work:
            availability.add_days(work, on, on, available=True, starts=starts, ends=ends)
    except Invalid as wrong:
        return render("clinicians/availability/extra.html", status=422, form=renamed(forms.refused(form, wrong)))
    return saved(f"You are free on {day(on)}, {hours(starts, ends)}.")


def renamed(form: Form) -> Form:
    """The extra form has one day, the use case a first and a last."""
    errors = {"on" if name in ("first", "last") else name: words for name, words in form.errors.items()}
    return form._replace(errors=errors)


@bp.post("/days/remove")
@allow("availability.change")
def remove() -> ResponseReturnValue:
    """Take days off the list; the next page offers to put them back."""
    form = sent_span()
    with working() as work:
        availability.remove_days(work, form.data["first"], form.data["last"], starts=form.data["starts"])
    typed: dict[str, Any] = {name: value for name, value in form.typed.items() if name not in forms.NOT_INPUT and value}
    return redirect(url_for("availability.show", **typed), 303)


@bp.post("/days/put-back")
@allow("availability.change")
def put_back() -> ResponseReturnValue:
    """Add the days again that a button has removed."""
    form = sent_span()
    with working() as work:
        availability.add_days(work, **form.data)
    return saved("Put back.")


def sent_span() -> Form:
    """The days that a button carried; raises Invalid when somebody changed them on the way."""
    form = forms.load(DaySpan, request.form)
    if form.errors:
        raise Invalid("We could not read which days you meant. Reload the page and try again.")
    return form
