"""A reference for every request, in the log, the audit trail and on the error page."""

import logging
import re
from time import perf_counter
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

from pool.log_lines import LogLines
from pool.services.people import signed_tokens

log = structlog.get_logger()
SAFE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def install(app: Flask) -> None:
    """Give every request its reference and log it as one JSON line. Installed before whatever refuses a request, or the
    refusal would be logged under the reference of the request before."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=LogLines,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    app.before_request(name_request)
    app.after_request(log_request)


def name_request() -> None:
    """Take the proxy's request id when it is a safe one, else make our own."""
    given = request.headers.get("X-Request-Id", "")
    g.began = perf_counter()
    g.request_id = given if SAFE_ID.fullmatch(given) else uuid4().hex[:16]
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def log_request(response: Response) -> Response:
    """One line per request: the route instead of the address, a mark instead of the person, nothing personal."""
    log.info(
        "request",
        method=request.method,
        route=route(),
        endpoint=request.endpoint,
        status=response.status_code,
        ms=round((perf_counter() - g.get("began", perf_counter())) * 1000),
        person=who(),
    )
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response


def route() -> str:
    """The pattern of the address: an address itself may hold the secret of a sign-in link."""
    return request.url_rule.rule if request.url_rule else ""


def who() -> str:
    """The same mark for the same person, which only we can make; nothing for strangers."""
    actor = g.get("actor")
    return signed_tokens.mark("request log", str(actor.person_id))[:12] if actor and actor.person_id else ""
