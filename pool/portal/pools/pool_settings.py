"""The pool's own rules: who releases offers, how long they stay open, when silence counts as yes."""

from dataclasses import asdict

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.schemas.pool_settings import PoolSettings
from pool.services.pools import pool_settings
from pool.services.pools.policy import policy_of
from pool.services.runs import agreements

bp = Blueprint("pool_settings", __name__, url_prefix="/manager/rules")


@bp.get("/")
@allow("pool.change")
def show() -> ResponseReturnValue:
    """The rules as they are."""
    with reading() as work:
        policy = policy_of(pool_settings.own_pool(work))
    return page(forms.blank(**{name: value for name, value in asdict(policy).items() if name in PoolSettings().fields}))


@bp.post("/")
@allow("pool.change")
def change() -> ResponseReturnValue:
    """Save the rules; bookings already made keep their terms."""
    form = forms.load(PoolSettings, request.form)
    if form.errors:
        return page(form, status=422)
    with working() as work:
        pool_settings.change(work, form.data)
    flash("The pool’s rules are saved. Bookings already made keep the terms they were made with.", "success")
    return redirect(url_for("pool_settings.show"), 303)


def page(form: Form, status: int = 200) -> ResponseReturnValue:
    """The form with everything around it."""
    with reading() as work:
        pool = pool_settings.own_pool(work)
        return render(
            "pools/pool_settings/show.html",
            status=status,
            pool=pool,
            policy=policy_of(pool),
            form=form,
            asking=agreements.asking(work, pool),
        )
