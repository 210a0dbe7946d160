"""The link that proves an address which a manager mended: a page with one button, for whoever reads the mailbox."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from pool.doors import rate_limits
from pool.doors.access import allow
from pool.doors.transactions import working_as
from pool.portal.web.render import render
from pool.services.people import corrected_address

bp = Blueprint("corrected_address", __name__, url_prefix="/new-address")


@bp.get("/<proof>")
@allow("public.see")
def show(proof: str) -> ResponseReturnValue:
    """Opening the link changes nothing: mail scanners open links."""
    return render("security/corrected_address.html", email=corrected_address.shown(proof))


@bp.post("/<proof>")
@allow("public.see")
@rate_limits.by_address
def use(proof: str) -> ResponseReturnValue:
    """The new address holds; whoever signs in uses it."""
    with working_as(corrected_address.whoever_opens(proof)) as work:
        corrected_address.change(work, proof)
    flash("The new email address holds from now on. Sign in with it.", "success")
    return redirect(url_for("login.show"), 303)
