"""What people see when something goes wrong: a calm page that says what happened and what to do next."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import structlog
from flask import Flask, current_app, make_response
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from pool.doors import problems, request_log
from pool.doors.problems import Problem
from pool.portal.web.render import asks_for_piece, render

log = structlog.get_logger()


class Words(NamedTuple):
    """The title of an error page, and what to do; what happened is the message of the problem."""

    title: str
    to_do: str


CHANGED = Words("Things have changed", "Reload the page and look again.")
WORDS = {
    "unreadable": Words("We could not read that", "Go back, reload the page and try again."),
    "page_too_old": Words("This page was open for too long", "Go back, reload the page and press the button again."),
    "not_signed_in": Words("Sign in first", "Sign in, and we will bring you back here."),
    "not_allowed": Words("You cannot do this", "If you think you should be able to, ask your pool manager."),
    "factor_needed": Words("Set up your authenticator app first", "It takes two minutes, on the page of your account."),
    "not_found": Words("Page not found", "Check the address, or start again from the home page."),
    "wrong_method": Words("This page cannot be used that way", "Start again from the home page."),
    "conflict": CHANGED,
    "wrong_state": CHANGED,
    "already_booked": CHANGED,
    "changed_meanwhile": CHANGED,
    "too_large": Words("The file is too large", "Send a smaller file and try again."),
    "invalid": Words("Check what you entered", "Go back, change it and send it again."),
    "too_many_tries": Words("Too many tries", "Wait a minute and try again."),
    "broken": Words("Sorry, there is a problem with the service", "Try again in a few minutes."),
    "unavailable": Words("Sorry, the service is not available", "Try again in a few minutes."),
    "not_counting": Words("Sorry, the service is not available", "Try again in a few minutes."),
    "away": Words("Sorry, the service is not available", "You do not have to do anything. Try again in a few minutes."),
}
"""By the code of the problem; a test holds the two tables together."""

PAGE_TOO_OLD = Problem(
    400, "page_too_old", "To keep your account safe we did not do what you asked. Nothing was changed."
)


def install(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(CSRFError, show_old_page)
    problems.install(app, show)


def show_old_page(error: CSRFError) -> ResponseReturnValue:
    """The form's security mark is missing or out of date."""
    log.info("form.refused", reason=error.description, route=request_log.route())
    return show(PAGE_TOO_OLD)


def show(problem: Problem) -> ResponseReturnValue:
    """The page of a problem; for htmx a notice that lands at the top of the page the person is on."""
    response = make_response(_text(problem), problem.status)
    response.headers.update(problem.headers)
    if asks_for_piece():
        response.headers["HX-Retarget"] = "#notices"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def _text(problem: Problem) -> ResponseReturnValue:
    """The page stands even if PostgreSQL is away (it asks for no row) or the base page cannot be drawn."""
    facts = _facts(problem)
    if problem.code == problems.AWAY.code:
        return _alone("errors/_notice.html" if asks_for_piece() else "errors/away.html", facts)
    try:
        return render("errors/page.html", partial="errors/_notice.html", **facts)
    except Exception:
        if problem.code != problems.BROKEN.code:
            raise
        log.exception("error_page.failed", reference=problem.reference)
        return _alone("errors/bare.html", facts)


def _facts(problem: Problem) -> dict[str, Any]:
    """What the templates of errors/ are given."""
    title, to_do = WORDS[problem.code]
    if wait := problem.headers.get("Retry-After") if problem.code == "too_many_tries" else None:
        minutes = -(-int(wait) // 60)
        to_do = f"Wait {minutes} {'minute' if minutes == 1 else 'minutes'} and try again."
    details = [message for messages in problem.fields.values() for message in messages]
    return {
        "title": title,
        "happened": problem.message,
        "to_do": to_do,
        "details": details,
        "reference": problem.reference,
    }


def _alone(template: str, facts: Mapping[str, Any]) -> str:
    """A template with nothing but what it is given: Flask's usual context asks the database who is signed in."""
    return current_app.jinja_env.get_template(template).render(**facts)
