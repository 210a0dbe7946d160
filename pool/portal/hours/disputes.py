"""Disputes about hours: the list, and one page with all the evidence and the answers that are possible."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Conflict, Invalid, StaleForm
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.portal.words import booking_words, dispute_words
from pool.schemas.disputes import Counter, Decision, Escalation, Seen
from pool.services.hours import dispute_pages, disputes
from pool.services.hours.dispute_pages import TURN_OF

bp = Blueprint("disputes", __name__, url_prefix="/disputes")


@bp.get("")
@allow("dispute.see")
def index() -> ResponseReturnValue:
    """Those that wait for the reader, those that wait for somebody else, and how the last ones ended."""
    with reading() as work:
        found, own_turn = dispute_pages.open_disputes(work), TURN_OF[work.actor.role]
        return render(
            "hours/disputes/index.html",
            own_turn=[dispute for dispute in found if dispute.state == own_turn],
            elsewhere=[dispute for dispute in found if dispute.state != own_turn],
            closed=dispute_pages.closed_disputes(work),
            words=dispute_words,
        )


@bp.get("/<uuid:dispute_id>")
@allow("dispute.see")
def show(dispute_id: UUID) -> ResponseReturnValue:
    """Terms, hours, notes and each round on one page."""
    return page(dispute_id, forms.blank())


def page(dispute_id: UUID, form: Form, status: int = 200, *, stale: bool = False) -> ResponseReturnValue:
    """The page, with what was typed when it could not be used, or when somebody was quicker."""
    with reading() as work:
        case = dispute_pages.case(work, dispute_id)
        if stale:
            form = forms.stale(form, dispute_words.meanwhile(case, decides=work.actor.may("dispute.decide")), {})
        return render(
            "hours/disputes/show.html",
            status=status,
            case=case,
            dispute=case.dispute,
            form=form,
            words=dispute_words,
            terms=booking_words.rows(case.booking),
            decides=work.actor.may("dispute.decide"),
        )


@bp.post("/<uuid:dispute_id>/accept")
@allow("dispute.answer")
def accept(dispute_id: UUID) -> ResponseReturnValue:
    """Agree to what the other side asked last."""
    return answer(dispute_id, Seen, disputes.accept, "Settled. What is due now is invoiced by itself.")


@bp.post("/<uuid:dispute_id>/counter")
@allow("dispute.answer")
def counter(dispute_id: UUID) -> ResponseReturnValue:
    """Propose another figure."""
    return answer(dispute_id, Counter, disputes.counter, "Your figure is sent. The other side has the next word.")


@bp.post("/<uuid:dispute_id>/escalate")
@allow("dispute.answer")
def escalate(dispute_id: UUID) -> ResponseReturnValue:
    """Ask the pool manager to decide."""
    return answer(
        dispute_id, Escalation, disputes.escalate, "The pool manager decides now. Both sides hear the outcome."
    )


@bp.post("/<uuid:dispute_id>/decide")
@allow("dispute.decide")
def decide(dispute_id: UUID) -> ResponseReturnValue:
    """The manager's decision, with reasons."""
    return answer(
        dispute_id, Decision, disputes.decide, "Decided. Both sides are told; what is due is invoiced by itself."
    )


def answer(dispute_id: UUID, schema: type[Schema], do: Callable[..., Any], done: str) -> ResponseReturnValue:
    """One answer; when it cannot be used, or somebody was quicker, the page comes back with what was typed."""
    form = forms.load(schema, request.form)
    if form.errors:
        return page(dispute_id, form, status=422)
    try:
        with working() as work:
            do(work, dispute_id, **form.data)
    except Invalid as wrong:
        return page(dispute_id, forms.refused(form, wrong), status=422)
    except StaleForm:
        return page(dispute_id, form, status=409, stale=True)
    except Conflict as conflict:
        return page(dispute_id, forms.conflicting(form, conflict), status=409)
    flash(done, "success")
    return redirect(url_for("disputes.show", dispute_id=dispute_id), 303)
