"""Hours, from the practice's side: confirm in one click, query with a reason, confirm all that were as booked."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool import formats
from pool.errors import Conflict
from pool.money import total
from pool.portal import forms
from pool.portal.access import allow
from pool.portal.doors import reading, working
from pool.portal.forms import Form
from pool.portal.render import render
from pool.schemas.timesheets import ConfirmBatch, HoursQuery
from pool.services import hours_pages, timesheets
from pool.services.hours_pages import Hours

bp = Blueprint("timesheets", __name__, url_prefix="/hours")

CONFIRMED = "Hours confirmed. The invoice is issued now; from then on only a credit note can change it."


@bp.get("")
@allow("timesheet.confirm")
def index() -> ResponseReturnValue:
    """Hours that wait for a yes, those that were queried, and what was confirmed lately."""
    with reading() as work:
        waiting = hours_pages.waiting(work)
        return render(
            "timesheets/index.html",
            waiting=waiting,
            queried=hours_pages.queried(work),
            recent=hours_pages.recent(work),
            batch=hours_pages.as_booked(waiting),
            facts=facts,
        )


def facts(hours: Hours) -> list[str]:
    """Booked against worked, in short."""
    booked = f"Booked {formats.clock_time(hours.booking.starts_at)}–{formats.clock_time(hours.booking.ends_at)}"
    if hours.timesheet.as_booked:
        return [booked, "Worked as booked"]
    worked = f"Worked {formats.clock_time(hours.timesheet.started_at)}–{formats.clock_time(hours.timesheet.ended_at)}"
    return [booked, worked, difference(hours.minutes_more)]


def difference(minutes_more: int) -> str:
    """20 min more, 30 min less, the same length."""
    if minutes_more == 0:
        return "The same length"
    return f"{formats.minutes(abs(minutes_more))} {'more' if minutes_more > 0 else 'less'}"


@bp.post("/<uuid:timesheet_id>/confirm")
@allow("timesheet.confirm")
def confirm(timesheet_id: UUID) -> ResponseReturnValue:
    """Yes, these are the hours."""
    with working() as work:
        timesheets.confirm(work, timesheet_id)
    flash(CONFIRMED, "success")
    return redirect(url_for("timesheets.index"), 303)


@bp.get("/<uuid:timesheet_id>/query")
@allow("timesheet.query")
def ask_query(timesheet_id: UUID) -> ResponseReturnValue:
    """What is different?"""
    return query_page(timesheet_id, forms.blank(), status=200)


def query_page(timesheet_id: UUID, form: Form, status: int) -> ResponseReturnValue:
    """The hours with a box for what is different."""
    with reading() as work:
        hours = hours_pages.one(work, timesheet_id)
        return render("timesheets/query.html", status=status, form=form, hours=hours, facts=facts(hours))


@bp.post("/<uuid:timesheet_id>/query")
@allow("timesheet.query")
def query(timesheet_id: UUID) -> ResponseReturnValue:
    """Ask the clinician to look again; what was typed stays when the hours have changed meanwhile."""
    form = forms.load(HoursQuery, request.form)
    if form.errors:
        return query_page(timesheet_id, form, status=422)
    try:
        with working() as work:
            timesheets.query(work, timesheet_id, form.data["reason"])
    except Conflict as conflict:
        return query_page(timesheet_id, forms.conflicting(form, conflict), status=409)
    flash("The clinician is asked to look at the hours again.", "success")
    return redirect(url_for("timesheets.index"), 303)


@bp.get("/confirm-all")
@allow("timesheet.confirm")
def ask_all() -> ResponseReturnValue:
    """All hours that were as booked, with what they come to, before they are confirmed together."""
    with reading() as work:
        batch = hours_pages.as_booked(hours_pages.waiting(work))
        if not batch:
            return redirect(url_for("timesheets.index"))
        return render("timesheets/confirm_all.html", batch=batch, amount=total([each.amount for each in batch]))


@bp.post("/confirm-all")
@allow("timesheet.confirm")
def confirm_all() -> ResponseReturnValue:
    """Confirm the hours that were on that page; what came or changed since then waits."""
    form = forms.load(ConfirmBatch, request.form)
    if form.errors:
        return redirect(url_for("timesheets.ask_all"), 303)
    with working() as work:
        confirmed = hours_pages.confirm_all(work, form.data["timesheet_ids"])
    left = len(form.data["timesheet_ids"]) - confirmed
    flash(f"{formats.plural(confirmed, 'session')} confirmed. The invoices are issued now.", "success")
    if left:
        flash(f"{formats.plural(left, 'session')} changed meanwhile and wait for you.")
    return redirect(url_for("timesheets.index"), 303)
