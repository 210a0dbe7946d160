"""The pages of sessions, for practices and for the pool manager: list, look, change, withdraw. Posting is in posting.py."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from pool import clock
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Conflict, Invalid, StaleForm
from pool.formats import plural
from pool.lifecycle import SESSION_FILTERS
from pool.models.session import PracticeSession
from pool.portal.sessions import posting_pages
from pool.portal.web import forms, paging, session_forms
from pool.portal.web.forms import Form
from pool.portal.web.present import state_tag
from pool.portal.web.render import render
from pool.portal.words import booking_words, session_words
from pool.rules import choice_words
from pool.schemas.sessions import ChangeSession, SessionList, Withdrawal
from pool.services.billing import invoice_preview
from pool.services.bookings.offer_waves import ASKABLE
from pool.services.sessions import corrections, cover, posting, session_lists, session_story
from pool.services.sessions.session_lists import Asked, Line
from pool.services.sessions.session_story import Story
from pool.unit_of_work import UnitOfWork

bp = Blueprint("sessions", __name__, url_prefix="/sessions")
bp.register_blueprint(posting_pages.bp)

WEEK = timedelta(weeks=1)


@bp.get("")
@allow("session.see")
def index() -> ResponseReturnValue:
    """The sessions of a week by day; with words to search for, those of any week."""
    form = forms.load(SessionList, request.args)
    wanted = form.data or forms.load(SessionList, MultiDict()).data
    with reading() as work:
        monday = session_lists.monday_of(work, wanted["week"])
        asked = Asked(monday, wanted["state"], wanted["practice_id"], wanted["q"])
        counted = session_lists.counts(work, asked)
        page = paging.page_asked(sum(counted.values()), size=2 * paging.SIZE)
        listed = session_lists.listed(work, asked, counted, offset=page.offset, size=page.size)
        return render(
            "sessions/index.html",
            form=form,
            asked=asked,
            listed=listed,
            page=page,
            attention=session_lists.attention(work, asked.practice_id),
            practice_choices=session_forms.practice_choices(session_lists.practices(work)),
            state_choices=[(state, state_tag("session", state).label) for state in SESSION_FILTERS],
            confirms=g.actor.may("timesheet.confirm"),
            weeks=neighbours(asked),
            card=card,
            title_of=session_words.title,
            filtered_away=bool(asked.state or asked.practice_id),
            filtered=bool(asked.state or asked.practice_id or asked.words) or not g.actor.is_practice,
            today=clock.today(),
        )


@bp.get("/rota")
@allow("session.see")
def rota() -> ResponseReturnValue:
    """The week on one sheet to print: practices down, days across, who comes when."""
    form = forms.load(SessionList, request.args)
    wanted = form.data or forms.load(SessionList, MultiDict()).data
    with reading() as work:
        asked = Asked(session_lists.monday_of(work, wanted["week"]), practice_id=wanted["practice_id"])
        sheet = session_lists.rota(work, asked)
        return render(
            "sessions/rota.html",
            asked=asked,
            sheet=sheet,
            weeks=neighbours(asked, "sessions.rota"),
            title_of=session_words.title,
        )


def neighbours(asked: Asked, endpoint: str = "sessions.index") -> dict[str, str]:
    """The addresses of the week before, this week and the week after, with the same filters."""
    kept: dict[str, Any] = {"state": asked.state or None, "practice_id": asked.practice_id}
    mondays = {
        "before": asked.monday - WEEK,
        "now": None,
        "after": asked.monday + WEEK,
    }
    return {name: url_for(endpoint, week=monday, **kept) for name, monday in mondays.items()}


def card(line: Line) -> dict[str, Any]:
    """One session of the list in the shape of the session card."""
    session = line.session
    names = [] if g.actor.is_practice else [session.practice.name]
    return {
        "title": session_words.title(session),
        "where": " · ".join([*names, line.who]),
        "facts": session_words.short_facts(session),
    }


@bp.get("/<uuid:session_id>")
@allow("session.see")
def show(session_id: UUID) -> ResponseReturnValue:
    """One session: facts, who is asked or booked, why it is empty, what happened, what may be done."""
    with reading() as work:
        story = session_story.story(work, session_id)
        in_future = story.in_future(work)
        return render(
            "sessions/show.html",
            story=story,
            session=story.session,
            name=session_words.title(story.session),
            rows=[*session_words.rows(story.session), *costs(work, story)],
            history=session_words.history(story),
            choices=choice_words,
            chances=session_story.chances(work, story.session) if story.open and in_future else None,
            in_future=in_future,
            cover=cover.of_session(work, story.session, manager=not g.actor.is_practice),
            reaching=booking_words.reaching,
            may_take_back=g.actor.may("offer.take_back"),
            may_offer=g.actor.may("offer.send") and in_future and story.session.state in ASKABLE,
            confirms=g.actor.may("timesheet.confirm"),
            profession_of=session_words.profession_of,
            reason_words=session_words.reason_words,
        )


def costs(work: UnitOfWork, story: Story) -> list[session_words.Row]:
    """What an open session comes to in the end, by who takes it; a booking says what was agreed."""
    if not story.open:
        return []
    return [("On the invoice", session_words.cost_words(invoice_preview.of_session(work, story.session)))]


@bp.get("/<uuid:session_id>/change")
@allow("session.change")
def change(session_id: UUID) -> ResponseReturnValue:
    """The form of a posted session."""
    with reading() as work:
        session = work.get(PracticeSession, session_id)
        return render("sessions/change.html", **changing(session, session_forms.change_form(session)))


def changing(session: PracticeSession, form: Form) -> dict[str, Any]:
    """What the form of a posted session shows."""
    return session_forms.CHOICES | {
        "form": form,
        "session": session,
        "name": session_words.title(session),
        "more_open": session_forms.more_is_open(form),
    }


@bp.post("/<uuid:session_id>/change")
@allow("session.change")
def save(session_id: UUID) -> ResponseReturnValue:
    """Change it; what was typed stays when somebody else was faster."""
    form = forms.load(ChangeSession, request.form)
    if form.errors:
        return change_again(session_id, form, status=422)
    try:
        with working() as work:
            asked = corrections.change(work, session_id, **form.data)
            work.store.flush()
            standing = cover.of_session(
                work, work.get(PracticeSession, session_id), manager=not g.actor.is_practice
            ).words
    except Invalid as refusal:
        return change_again(session_id, session_forms.on_the_day(forms.refused(form, refusal)), status=422)
    except StaleForm:
        return overtaken(session_id, form)
    except Conflict as conflict:
        return change_again(session_id, forms.conflicting(form, conflict), status=409)
    replaced = (
        f" {plural(asked, 'clinician')} who had an offer: we are sending the new terms in its place now."
        if asked
        else ""
    )
    flash(f"Session changed.{replaced} {standing}", "success")
    return redirect(url_for("sessions.show", session_id=session_id), 303)


def change_again(session_id: UUID, form: Form, status: int) -> ResponseReturnValue:
    """The form as typed."""
    with reading() as work:
        return render("sessions/change.html", status=status, **changing(work.get(PracticeSession, session_id), form))


def overtaken(session_id: UUID, form: Form) -> ResponseReturnValue:
    """The form as typed, with what is saved now, ready to be sent again."""
    with reading() as work:
        session = work.get(PracticeSession, session_id)
        return render("sessions/change.html", status=409, **changing(session, session_forms.overtaken(form, session)))


@bp.get("/<uuid:session_id>/withdraw")
@allow("session.withdraw")
def ask_withdraw(session_id: UUID) -> ResponseReturnValue:
    """Are you sure, and why?"""
    return withdraw_page(session_id, forms.blank())


def withdraw_page(session_id: UUID, form: Form) -> ResponseReturnValue:
    """The question, with who would be told."""
    with reading() as work:
        story = session_story.story(work, session_id)
        asked = [offer.clinician.name for offer in story.offers if offer.state == "sent"]
        name = session_words.title(story.session)
        page: dict[str, Any] = {"form": form, "story": story, "session": story.session, "name": name, "asked": asked}
        return render("sessions/withdraw.html", status=422 if form.errors else 200, **page)


@bp.post("/<uuid:session_id>/withdraw")
@allow("session.withdraw")
def withdraw(session_id: UUID) -> ResponseReturnValue:
    """Take it back; open offers close."""
    form = forms.load(Withdrawal, request.form)
    if form.errors:
        return withdraw_page(session_id, form)
    with working() as work:
        session = posting.withdraw(work, session_id, form.data["reason"])
        monday = clock.week_of(session.on)
    flash("Session withdrawn. Whoever was asked is told.", "success")
    return redirect(url_for("sessions.index", week=monday), 303)
