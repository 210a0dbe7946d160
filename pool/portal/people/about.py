"""What the service says about itself: accessibility and privacy."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from pool.doors.access import allow
from pool.portal.web.render import render

bp = Blueprint("about", __name__, url_prefix="/about")


@bp.get("/accessibility")
@allow("public.see")
def accessibility() -> ResponseReturnValue:
    """How accessible the service is, and what to do when it is not."""
    return render("people/about/accessibility.html")


@bp.get("/privacy")
@allow("public.see")
def privacy() -> ResponseReturnValue:
    """Which data are kept, why, and whom to ask."""
    return render("people/about/privacy.html")
