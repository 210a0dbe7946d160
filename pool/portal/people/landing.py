"""The front door: everybody is led to the page on which their work starts."""

from flask import Blueprint, g, redirect, url_for
from flask.typing import ResponseReturnValue

from pool.doors.access import allow
from pool.portal.web.next_page import first_page

bp = Blueprint("landing", __name__)


@bp.get("/")
@allow("public.see")
def show() -> ResponseReturnValue:
    """The first page of the role; the sign-in page for strangers."""
    return redirect(first_page() if g.actor else url_for("login.show"))
