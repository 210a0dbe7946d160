"""A door that speaks JSON, for tests: two addresses made of the door kit and the use cases, with no page anywhere.

Who asks is said by a header, which no product must ever believe; a real door would read a token here.
"""

from flask import Blueprint, Flask, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from pool import queue
from pool.actor import Actor
from pool.config import Config
from pool.doors import access, problems, rate_limits, request_log, validation
from pool.doors.access import allow
from pool.doors.problems import Problem
from pool.doors.transactions import reading, working
from pool.extensions import db
from pool.models.session import PracticeSession
from pool.schemas.sessions import Withdrawal
from pool.services.sessions import posting

ASKER = "X-Asker"

bp = Blueprint("json_door", __name__, url_prefix="/v1/sessions")


def build(config: Config, askers: dict[str, Actor]) -> Flask:
    """An application that is nothing but this door; `askers` are the actors that the header may name."""
    app = Flask("json_door", static_folder=None, template_folder=None)
    app.config.from_mapping(SQLALCHEMY_DATABASE_URI=config.database_url, MAX_CONTENT_LENGTH=10_000)
    db.init_app(app)
    queue.connect(config.redis_url)
    request_log.install(app)
    rate_limits.install(app)
    app.before_request(lambda: access.act_as(askers.get(request.headers.get(ASKER, ""))))
    problems.install(app, show)
    app.register_blueprint(bp)
    return app


def show(problem: Problem) -> ResponseReturnValue:
    """A problem as JSON."""
    body = {"code": problem.code, "message": problem.message, "fields": dict(problem.fields)}
    return jsonify(error=body), problem.status, dict(problem.headers)


@bp.get("")
@allow("session.see")
def index() -> ResponseReturnValue:
    """The sessions that the asker may see."""
    with reading() as work:
        found = work.all(select(PracticeSession))
        return jsonify(sessions=[{"id": str(session.id), "state": session.state} for session in found])


@bp.post("/<uuid:session_id>/withdraw")
@allow("session.withdraw")
@rate_limits.by_address
def withdraw(session_id) -> ResponseReturnValue:
    """Take back a session that is no longer needed."""
    asked = validation.validated(Withdrawal, request.get_json())
    with working() as work:
        session = posting.withdraw(work, session_id, **asked)
        return jsonify(id=str(session.id), state=session.state)
