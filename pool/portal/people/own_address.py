"""Changing the e-mail address one signs in with: a fresh sign-in, a link to the new address, word to both."""

from flask import Blueprint, flash, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from pool.doors.access import allow
from pool.doors.transactions import reading, working_everywhere
from pool.portal.web import browser_identity, cookie, forms
from pool.portal.web.forms import Form
from pool.portal.web.recent_sign_in import fresh
from pool.portal.web.render import render
from pool.schemas.sign_in import AskLink
from pool.services.people import own_address

bp = Blueprint("own_address", __name__, url_prefix="/account/email")


@bp.get("")
@allow("account.see")
@fresh
def edit() -> ResponseReturnValue:
    """The form to change one's own e-mail address."""
    return page(forms.blank())


def page(form: Form, status: int = 200) -> ResponseReturnValue:
    """The address as it is, and a box for the new one."""
    return render("people/account/email.html", status=status, form=form, email=current_user.email)


@bp.post("")
@allow("account.see")
@fresh
def ask() -> ResponseReturnValue:
    """Send a link to the new address; the page says the same whether it is free or not."""
    form = forms.load(AskLink, request.form)
    if form.errors:
        return page(form, status=422)
    secret = browser_identity.read_or_make()
    with working_everywhere() as work:
        own_address.ask(work, current_user.id, secret, form.data["email"])
    flash(
        f"We are sending a link to {form.data['email']}. Open it in this browser; until then nothing changes.",
        "success",
    )
    answer = make_response(redirect(url_for("account.show"), 303))
    browser_identity.keep(answer, secret)
    return answer


@bp.get("/<token>")
@allow("account.see")
def show(token: str) -> ResponseReturnValue:
    """A page with one button: opening the link changes nothing."""
    with reading() as work:
        link = own_address.asked(work, g.actor.person_id, token, browser_identity.read())
        return render("people/account/new_email.html", email=own_address.new_address(link), token=token)


@bp.post("/<token>")
@allow("account.see")
def confirm(token: str) -> ResponseReturnValue:
    """The new address holds; other browsers are signed out."""
    with working_everywhere() as work:
        own_address.change(work, current_user.id, token, browser_identity.read(), keep=cookie.own_login_id())
    flash("You sign in with the new address from now on. We are writing to both.", "success")
    return redirect(url_for("account.show"), 303)
