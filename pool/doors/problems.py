"""What a door answers when something goes wrong: one table from errors to a status, a code and plain words.

The portal shows a problem as a page, another door in its own form; `install` gives each of them the same problems.
"""

import uuid
from collections.abc import Callable, Mapping
from typing import NamedTuple

import structlog
from flask import Blueprint, Flask, g, request
from flask.typing import ResponseReturnValue
from flask_limiter.errors import RateLimitExceeded
from limits.errors import StorageError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError

from pool.doors import request_log
from pool.doors.rate_limits import wait_seconds
from pool.errors import (
    AlreadyBooked,
    Conflict,
    FactorNeeded,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    PoolError,
    StaleForm,
    WrongState,
)

log = structlog.get_logger()


class Problem(NamedTuple):
    """An answer to an error. `fields` says what is wrong with which input; `reference` finds it in the log."""

    status: int
    code: str
    message: str
    fields: Mapping[str, list[str]] = {}
    headers: Mapping[str, str] = {}
    reference: str = ""


PROBLEMS: dict[type[PoolError], Problem] = {
    NotSignedIn: Problem(401, "not_signed_in", "You need to sign in first."),
    NotAllowed: Problem(403, "not_allowed", "Your role does not include this."),
    FactorNeeded: Problem(403, "factor_needed", "Your pool asks for an authenticator app. Set it up first."),
    NotFound: Problem(
        404, "not_found", "We cannot find that. It may have been removed, or it belongs to someone else."
    ),
    Conflict: Problem(409, "conflict", "Something changed after you looked."),
    WrongState: Problem(409, "wrong_state", "This step is not possible any more."),
    AlreadyBooked: Problem(409, "already_booked", "Just taken by someone else."),
    StaleForm: Problem(409, "changed_meanwhile", "Someone else changed this after you opened it."),
    Invalid: Problem(422, "invalid", "Something you entered cannot be used."),
}
"""Errors of the product; its own sentence takes the place of the message."""

BROKEN = Problem(
    500,
    "broken",
    "We have made a note of it. If you were saving something, check whether it was saved before you try again.",
)
HTTP: dict[int, Problem] = {
    400: Problem(400, "unreadable", "We could not read what was sent. Nothing was changed."),
    404: PROBLEMS[NotFound],
    405: Problem(405, "wrong_method", "This address cannot be used in this way. Nothing was changed."),
    413: Problem(413, "too_large", "What you sent is too large. We did not keep it."),
    429: Problem(429, "too_many_tries", "You have tried this many times in a short while."),
    500: BROKEN,
    503: Problem(503, "unavailable", "We are probably updating the service."),
}
"""Errors of HTTP, by status; others are answered as 400 or 500, with their own status."""

NOT_COUNTING = Problem(503, "not_counting", "For your safety nobody can sign in at the moment.")
AWAY = Problem(
    503,
    "away",
    "We cannot reach our records at the moment. Nothing that was saved before is lost. "
    "If you were saving something, check whether it was saved before you try again.",
    headers={"Retry-After": "10"},
)

NO_ANSWER = ("08", "53", "57P", "58")
"""SQLSTATE classes: connection lost, out of room or connections, shut down or starting, the server's own disk."""

KEPT_HEADERS = ("Allow", "Retry-After")

Show = Callable[[Problem], ResponseReturnValue]


def install(door: Flask | Blueprint, show: Show) -> None:
    """Answer each error of a door with `show(problem)`. Redirects pass, and statements that are wrong stay bugs."""

    def answer(error: Exception) -> ResponseReturnValue:
        if isinstance(error, HTTPException) and (error.code is None or error.code < 400):
            return error
        if isinstance(error, DBAPIError) and not is_away(error):
            raise error
        return show(problem_of(error))

    for kind in (PoolError, HTTPException, InternalServerError, StorageError, DBAPIError, PoolTimeout):
        door.register_error_handler(kind, answer)


def problem_of(error: Exception) -> Problem:
    """The answer to an error, which is logged when somebody should look into it."""
    cause = error.original_exception or error if isinstance(error, InternalServerError) else error
    if is_away(cause):
        return _away(cause)
    if isinstance(cause, PoolError) and known(cause):
        return _refusal(cause)
    if isinstance(cause, RateLimitExceeded):
        return _too_many(cause)
    if isinstance(cause, StorageError):
        log.error("sign_in.no_limits", reason=type(cause.storage_error).__name__, request_id=g.get("request_id"))
        return NOT_COUNTING
    if isinstance(cause, HTTPException) and not isinstance(cause, InternalServerError):
        return _of_http(cause)
    return _broken(cause)


def known(error: PoolError) -> Problem | None:
    """The row of the nearest class in the table; None for an error that is a bug of ours."""
    return next((PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS), None)


def is_away(error: BaseException | None) -> bool:
    """Does this error mean that PostgreSQL is away, rather than that a statement was wrong?"""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state.startswith(NO_ANSWER) if state else type(error).__name__ in ("OperationalError", "InterfaceError")


def _refusal(error: PoolError) -> Problem:
    problem = known(error) or BROKEN
    fields = error.fields if isinstance(error, Invalid) else {}
    return problem._replace(message=str(error) or problem.message, fields=fields)


def _of_http(error: HTTPException) -> Problem:
    status = error.code or 500
    found = HTTP.get(status, HTTP[400 if status < 500 else 500])
    sent = dict(error.get_headers())
    return found._replace(status=status, headers={name: sent[name] for name in KEPT_HEADERS if name in sent})


def _too_many(error: RateLimitExceeded) -> Problem:
    log.warning("sign_in.too_many_tries", endpoint=request.endpoint, limit=str(error.limit.limit))
    return HTTP[429]._replace(headers={"Retry-After": str(wait_seconds(error))})


def _away(error: BaseException) -> Problem:
    cause = getattr(error, "orig", None) or error
    log.error(
        "database_away", endpoint=request.endpoint, reason=_first_line(cause), sqlstate=getattr(cause, "sqlstate", None)
    )
    return AWAY._replace(reference=g.get("request_id", ""))


def _first_line(cause: BaseException) -> str:
    """What the driver says, without the hints that follow."""
    lines = str(cause).splitlines()
    return f"{type(cause).__name__}: {lines[0][:200]}" if lines else type(cause).__name__


def _broken(error: BaseException) -> Problem:
    """A bug: logged under a reference that the person can quote."""
    reference = g.get("request_id") or uuid.uuid4().hex[:8]
    log.error("request.failed", reference=reference, route=request_log.route(), exc_info=error)
    return BROKEN._replace(reference=reference)
