"""What people see when something goes wrong: a calm page that says what happened and what to do next."""

import uuid
from typing import NamedTuple

import structlog
from flask import Flask, g, make_response, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from pool.errors import Conflict, Invalid, NotAllowed, NotFound, PoolError
from pool.portal.web import database_away, request_log
from pool.portal.web.render import asks_for_piece, render

log = structlog.get_logger()


class Words(NamedTuple):
    """A title, what happened, and what to do."""

    title: str
    happened: str
    to_do: str


STATUS: dict[type[PoolError], int] = {NotFound: 404, NotAllowed: 403, Invalid: 422, Conflict: 409, PoolError: 500}

WORDS = {
    400: Words(
        "We could not read that",
        "Your browser sent something we did not expect. Nothing was changed.",
        "Go back, reload the page and try again.",
    ),
    401: Words("Sign in first", "You need to sign in to see this page.", "Sign in, and we will bring you back here."),
    403: Words(
        "You cannot do this",
        "Your role does not include this page or action.",
        "If you think it should, ask your pool manager.",
    ),
    404: Words(
        "Page not found",
        "We cannot find this page. It may have been removed, or it belongs to someone else.",
        "Check the address, or start again from the home page.",
    ),
    405: Words(
        "This page cannot be used that way",
        "The address only works from a button inside the service. Nothing was changed.",
        "Start again from the home page.",
    ),
    409: Words(
        "Things have changed", "Something changed after you opened the page.", "Reload the page and look again."
    ),
    413: Words("The file is too large", "We did not keep the file you sent.", "Send a smaller file and try again."),
    422: Words(
        "Check what you entered", "Something you entered cannot be used.", "Go back, change it and send it again."
    ),
    429: Words("Too many tries", "You have tried this many times in a short while.", "Wait a minute and try again."),
    500: Words(
        "Sorry, there is a problem with the service",
        "We have made a note of it. If you were saving something, check whether it was saved before you try again.",
        "Try again in a few minutes.",
    ),
    503: Words("Sorry, the service is not available", "We are probably updating it.", "Try again in a few minutes."),
}

PAGE_TOO_OLD = Words(
    "This page was open for too long",
    "To keep your account safe we did not do what you asked. Nothing was changed.",
    "Go back, reload the page and press the button again.",
)


def install(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(PoolError, show_pool_error)
    app.register_error_handler(CSRFError, show_old_page)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(InternalServerError, show_breakdown)
    database_away.install(app)


def show_pool_error(error: PoolError) -> ResponseReturnValue:
    """A refusal of ours: its own sentence, under the title of its kind."""
    status = status_of(error)
    if status == 500:
        return show_breakdown(InternalServerError(original_exception=error))
    fields = error.fields if isinstance(error, Invalid) else {}
    details = [message for messages in fields.values() for message in messages]
    return show(WORDS[status]._replace(happened=str(error) or WORDS[status].happened), status, details=details)


def status_of(error: PoolError) -> int:
    """The HTTP status of an error, by the nearest class in STATUS."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def show_old_page(error: CSRFError) -> ResponseReturnValue:
    """The form's security mark is missing or out of date."""
    log.info("form.refused", reason=error.description, route=request_log.route())
    return show(PAGE_TOO_OLD, 400)


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    """404, 405 and the like; redirects and the JSON API's errors pass through untouched."""
    if error.code is None or error.code < 400 or request.path.startswith("/api/"):
        return error
    response = make_response(show(WORDS.get(error.code, WORDS[400 if error.code < 500 else 500]), error.code))
    for name in ("Allow", "Retry-After"):
        if name in dict(error.get_headers()):
            response.headers[name] = dict(error.get_headers())[name]
    return response


def show_breakdown(error: InternalServerError) -> ResponseReturnValue:
    """A bug: log it under a reference that the person can quote; the page stands even if the base page cannot."""
    if database_away.is_away(error.original_exception):
        return database_away.show_away(error.original_exception)
    reference = g.get("request_id") or uuid.uuid4().hex[:8]
    log.error(
        "request.failed", reference=reference, route=request_log.route(), exc_info=error.original_exception or error
    )
    try:
        return show(WORDS[500], 500, reference=reference)
    except Exception:
        log.exception("error_page.failed", reference=reference)
        return database_away.alone("errors/bare.html", words=WORDS[500], reference=reference), 500


def show(words: Words, status: int, details: list[str] | None = None, reference: str = "") -> ResponseReturnValue:
    """The error page; for htmx a notice that lands at the top of the page the person is on."""
    response = make_response(
        render(
            "errors/page.html",
            partial="errors/_notice.html",
            status=status,
            words=words,
            details=details or [],
            reference=reference,
        )
    )
    if asks_for_piece():
        response.headers["HX-Retarget"] = "#notices"
        response.headers["HX-Reswap"] = "innerHTML"
    return response
