"""The way in: ask for a link by e-mail, or give a password and a code. And the way out."""

from flask import Blueprint, flash, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from pool.doors.access import allow
from pool.portal.people.constant_time import even_time
from pool.portal.web import browser_identity, cookie, forms, known_browsers, sign_in_limits, unsent_forms
from pool.portal.web.next_page import asked_next
from pool.portal.web.render import render
from pool.portal.web.sign_in_library import code_fits, password_fits
from pool.schemas.sign_in import AskLink, TypeCode, TypePassword
from pool.services.people import accounts, logins, sign_in
from pool.services.people.accounts import Member
from pool.services.people.sign_in import Step
from pool.unit_of_work import unit_of_work

bp = Blueprint("login", __name__)

WRONG = "Email address or password is wrong. Check both and try again"
WRONG_CODE = "That code is wrong or was used before. Wait for the next code of your app and type that"


@bp.get("/sign-in")
@allow("public.see")
def show() -> ResponseReturnValue:
    """The sign-in page; the first page of their role for those who are in, unless a page wants them to sign in anew."""
    if g.actor and not asked_next():
        return redirect(url_for("landing.show"))
    if current_user.is_authenticated and not g.actor:
        return render("security/nowhere.html")
    known = current_user.email if current_user.is_authenticated else ""
    return render("security/sign_in.html", form=forms.blank(email=known), next_page=asked_next())


@bp.post("/sign-in")
@allow("public.see")
@sign_in_limits.sign_in
@even_time
def ask() -> ResponseReturnValue:
    """E-mail a link to a member; the same answer for everybody else."""
    form = forms.load(AskLink, request.form)
    if form.errors:
        return render("security/sign_in.html", status=422, form=form, next_page=asked_next())
    secret = browser_identity.read_or_make()
    email_link(form.data["email"], secret)
    cookie.remember_asked(form.data["email"])
    answer = make_response(redirect(url_for("login.sent"), 303))
    browser_identity.keep(answer, secret)
    return answer


def email_link(email: str, secret: str) -> None:
    """Write a link down for the mail worker when the address belongs to a member."""
    member = accounts.by_email(email)
    if member:
        with unit_of_work(member.actor, request_id=g.request_id) as work:
            sign_in.ask_link(work, member.person.id, secret, asked_next())


@bp.get("/sign-in/sent")
@allow("public.see")
def sent() -> ResponseReturnValue:
    """What to do now."""
    return render("security/sent.html", email=cookie.asked_for())


@bp.get("/sign-in/password")
@allow("public.see")
def password() -> ResponseReturnValue:
    """The form for a password."""
    return render("security/password.html", form=forms.blank(), next_page=asked_next())


@bp.post("/sign-in/password")
@allow("public.see")
@sign_in_limits.sign_in
def try_password() -> ResponseReturnValue:
    """The first step; a code follows."""
    form = forms.load(TypePassword, request.form)
    if form.errors:
        return render("security/password.html", status=422, form=form, next_page=asked_next())
    member = accounts.by_email(form.data["email"])
    step = check_password(member, form.data["password"])
    if member and step.refused == sign_in.NO_SECOND_FACTOR:
        return render("security/finish.html", form=forms.blank(email=member.person.email))
    if member is None or step.refused:
        wrong = form._replace(errors={"password": WRONG})
        return render("security/password.html", status=422, form=wrong, next_page=asked_next())
    return follow(step, member, sign_in.PASSWORD, asked_next())


def check_password(member: Member | None, typed: str) -> Step:
    """As much work for an unknown address as for a known one."""
    if member is None:
        password_fits(None, typed)
        return Step(refused=sign_in.WRONG_WORD)
    with unit_of_work(member.actor, request_id=g.request_id) as work:
        return sign_in.by_password(work, member.person.id, lambda person: password_fits(person, typed))


@bp.get("/sign-in/code")
@allow("public.see")
def code() -> ResponseReturnValue:
    """The form for the second step; back to the start for those who have not taken the first."""
    if cookie.half_way() is None:
        return start_again()
    return render("security/code.html", form=forms.blank(), next_page=asked_next())


@bp.post("/sign-in/code")
@allow("public.see")
@sign_in_limits.sign_in
def try_code() -> ResponseReturnValue:
    """The second step of signing in: check the code."""
    passed = cookie.half_way()
    member = accounts.by_id(passed[0]) if passed else None
    if passed is None or member is None:
        return start_again()
    form = forms.load(TypeCode, request.form)
    if form.errors:
        return render("security/code.html", status=422, form=form, next_page=asked_next())
    step = check_code(member, passed[1], form.data["code"])
    if step.refused:
        wrong = form._replace(errors={"code": WRONG_CODE})
        return render("security/code.html", status=422, form=wrong, next_page=asked_next())
    return follow(step, member, passed[1], asked_next())


def check_code(member: Member, way: str, typed: str) -> Step:
    """Is this a code of their authenticator, or one of their recovery codes?"""
    with unit_of_work(member.actor, request_id=g.request_id) as work:
        return sign_in.by_code(work, member.person.id, way, lambda person: code_fits(person, typed))


def start_again() -> ResponseReturnValue:
    """Too long between the two steps."""
    flash("That took too long. Start again.")
    return redirect(url_for("login.show", next=asked_next() or None), 303)


def follow(step: Step, member: Member, way: str, next_page: str) -> ResponseReturnValue:
    """On to the code, or in: with a new cookie, and whoever was signed in here before is out."""
    if step.login_id is None:
        cookie.wait_for_code(member.person.id, way)
        return redirect(url_for("login.code", next=next_page or None), 303)
    leave()
    cookie.start_login(member.person, step.login_id)
    answer = make_response(
        redirect(next_page or unsent_forms.waiting(member.person.id) or url_for("landing.show"), 303)
    )
    if way != sign_in.DEMO:
        known_browsers.remember(answer, member.person)
    return answer


@bp.post("/sign-out")
@allow("public.see")
def sign_out() -> ResponseReturnValue:
    """End the log-in; the cookie is worth nothing from now on, also as a copy."""
    leave()
    cookie.forget()
    flash("You have signed out.", "success")
    return redirect(url_for("login.show"), 303)


def leave() -> None:
    """End the log-in of this browser, if it has one."""
    login_id = cookie.login_id()
    if login_id:
        with unit_of_work(accounts.STRANGER_ACTOR, request_id=g.request_id) as work:
            logins.end(work, login_id)
