"""Pools that ask somebody to join them: yes or no, on the person's own page."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from pool.doors.access import allow
from pool.doors.transactions import working_as
from pool.portal.web.render import render
from pool.services.people import invitations

bp = Blueprint("invitations", __name__, url_prefix="/invitations")


@bp.get("")
@allow("account.see")
def index() -> ResponseReturnValue:
    """What waits for an answer; on to their work for people who have nothing to answer."""
    waiting = invitations.waiting(g.actor.person_id)
    if not waiting:
        return redirect(url_for("landing.show"))
    return render("people/account/invitations.html", invitations=waiting)


@bp.post("/<uuid:stand_in_id>/accept")
@allow("account.see")
def accept(stand_in_id: UUID) -> ResponseReturnValue:
    """Accept an invitation and join the pool."""
    pools = answer(stand_in_id, invitations.accept)
    flash(f"You have joined {pools}.", "success")
    return redirect(url_for("account.show"), 303)


@bp.post("/<uuid:stand_in_id>/decline")
@allow("account.see")
def decline(stand_in_id: UUID) -> ResponseReturnValue:
    """Decline an invitation."""
    pools = answer(stand_in_id, invitations.decline)
    flash(f"You have not joined {pools}. They see that the invitation has ended.", "success")
    return redirect(url_for("account.show"), 303)


def answer(stand_in_id: UUID, say: invitations.Answer) -> str:
    """Say it in the inviting pool; gives the name of the pool."""
    invitation = invitations.open_one(g.actor.person_id, stand_in_id)
    with working_as(invitations.guest_of(invitation, g.actor)) as work:
        say(work, stand_in_id)
    return " and ".join(sorted({role.pool_name for role in invitation.roles}))
