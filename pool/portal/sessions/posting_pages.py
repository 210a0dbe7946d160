"""Posting sessions: the form, what is shown before they are posted, and what comes of it. Part of the pages of sessions."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from pool import clock
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Invalid
from pool.formats import plural
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.portal.sessions import day_picker
from pool.portal.web import forms, session_forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.portal.words import session_words
from pool.schemas.sessions import NewSession, PostSession
from pool.services.billing import invoice_preview, own_rates
from pool.services.eligibility import prospects
from pool.services.eligibility.prospects import Prospects
from pool.services.sessions import cover, posting, posting_checks, session_lists
from pool.services.sessions.posting import ProbableTwin
from pool.unit_of_work import UnitOfWork

bp = Blueprint("posting", __name__)

LOOK, CHECKED, SECOND, OTHERS, CHANGE = "post", "checked", "second", "others", "change"
"""The buttons: look and post; post what was looked at; post a second one; post the days without a twin; change the form."""

AFTER_A_LOOK = (CHECKED, SECOND, OTHERS)

MOST_COUNTED = 12
"""Sessions of one posting for which the result page counts clinicians; the others have it on their own page."""


@bp.get("/new")
@allow("session.post")
def new() -> ResponseReturnValue:
    """The form, filled in as this practice posted last, or like another session."""
    start = forms.load(NewSession, request.args).data or {"on": None, "like": None, "practice_id": None}
    with reading() as work:
        like = work.get(PracticeSession, start["like"]) if start["like"] else None
        practice_id = g.actor.practice_id or start["practice_id"] or (like.practice_id if like else None)
        if practice_id is None:
            choices = session_forms.practice_choices(session_lists.practices(work))
            return render("sessions/choose_practice.html", form=forms.blank(), practice_choices=choices, on=start["on"])
        practice = work.get(Practice, practice_id)
        form = session_forms.copied_form(like, start["on"]) if like else session_forms.first_form(practice, start["on"])
        return render("sessions/new.html", **posting_context(work, practice, form))


def posting_context(work: UnitOfWork, practice: Practice, form: Form) -> dict[str, Any]:
    """What the form for a new session shows."""
    return session_forms.CHOICES | {
        "form": form,
        "practice": practice,
        "picker": day_picker.picker(clock.today(), form.values("days")),
        "remembered": bool(practice.defaults),
        "also_sent": session_forms.also_sent(form, practice),
        "more_open": session_forms.more_is_open(form),
        "other_days_open": session_forms.other_days_open(form),
        "guidance": [
            own_rates.guidance(row) for row in own_rates.guide_rates(work, practice.pool_id, on=clock.today())
        ],
    }


@bp.get("/times")
@allow("session.post")
def times() -> ResponseReturnValue:
    """The usual times of a kind, for the form: it asks when another kind is chosen."""
    return render("sessions/_times.html", form=session_forms.usual_times(request.args.get("kind", "")))


@bp.post("/new")
@allow("session.post")
def post() -> ResponseReturnValue:
    """Post it; what is unusual, or on several days, is shown first, and so is a probable duplicate."""
    form, step = forms.load(PostSession, request.form), request.form.get(forms.BUTTON, LOOK)
    practice_id = g.actor.practice_id or asked_practice(form)
    if form.errors or step == CHANGE:
        return form_again(practice_id, form)
    try:
        page = None if step in AFTER_A_LOOK else page_before_posting(practice_id, form)
        return keep(practice_id, form, step) if page is None else page
    except ProbableTwin:
        return page_before_posting(practice_id, form) or form_again(practice_id, form)
    except Invalid as refusal:
        return form_again(practice_id, forms.refused(form, refusal))


def asked_practice(form: Form) -> UUID:
    """The practice that a pool manager posts for."""
    typed = MultiDict({"practice_id": form.value("practice_id")})
    chosen = forms.load(NewSession, typed).data.get("practice_id")
    if chosen is None:
        raise Invalid("Choose the practice that the session is for.")
    return chosen


def form_again(practice_id: UUID, form: Form) -> ResponseReturnValue:
    """The form with everything that was typed, and the errors beside their fields."""
    with reading() as work:
        page = posting_context(work, work.get(Practice, practice_id), form)
        return render("sessions/new.html", status=422 if form.errors else 200, **page)


def page_before_posting(practice_id: UUID, form: Form) -> ResponseReturnValue | None:
    """The duplicate that is already there, or what is worth a look; nothing when it can be posted at once."""
    days, details = form.data["days"], form.data["details"]
    with reading() as work:
        seen = posting.look(work, practice_id, days, details)
        if seen.twins:
            return twin_page(form, seen.twins)
        checked = posting_checks.check(details, days, form.data["left_out"])
        if not checked.worth_a_look:
            return None
        costs = session_words.cost_words(invoice_preview.of_session(work, seen.drafts[0]))
        page = after_typing(form) | {"carried": session_forms.carried(form, days=False), "costs": costs}
        return render("sessions/check.html", form=form, checked=checked, details=details, **page)


def after_typing(form: Form) -> dict[str, Any]:
    """What every page between the form and the posting needs."""
    return {"carried": session_forms.carried(form), "kinds": dict(session_forms.CHOICES["kinds"])}


def twin_page(form: Form, twins: Sequence[PracticeSession]) -> ResponseReturnValue:
    """You already have this session: open it, post a second one, or change what was typed."""
    return render(
        "sessions/twin.html",
        status=409,
        form=form,
        twins=twins,
        others=len(set(form.data["days"]) - {twin.on for twin in twins}),
        title_of=session_words.title,
        posted_by=session_words.posted_by,
        **after_typing(form),
    )


def keep(practice_id: UUID, form: Form, step: str) -> ResponseReturnValue:
    """Post the sessions and go to the page that says what comes of it."""
    asked = form.data
    with working() as work:
        posted = posting.post(
            work,
            practice_id,
            asked["days"],
            asked["details"],
            even_if_twin=step == SECOND,
            other_days_only=step == OTHERS,
            like=asked["like"],
        )
        ids = [session.id for session in posted]
    return redirect(url_for("sessions.posting.posted", id=ids), 303)


@bp.get("/posted")
@allow("session.see")
def posted() -> ResponseReturnValue:
    """What was just posted, with how many clinicians could take each."""
    ids = [UUID(value) for value in request.args.getlist("id") if is_id(value)]
    with reading() as work:
        shown = [work.get(PracticeSession, id_) for id_ in ids[: posting.MOST_DAYS]]
        if not shown:
            return redirect(url_for("sessions.index"))
        counted = prospects.of_sessions(work, [id_.id for id_ in shown[:MOST_COUNTED]])
        return render(
            "sessions/posted.html",
            posted=shown,
            counted=counted,
            title_of=session_words.title,
            summary=summary(counted),
            cover=cover.of_session(work, max(shown, key=lambda id_: id_.starts_at), manager=not g.actor.is_practice),
            is_practice=g.actor.is_practice,
        )


def summary(counted: Mapping[UUID, Prospects]) -> str:
    """How many of the sessions somebody could take."""
    possible = sum(count.able > 0 for count in counted.values())
    if len(counted) == 1:
        return next(iter(counted.values())).headline
    return f"At least one clinician could take {possible} of {plural(len(counted), 'session')}."


def is_id(text: str) -> bool:
    """Could this be the id of a row?"""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
