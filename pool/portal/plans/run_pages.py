"""Matching runs: start one, watch it, look at its plan."""

from functools import partial
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Conflict, Invalid
from pool.models.match_run import MatchRun
from pool.portal.web import forms, paging
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.portal.words import session_words
from pool.rules import choice_words
from pool.schemas.match_runs import StartRun, StopRun
from pool.services.bookings import offer_answers
from pool.services.insight import overview
from pool.services.runs import agreements, run_pages, run_requests, run_stops
from pool.services.runs.agreements import Together
from pool.unit_of_work import UnitOfWork

PROPOSALS, UNFILLED = "proposals", "unfilled"
"""The two lists of a plan, as addresses name them."""

bp = Blueprint("match_runs", __name__, url_prefix="/runs")


@bp.get("/")
@allow("run.see")
def index() -> ResponseReturnValue:
    """Every run of the pool, newest first."""
    with reading() as work:
        page = paging.page_asked(run_pages.number_of_runs(work))
        runs = run_pages.newest(work, page.offset, page.size)
        return render(
            "plans/run_pages/index.html",
            runs=runs,
            page=page,
            by_hand=run_pages.changed_by_hand(work, [run.id for run in runs]),
            asked_by=partial(run_pages.asked_by, work),
        )


@bp.get("/new")
@allow("run.start")
def new() -> ResponseReturnValue:
    """The days to match, filled in with what the pool usually takes."""
    with reading() as work:
        first_day, last_day = run_requests.horizon(work)
        form = forms.blank(first_day=first_day, last_day=last_day)
        return render("plans/run_pages/new.html", form=form, live=run_requests.live_run(work), together=together(work))


@bp.post("/new")
@allow("run.start")
def start() -> ResponseReturnValue:
    """Ask for a run; when one is in progress already, show that one."""
    form = forms.load(StartRun, request.form)
    if form.errors:
        return refused(form)
    try:
        with working() as work:
            run = run_requests.request(work, **form.data)
            run_id, joined = run.id, run.requested_at < work.now
    except Invalid as wrong:
        return refused(forms.refused(form, wrong))
    flash("A run was in progress already: here it is." if joined else "The run has started.", "success")
    return redirect(url_for("match_runs.show", run_id=run_id), 303)


@bp.get("/<uuid:run_id>/stop")
@allow("run.stop")
def ask_to_stop(run_id: UUID) -> ResponseReturnValue:
    """With which plan shall it end?"""
    return stop_page(run_id, forms.blank())


def stop_page(run_id: UUID, form: Form, status: int = 200) -> ResponseReturnValue:
    """The question, with what was wrong."""
    with reading() as work:
        run = work.get(MatchRun, run_id)
        return render("plans/run_pages/stop.html", status=status, run=run, live=overview.is_live(run), form=form)


@bp.post("/<uuid:run_id>/stop")
@allow("run.stop")
def stop(run_id: UUID) -> ResponseReturnValue:
    """End the run with the best plan found so far, or with none."""
    form = forms.load(StopRun, request.form)
    if form.errors:
        return stop_page(run_id, form, status=422)
    try:
        with working() as work:
            run_stops.ask(work, run_id, **form.data)
    except Conflict as late:
        flash(str(late), "message")
    else:
        flash("The run is being stopped. This page shows when it has ended.", "success")
    return redirect(url_for("match_runs.show", run_id=run_id), 303)


def refused(form: Form) -> ResponseReturnValue:
    """The form with what was wrong."""
    with reading() as work:
        return render("plans/run_pages/new.html", status=422, form=form, live=None, together=together(work))


def together(work: UnitOfWork) -> Together:
    """The pools that a run covers beside the manager's own, and those that it leaves out although they agreed."""
    return agreements.together(work, work.pool_id)


@bp.get("/<uuid:run_id>")
@allow("run.see")
def show(run_id: UUID) -> ResponseReturnValue:
    """A run: its progress while it runs, then the plan with bound and gap, proposals or what stays empty and why."""
    text = request.args.get("q", "").strip()
    with reading() as work:
        plan = run_pages.plan_of(work, run_id, text)
        empty = request.args.get("list", PROPOSALS if plan.proposed or text else UNFILLED) == UNFILLED
        page = paging.page_asked(plan.unfilled if empty else plan.proposed)
        rows = (run_pages.unfilled if empty else run_pages.proposals)(work, run_id, text, page.offset, page.size)
        return render(
            "plans/run_pages/show.html",
            partial="plans/run_pages/_plan.html",
            plan=plan,
            live=overview.is_live(plan.run),
            form=forms.blank(q=text),
            text=text,
            page=page,
            rows=rows,
            empty=empty,
            standings=offer_answers.of_proposals(work, rows),
            names=run_pages.clinician_names(work),
            title_of=session_words.title,
            choices=choice_words,
        )
