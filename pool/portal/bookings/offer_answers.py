"""Who answered what, for the pool manager: every offer with its answer on one page."""

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from pool.catalogue import DECLINE_REASONS
from pool.doors.access import allow
from pool.doors.transactions import reading
from pool.lifecycle import OFFER
from pool.models.match_run import MatchRun
from pool.portal.web import forms, paging
from pool.portal.web.present import TAGS
from pool.portal.web.render import render
from pool.portal.words import session_words
from pool.services.bookings import offer_answers
from pool.services.bookings.offer_answers import Asked

bp = Blueprint("answers", __name__, url_prefix="/answers")

STATES = [("", "All"), *((state, TAGS["offer"][state].label) for state in OFFER.steps)]


@bp.get("/")
@allow("offer.send")
def index() -> ResponseReturnValue:
    """Every offer of the pool, what was sent last first."""
    return page(None)


@bp.get("/runs/<uuid:run_id>")
@allow("offer.send")
def of_run(run_id: UUID) -> ResponseReturnValue:
    """The offers of one plan."""
    return page(run_id)


def page(run_id: UUID | None) -> ResponseReturnValue:
    """The list, narrowed by the answer and by words."""
    state, words = request.args.get("state", ""), request.args.get("q", "").strip()
    asked = Asked(run_id, state if state in OFFER.steps else "", words)
    with reading() as work:
        run = work.get(MatchRun, run_id) if run_id else None
        shown = paging.page_asked(offer_answers.number_of_offers(work, asked))
        return render(
            "bookings/offer_answers/index.html",
            rows=offer_answers.listed(work, asked, shown.offset, shown.size),
            page=shown,
            run=run,
            form=forms.blank(q=words, state=asked.state),
            states=STATES,
            asked=asked,
            reasons=DECLINE_REASONS,
            title_of=session_words.title,
        )
