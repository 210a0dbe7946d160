"""Two questions a supervisor or load balancer asks: is the process alive, and can it serve?"""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from pool.doors.access import allow
from pool.services import health

bp = Blueprint("health", __name__, url_prefix="/health")


@bp.get("/live")
@allow("public.see")
def live() -> ResponseReturnValue:
    """Answer that the process runs."""
    return jsonify(status="ok")


@bp.get("/ready")
@allow("public.see")
def ready() -> ResponseReturnValue:
    """The database answers and binds us. Redis or workers away are said, but this portal serves: booking goes on."""
    state = health.readiness()
    return jsonify(state), 200 if state["database"] == "ok" else 503
