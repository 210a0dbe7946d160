"""What is late, by how much."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from pool import clock
from pool.doors.access import allow
from pool.doors.transactions import reading
from pool.portal.web.render import render
from pool.services.payments import ageing

bp = Blueprint("ageing", __name__, url_prefix="/late")


@bp.get("")
@allow("payment.see")
def show() -> ResponseReturnValue:
    """Open invoices by how long they are past their day, the worst first."""
    with reading() as work:
        today = clock.london_date(work.now)
        return render("payments/ageing/show.html", found=ageing.ageing(work, today), bands=ageing.BANDS, today=today)
