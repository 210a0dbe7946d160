"""Which pools of the care system are matched together with one's own."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Invalid
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.schemas.agreements import Agreements
from pool.services.pools import pool_settings
from pool.services.pools.policy import policy_of
from pool.services.runs import agreements

bp = Blueprint("agreements", __name__, url_prefix="/manager/together")


@bp.get("/")
@allow("pool.change")
def show() -> ResponseReturnValue:
    """The other pools of the care system, and how each stands to this one."""
    with reading() as work:
        chosen = policy_of(pool_settings.own_pool(work)).together
    return page(forms.blank(together=list(chosen)))


@bp.post("/")
@allow("pool.change")
def choose() -> ResponseReturnValue:
    """Save; say what holds now and what is still missing."""
    form = forms.load(Agreements, request.form)
    if form.errors:
        return page(form, status=422)
    try:
        with working() as work:
            standing = agreements.choose(work, form.data["together"])
            said = agreements.told(standing)
    except Invalid as wrong:
        return page(forms.refused(form, wrong), status=422)
    flash(f"Saved. {said}", "success")
    return redirect(url_for("agreements.show"), 303)


def page(form: Form, status: int = 200) -> ResponseReturnValue:
    """The form with everything around it."""
    with reading() as work:
        pool = pool_settings.own_pool(work)
        return render(
            "plans/agreements/show.html",
            status=status,
            form=form,
            pool=pool,
            neighbours=agreements.neighbours(work, pool),
            together=agreements.together(work, pool.id),
        )
