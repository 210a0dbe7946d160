"""Why was I (not) offered this? Every coming session with its answer, and how the work is shared out."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from pool.doors.access import allow
from pool.doors.transactions import reading
from pool.models.pool import Pool
from pool.portal.web import paging
from pool.portal.web.render import render
from pool.services.bookings import fair_share
from pool.services.eligibility import why
from pool.unit_of_work import UnitOfWork

bp = Blueprint("why", __name__, url_prefix="/why")


@bp.get("")
@allow("why.see")
def index() -> ResponseReturnValue:
    """The coming sessions of the reader's profession, each with why it was offered to them or not.

    Sessions at times that the reader has not marked as free are only counted, unless they ask for them (?all=1).
    """
    with reading() as work:
        found = why.answers(work, why.sessions(work))
        unfree = [answer for answer in found if answer.is_unfree]
        shown = found if request.args.get("all") else [answer for answer in found if not answer.is_unfree]
        page = paging.page_asked(len(shown))
        return render(
            "clinicians/why/index.html",
            page=page,
            answers=shown[page.offset : page.offset + page.size],
            total=len(found),
            unfree=0 if shown is found else len(unfree),
            shares=fair_share.shares(work),
            pools=pools_of(work),
        )


def pools_of(work: UnitOfWork) -> list[Pool]:
    """The reader's pools, for whom to ask."""
    return [work.get(Pool, pool_id) for pool_id in work.actor.pool_ids]
