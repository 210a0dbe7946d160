"""Who is asking, and may they? Every view carries `@allow("action")`; a test walks the URL map for it.

The door that finds out who asks (from a cookie, from a token) says so with `act_as`, before any view runs.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g

from pool.actor import Actor
from pool.errors import FactorNeeded, NotAllowed, NotSignedIn
from pool.permissions import ACTIONS, ANYONE

View = TypeVar("View", bound=Callable[..., Any])

SETS_UP_FACTOR = "account.see"
"""What people may still do before they have set up the second factor that their pool asks for."""


def act_as(actor: Actor | None, *, needs_factor: bool = False) -> None:
    """This request is from `actor` (None for a stranger), who must first set up a second factor if `needs_factor`."""
    g.actor, g.needs_factor = actor, needs_factor


def allow(action: str) -> Callable[[View], View]:
    """Let a view be used only by roles that the permission table names. Raises KeyError for an unknown action; the view
    raises what `check` raises."""
    ACTIONS[action]

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            check(action)
            return view(*args, **kwargs)

        guarded.permission = action  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def check(action: str) -> None:
    """Raises NotSignedIn for strangers, NotAllowed for the wrong role, FactorNeeded when that has to be set up first."""
    if ACTIONS[action] >= ANYONE:
        return
    if g.actor is None:
        raise NotSignedIn
    if not g.actor.may(action):
        raise NotAllowed("Your role does not include this. If you also have another role, switch to it first.")
    if g.needs_factor and action != SETS_UP_FACTOR:
        raise FactorNeeded
