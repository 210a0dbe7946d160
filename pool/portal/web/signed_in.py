"""Who is asking, by the cookie: the signed-in person in the role they chose. Strangers are led to the sign-in page."""

from collections.abc import Sequence
from uuid import UUID

from flask import Flask, current_app, flash, g, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from pool.doors import access
from pool.errors import FactorNeeded, NotSignedIn
from pool.portal.web import unsent_forms
from pool.services.people import memberships, sign_in
from pool.services.people.memberships import Standing

STANDING = "standing"
"""Key in the cookie: which of their memberships the person is acting in."""


KEPT = (
    "Your sign-in had ended, so nothing was sent. What you typed is kept for an hour: sign in again in this browser, and it"
    " is in the form."
)
NOT_KEPT = (
    "Your sign-in had ended, so nothing was sent, and what you typed could not be kept. Go back in your browser to copy it,"
    " then sign in again."
)


def install(app: Flask) -> None:
    """Find out who is asking before every request, and lead those on who have to do something first."""
    app.before_request(load_actor)
    app.register_error_handler(NotSignedIn, sign_in_first)
    app.register_error_handler(FactorNeeded, set_up_factor_first)


def load_actor() -> None:
    """Say who asks (None for a stranger): the signed-in person in the standing they chose; asked of the database each
    time, so a role that was taken away is gone with the next click."""
    access.act_as(None)
    g.can_switch_role = False
    if request.endpoint == "static" or not current_user.is_authenticated:
        return
    found = memberships.of_person(current_user.id)
    g.can_switch_role = len(found) > 1
    actor = memberships.actor(current_user, found, chosen())
    own = [
        standing for standing in found if actor and standing.role == actor.role and standing.pool_id in actor.pool_ids
    ]
    access.act_as(actor, needs_factor=needs_factor(own))


def needs_factor(own: Sequence[Standing]) -> bool:
    """Must this person set up an authenticator before they go on in this role? Never somebody of the demonstration."""
    if not own or current_user.is_demo or sign_in.has_second_factor(current_user):
        return False
    return any(standing.wants_factor for standing in own)


def sign_in_first(_: NotSignedIn) -> ResponseReturnValue:
    """The sign-in page. A form that comes from somebody whose sign-in ran out is kept until they are back."""
    person_id = unsent_forms.timed_out() if request.method == "POST" else None
    if person_id is None:
        flash("Sign in to see that page.")
        return redirect(
            url_for("login.show", next=request.full_path.removesuffix("?") if request.method == "GET" else None)
        )
    secret = unsent_forms.read_or_make()
    if needs_fresh_sign_in() or not unsent_forms.keep(person_id, secret, session.get(STANDING, "")):
        flash(NOT_KEPT)
        return redirect(url_for("login.show"), 303)
    flash(KEPT)
    answer = make_response(redirect(url_for("login.show", next=unsent_forms.address()), 303))
    unsent_forms.give(answer, secret)
    return answer


def needs_fresh_sign_in() -> bool:
    """Does the view of this request ask for a fresh sign-in (recent_sign_in.py)? What is typed there is never kept."""
    return getattr(current_app.view_functions[request.endpoint or ""], "is_fresh", False)


def set_up_factor_first(_: FactorNeeded) -> ResponseReturnValue:
    """The page on which the authenticator is set up."""
    flash("Your pool asks for an authenticator app. Set it up first: it takes two minutes.")
    return redirect(url_for("account.second_factor"))


def chosen() -> UUID | None:
    """The membership in the cookie."""
    value = session.get(STANDING)
    return UUID(value) if value else None


def choose(membership_id: UUID) -> None:
    """Act in this membership from now on."""
    session[STANDING] = str(membership_id)


def stand_again(membership_id: str) -> bool:
    """Act as in the log-in before, if the person still may; says whether that is a change."""
    own = {str(standing.membership_id) for standing in memberships.of_person(g.actor.person_id)}
    changed = membership_id in own and membership_id != session.get(STANDING)
    if changed:
        choose(UUID(membership_id))
    return changed
