"""PostgreSQL is away: the promised page, from a template that asks no database, and one short line in the log."""

import structlog
from flask import Flask, current_app, g, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from pool.portal.web.render import asks_for_piece

log = structlog.get_logger()

RETRY_SECONDS = 10
NO_ANSWER = ("08", "53", "57P", "58")
"""SQLSTATE classes: connection lost, out of room or connections, shut down or starting, the server's own disk."""

TITLE = "Sorry, the service is not available"
HAPPENED = (
    "We cannot reach our records at the moment. Nothing that was saved before is lost. "
    "If you were saving something, check whether it was saved before you try again."
)
TO_DO = "You do not have to do anything. Try again in a few minutes."


def install(app: Flask) -> None:
    """Answer every request that PostgreSQL does not answer with a calm page."""
    app.register_error_handler(DBAPIError, show_database_error)
    app.register_error_handler(PoolTimeout, show_away)


def is_away(error: BaseException | None) -> bool:
    """Does this error mean that PostgreSQL is away, rather than that a statement was wrong?"""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state.startswith(NO_ANSWER) if state else type(error).__name__ in ("OperationalError", "InterfaceError")


def show_database_error(error: DBAPIError) -> ResponseReturnValue:
    """The page when PostgreSQL is away. Raises any other error again: that one is a bug with a reference."""
    if not is_away(error):
        raise error
    return show_away(error)


def show_away(error: BaseException | None) -> ResponseReturnValue:
    """The page, or for htmx the notice: both stand on no row."""
    cause = getattr(error, "orig", None) or error or PoolTimeout()
    log.error(
        "database_away", endpoint=request.endpoint, reason=first_line(cause), sqlstate=getattr(cause, "sqlstate", None)
    )
    response = make_response(words_of_it(), 503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    if asks_for_piece():
        response.headers["HX-Retarget"] = "#notices"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def first_line(cause: BaseException) -> str:
    """What the driver says, without the hints that follow."""
    lines = str(cause).splitlines()
    return f"{type(cause).__name__}: {lines[0][:200]}" if lines else type(cause).__name__


def words_of_it() -> str:
    """The text of the answer."""
    template = "errors/_away_notice.html" if asks_for_piece() else "errors/away.html"
    return alone(template, title=TITLE, happened=HAPPENED, to_do=TO_DO, reference=g.get("request_id", ""))


def alone(template: str, **context: object) -> str:
    """A template with nothing but what it is given: Flask's usual context asks the database who is signed in."""
    return current_app.jinja_env.get_template(template).render(**context)
