"""The ICS lead's page: totals per pool, nothing to press."""

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.doors.access import allow
from pool.models.pool import Pool
from pool.permissions import ICS
from pool.portal.web import forms
from pool.portal.web.render import render
from pool.services.insight import overview
from pool.unit_of_work import unit_of_work

bp = Blueprint("reports", __name__, url_prefix="/reports")


@bp.get("/pools")
@allow("report.ics")
def ics() -> ResponseReturnValue:
    """Fill rate, time to fill, members and equity of each pool; small groups are not shown."""
    days = overview.period(request.args.get("period", "28"), clock.today())
    totals = [totals_of(pool_id, days) for pool_id in g.actor.pool_ids]
    form = forms.blank(period=request.args.get("period", "28"))
    return render("insight/reports/ics.html", totals=totals, days=days, form=form, periods=overview.PERIODS)


def totals_of(pool_id: object, days: overview.Period) -> overview.PoolTotals:
    """One pool at a time, so that numbers of two pools cannot mix."""
    one = Actor(role=ICS, pool_ids=(pool_id,), person_id=g.actor.person_id, name=g.actor.name)  # type: ignore[arg-type]
    with unit_of_work(one, read_only=True, request_id=g.request_id) as work:
        pool = work.one(select(Pool).where(Pool.id == pool_id))
        totals = overview.pool_totals(work, pool, days)
        work.store.expunge_all()
        return totals
