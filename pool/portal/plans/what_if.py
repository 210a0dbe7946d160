"""What if? Questions about the plan of the coming weeks. Every page is a GET: nothing is ever changed here."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from pool import queue
from pool.doors.access import allow
from pool.doors.transactions import reading
from pool.errors import Conflict
from pool.portal.web import forms
from pool.portal.web.render import render
from pool.schemas.what_if import Notice, OneMoreClinician, OneMoreSession, Rates, Travel
from pool.services.plans import what_if
from pool.services.plans.what_if import Wish
from pool.unit_of_work import UnitOfWork

bp = Blueprint("what_if", __name__, url_prefix="/plans/what-if")


@bp.get("")
@allow("run.see")
def show() -> ResponseReturnValue:
    """The questions, and the answer to the one that was asked."""
    kind = request.args.get("kind", "")
    if kind not in QUESTIONS:
        return page(forms.blank(**USUAL))
    schema, wished = QUESTIONS[kind]
    form = forms.load(schema, request.args)
    if form.errors:
        return page(form, status=422)
    try:
        with reading() as work:
            found = what_if.answer(work, wished(work, form.data), queue.ask)
    except Conflict as cannot:
        return page(forms.conflicting(form, cannot), status=409)
    return page(form, answer=found)


def page(form: forms.Form, *, answer: what_if.Comparison | None = None, status: int = 200) -> ResponseReturnValue:
    """All questions; what was typed stays."""
    with reading() as work:
        places = what_if.practices(work)
    filled = form._replace(typed=forms.blank(**USUAL).typed | form.typed)
    return render(
        "plans/what_if/show.html",
        status=status,
        form=filled,
        answer=answer,
        practices=places,
        kind=request.args.get("kind", ""),
        professions=what_if.professions(),
    )


Wished = Callable[[UnitOfWork, dict[str, Any]], Wish]

QUESTIONS: dict[str, tuple[type[Schema], Wished]] = {
    "rates": (Rates, lambda work, given: what_if.rates(given["pounds"], given["rates_practice"])),
    "travel": (Travel, lambda work, given: what_if.travel(given["minutes"])),
    "notice": (Notice, lambda work, given: what_if.notice(given["days"])),
    "clinician": (
        OneMoreClinician,
        lambda work, given: what_if.clinician(
            work, given["clinician_practice"], given["clinician_profession"], given["a_week"]
        ),
    ),
    "session": (
        OneMoreSession,
        lambda work, given: what_if.session(
            work,
            given["session_practice"],
            given["on"],
            given["starts"],
            given["ends"],
            profession=given["session_profession"],
            fee=given["fee"],
        ),
    ),
}
"""Each question by its name: the form, and what it means."""

USUAL = {"pounds": 20, "minutes": 15, "days": 3, "a_week": 4, "starts": "08:30", "ends": "12:30", "fee": 350}
"""What the forms are filled in with."""
