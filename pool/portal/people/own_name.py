"""Somebody of several pools puts their own name right: no manager may, because it is not theirs alone."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from pool.doors.access import allow
from pool.doors.transactions import reading, working_everywhere
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.recent_sign_in import fresh
from pool.portal.web.render import render
from pool.schemas.people import OwnName
from pool.services.people import corrected_facts

bp = Blueprint("own_name", __name__, url_prefix="/account/name")


@bp.get("")
@allow("account.see")
@fresh
def edit() -> ResponseReturnValue:
    """The form; the way back for whoever belongs to one pool."""
    with reading() as work:
        own = corrected_facts.names_self(work, current_user.id)
    if not own:
        flash(corrected_facts.ASK_POOL)
        return redirect(url_for("account.show"), 303)
    return page(forms.blank(name=current_user.name))


def page(form: Form, status: int = 200) -> ResponseReturnValue:
    """A box for the name."""
    return render("people/account/name.html", status=status, form=form)


@bp.post("")
@allow("account.see")
@fresh
def save() -> ResponseReturnValue:
    """Keep it in all pools; what is agreed and issued keeps the name it was made with."""
    form = forms.load(OwnName, request.form)
    if form.errors:
        return page(form, status=422)
    with working_everywhere() as work:
        changed = corrected_facts.rename(work, current_user.id, form.data["name"])
    if changed:
        flash("Your name is changed in all your pools. We are writing to you that it was.", "success")
    return redirect(url_for("account.show"), 303)
