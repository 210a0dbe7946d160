"""Doors that open only to people who signed in within the last half hour: how they sign in, and where money goes."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool.portal.web import sign_in_library

View = TypeVar("View", bound=Callable[..., Any])

SAID = "To keep your account safe, sign in again before you change how you sign in or where money goes."


def fresh(view: View) -> View:
    """Others sign in again first, and come back to the page they asked for."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        if sign_in_library.is_fresh():
            return view(*args, **kwargs)
        flash(SAID)
        back = request.path if request.method == "GET" else url_for("account.show")
        return redirect(url_for("login.show", next=back), 303)

    guarded.is_fresh = True  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]
