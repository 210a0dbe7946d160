"""Hours, from the practice's side: confirm in one click, query item by item, confirm a month together."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool import formats
from pool.catalogue import QUERY_REASONS
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Conflict, Invalid
from pool.money import total
from pool.portal.web import forms, paging
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.portal.words import dispute_words
from pool.rules.claims import NAMES
from pool.schemas.timesheets import AGREED, REASONS_FOR, ConfirmBatch, HoursQuery
from pool.services.hours import dispute_pages, hours_pages, queries, timesheets
from pool.services.hours.hours_pages import Hours

bp = Blueprint("timesheets", __name__, url_prefix="/hours")

CONFIRMED = "Hours confirmed. The invoice follows by itself; from then on only a credit note can change it."
QUERIED = "The clinician is asked about what you queried. What you agreed to is invoiced now."


@bp.get("")
@allow("timesheet.confirm")
def index() -> ResponseReturnValue:
    """Hours that wait for a yes, what is in dispute, and what was confirmed lately."""
    with reading() as work:
        recent = hours_pages.recent(work)
        return render(
            "hours/practice_hours/index.html",
            waiting=hours_pages.waiting(work),
            disputes=dispute_pages.open_disputes(work),
            recent=recent,
            agreed=hours_pages.agreed_amounts(work, recent),
            facts=facts,
            words=dispute_words,
        )


def facts(hours: Hours) -> list[str]:
    """Booked against worked, in short."""
    booked = f"Booked {formats.clock_time(hours.booking.starts_at)}–{formats.clock_time(hours.booking.ends_at)}"
    if hours.timesheet.as_booked:
        return [booked, "Worked as booked"]
    worked = f"Worked {formats.clock_time(hours.timesheet.started_at)}–{formats.clock_time(hours.timesheet.ended_at)}"
    extras = [NAMES[item.kind] for item in hours.items if item.kind in ("extra_visits", "mileage")]
    return [booked, worked, difference(hours.minutes_more), *extras]


def difference(minutes_more: int) -> str:
    """20 min more, 30 min less, the same length."""
    if minutes_more == 0:
        return "The same length"
    return f"{formats.minutes(abs(minutes_more))} {'more' if minutes_more > 0 else 'less'}"


@bp.post("/<uuid:timesheet_id>/confirm")
@allow("timesheet.confirm")
def confirm(timesheet_id: UUID) -> ResponseReturnValue:
    """Yes, these are the hours, and every item is right."""
    with working() as work:
        timesheets.confirm(work, timesheet_id)
    flash(CONFIRMED, "success")
    return redirect(url_for("timesheets.index"), 303)


@bp.get("/<uuid:timesheet_id>/query")
@allow("timesheet.query")
def ask_query(timesheet_id: UUID) -> ResponseReturnValue:
    """Which item is different, and how much is right?"""
    agreed = {f"{kind}_reason": AGREED for kind in NAMES}
    return query_page(timesheet_id, forms.blank(**agreed), status=200)


def query_page(timesheet_id: UUID, form: Form, status: int) -> ResponseReturnValue:
    """Each item with its chips and the box for the figure that is right."""
    with reading() as work:
        hours = hours_pages.one(work, timesheet_id)
        return render(
            "hours/practice_hours/query.html",
            status=status,
            form=form,
            hours=hours,
            facts=facts(hours),
            chips=chips,
            answer_days=dispute_words.answer_days(hours.booking),
            words=dispute_words,
        )


def chips(kind: str) -> list[tuple[str, str]]:
    """The answers to one item."""
    return [(AGREED, "We agree"), *((reason, QUERY_REASONS[reason]) for reason in REASONS_FOR[kind])]


@bp.post("/<uuid:timesheet_id>/query")
@allow("timesheet.query")
def query(timesheet_id: UUID) -> ResponseReturnValue:
    """What is agreed is billed, the rest is open; what was typed stays when the hours have been answered meanwhile."""
    form = forms.load(HoursQuery, request.form)
    if form.errors:
        return query_page(timesheet_id, form, status=422)
    try:
        with working() as work:
            queries.query(work, timesheet_id, **form.data)
    except Invalid as wrong:
        return query_page(timesheet_id, forms.refused(form, wrong), status=422)
    except Conflict as conflict:
        return query_page(timesheet_id, forms.conflicting(form, conflict), status=409)
    flash(QUERIED, "success")
    return redirect(url_for("timesheets.index"), 303)


@bp.get("/confirm-all")
@allow("timesheet.confirm")
def ask_all() -> ResponseReturnValue:
    """All hours that wait, with what they come to; those with nothing extra are ticked."""
    with reading() as work:
        part = paging.paged(hours_pages.waiting(work))
        batch = part.rows
        if not batch:
            return redirect(url_for("timesheets.index"))
        plain = [row for row in batch if row.timesheet.as_booked]
        return render(
            "hours/practice_hours/confirm_all.html",
            plain=plain,
            special=[row for row in batch if row not in plain],
            amount=total([row.amount for row in plain]),
            facts=facts,
            part=part,
        )


@bp.post("/confirm-all")
@allow("timesheet.confirm")
def confirm_all() -> ResponseReturnValue:
    """Confirm the hours that were ticked; what came or changed since then waits."""
    form = forms.load(ConfirmBatch, request.form)
    if form.errors:
        flash("Tick the hours that you want to confirm.")
        return redirect(url_for("timesheets.ask_all"), 303)
    with working() as work:
        confirmed = hours_pages.confirm_all(work, form.data["timesheet_ids"])
    left = len(form.data["timesheet_ids"]) - confirmed
    flash(f"{formats.plural(confirmed, 'session')} confirmed. The invoices follow by themselves.", "success")
    if left:
        flash(f"{formats.plural(left, 'session')} changed meanwhile: see below.")
    return redirect(url_for("timesheets.index"), 303)
