"""Who is asking, and may they? Every view carries `@allow("action")`; a test walks the URL map for it."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, flash, g, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from pool.errors import NotAllowed
from pool.permissions import ACTIONS, ANYONE
from pool.portal.web import unsent_forms
from pool.services.people import memberships, sign_in
from pool.services.people.memberships import Standing

View = TypeVar("View", bound=Callable[..., Any])

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
    """Find out who is asking before every request."""
    app.before_request(load_actor)


def allow(action: str) -> Callable[[View], View]:
    """Let a view be used only by roles that the permission table names; strangers are asked to sign in."""
    ACTIONS[action]

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            refusal = refuse(action, keeps=not getattr(view, "is_fresh", False))
            return refusal if refusal is not None else view(*args, **kwargs)

        guarded.permission = action  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def refuse(action: str, *, keeps: bool = True) -> ResponseReturnValue | None:
    """Nothing when the action is allowed; the sign-in page for strangers; NotAllowed for the wrong role."""
    if ACTIONS[action] >= ANYONE:
        return None
    if g.actor is None:
        return sign_in_first(keeps)
    if not g.actor.may(action):
        raise NotAllowed("Your role does not include this. If you also have another role, switch to it first.")
    if g.wants_factor and action != "account.see":
        flash("Your pool asks for an authenticator app. Set it up first: it takes two minutes.")
        return redirect(url_for("account.second_factor"))
    return None


def sign_in_first(keeps: bool) -> ResponseReturnValue:
    """The sign-in page. A form that comes from somebody whose sign-in ran out is kept until they are back."""
    person_id = unsent_forms.timed_out() if request.method == "POST" else None
    if person_id is None:
        flash("Sign in to see that page.")
        return redirect(
            url_for("login.show", next=request.full_path.removesuffix("?") if request.method == "GET" else None)
        )
    secret = unsent_forms.read_or_make()
    if not keeps or not unsent_forms.keep(person_id, secret, session.get(STANDING, "")):
        flash(NOT_KEPT)
        return redirect(url_for("login.show"), 303)
    flash(KEPT)
    answer = make_response(redirect(url_for("login.show", next=unsent_forms.address()), 303))
    unsent_forms.give(answer, secret)
    return answer


def load_actor() -> None:
    """Set g.actor (None for a stranger) from the signed-in person and the standing they chose; asked of the database
    each time, so a role that was taken away is gone with the next click."""
    g.actor, g.can_switch_role, g.wants_factor = None, False, False
    if request.endpoint == "static" or not current_user.is_authenticated:
        return
    found = memberships.of_person(current_user.id)
    g.can_switch_role = len(found) > 1
    g.actor = memberships.actor(current_user, found, chosen())
    g.wants_factor = wants_factor(found)


def wants_factor(found: Sequence[Standing]) -> bool:
    """Must this person set up an authenticator before they go on in this role? Never somebody of the demonstration."""
    if g.actor is None or current_user.is_demo or sign_in.has_second_factor(current_user):
        return False
    return any(each.wants_factor for each in found if each.role == g.actor.role and each.pool_id in g.actor.pool_ids)


def chosen() -> UUID | None:
    """The membership in the cookie."""
    value = session.get(STANDING)
    return UUID(value) if value else None


def choose(membership_id: UUID) -> None:
    """Act in this membership from now on."""
    session[STANDING] = str(membership_id)


def stand_again(membership_id: str) -> bool:
    """Act as in the log-in before, if the person still may; says whether that is a change."""
    own = {str(each.membership_id) for each in memberships.of_person(g.actor.person_id)}
    changed = membership_id in own and membership_id != session.get(STANDING)
    if changed:
        choose(UUID(membership_id))
    return changed
