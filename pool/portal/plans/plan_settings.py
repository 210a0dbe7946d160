"""What counts in the pool's plans, and who hears of a session when."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.schemas.plan_settings import PlanSettings
from pool.services.plans import plan_reports
from pool.services.pools import pool_settings
from pool.services.pools.policy import Policy, policy_of
from pool.services.runs import agreements, objective

bp = Blueprint("plan_settings", __name__)


@bp.get("/manager/plans/")
@allow("pool.change")
def show() -> ResponseReturnValue:
    """The points of each term with plain words, and what spreading the work cost in the newest plan."""
    with reading() as work:
        policy = policy_of(pool_settings.own_pool(work))
    return page(forms.blank(**as_shown(policy)))


@bp.post("/manager/plans/")
@allow("pool.change")
def change() -> ResponseReturnValue:
    """Save; plans already made stay as they are."""
    form = forms.load(PlanSettings, request.form)
    if form.errors:
        return page(form, status=422)
    with working() as work:
        pool_settings.change(work, objective.as_policy(form.data))
    flash("Saved. The next run uses it; plans that are already made stay as they are.", "success")
    return redirect(url_for("plan_settings.show"), 303)


@bp.get("/what-counts")
@allow("account.see")
def counts() -> ResponseReturnValue:
    """The points of each term, for every member of the pool."""
    with reading() as work:
        pools, together = objective.of_pools(work), agreements.of_reader(work)
    return render(
        "plans/plan_settings/counts.html", pools=pools, together=together, terms=objective.TERMS, never=objective.NEVER
    )


def page(form: Form, status: int = 200) -> ResponseReturnValue:
    """The form with everything around it."""
    with reading() as work:
        pool, price = pool_settings.own_pool(work), plan_reports.latest_price(work)
        return render(
            "plans/plan_settings/show.html",
            status=status,
            form=form,
            pool=pool,
            price=price,
            terms=objective.TERMS,
            never=objective.NEVER,
        )


def as_shown(policy: Policy) -> dict[str, Any]:
    """The policy and its points as one form."""
    chosen = asdict(policy) | objective.weights_of(policy).to_dict()
    return {name: chosen[name] for name in PlanSettings().fields}
