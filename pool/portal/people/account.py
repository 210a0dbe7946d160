"""Who am I here, in which role, and how do I sign in."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from pool.doors.access import allow
from pool.doors.transactions import reading, working, working_everywhere
from pool.errors import NotFound
from pool.permissions import ROLES
from pool.portal.web import cookie, forms, sign_in_library, signed_in
from pool.portal.web.recent_sign_in import fresh
from pool.portal.web.render import render
from pool.schemas.sign_in import SHORTEST_PASSWORD, ChooseRole, NewPassword, TypeCode
from pool.services.people import corrected_facts, invitations, logins, memberships, sign_in, sign_in_factors
from pool.services.people.memberships import SPANNING, Standing

bp = Blueprint("account", __name__, url_prefix="/account")

NOT_THE_CODE = "That code does not fit. Check that the app shows this service and type the newest code"


@bp.get("")
@allow("account.see")
def show() -> ResponseReturnValue:
    """Name, roles, and the ways to sign in."""
    with reading() as work:
        elsewhere = logins.others(work, current_user.id, cookie.own_login_id())
        names_self = corrected_facts.names_self(work, current_user.id)
    return render(
        "people/account/show.html",
        person=current_user,
        roles=choices(memberships.of_person(current_user.id)),
        has_factor=sign_in.has_second_factor(current_user),
        codes_left=len(current_user.mf_recovery_codes or []),
        elsewhere=elsewhere,
        names_self=names_self,
        invitations=len(invitations.waiting(current_user.id)),
    )


@bp.get("/role")
@allow("account.see")
def switch() -> ResponseReturnValue:
    """Choose among one's roles."""
    return show_roles(forms.blank())


@bp.post("/role")
@allow("account.see")
def choose_role() -> ResponseReturnValue:
    """Act in the chosen role from now on, in a new log-in: the old cookie is worth nothing."""
    form = forms.load(ChooseRole, request.form)
    if form.errors:
        return show_roles(form, status=422)
    membership_id = form.data["membership"]
    if membership_id not in {membership.membership_id for membership in memberships.of_person(current_user.id)}:
        raise NotFound()
    with working() as work:
        cookie.change_login(logins.renew(work, cookie.own_login_id()))
    signed_in.choose(membership_id)
    return redirect(url_for("landing.show"), 303)


def show_roles(form: forms.Form, status: int = 200) -> ResponseReturnValue:
    """The roles as radio buttons."""
    return render(
        "people/account/switch.html", status=status, form=form, roles=choices(memberships.of_person(current_user.id))
    )


def choices(own: Sequence[Standing]) -> list[tuple[str, str]]:
    """One entry for each way to act: a clinician or ICS lead acts in all their pools at once."""
    found: dict[Any, tuple[str, str]] = {}
    for membership in own:
        together = membership.role if membership.role in SPANNING else membership.membership_id
        pools = [other.pool_name for other in own if other.role == membership.role and membership.role in SPANNING]
        found.setdefault(
            together, (str(membership.membership_id), described(membership, pools or [membership.pool_name]))
        )
    return list(found.values())


def described(standing: Standing, pools: Sequence[str]) -> str:
    """Practice manager, Bridge Surgery (Great Yarmouth pool)."""
    where = ", ".join(dict.fromkeys(pools))
    place = f"{standing.practice_name} ({where})" if standing.practice_name else where
    return f"{ROLES[standing.role]}, {place}"


@bp.get("/password")
@allow("account.see")
@fresh
def password() -> ResponseReturnValue:
    """The form for a new password."""
    return show_password(forms.blank())


@bp.post("/password")
@allow("account.see")
@fresh
def set_password() -> ResponseReturnValue:
    """Set or change it; other browsers are signed out."""
    form = forms.load(NewPassword, request.form)
    if form.errors:
        return show_password(form, status=422)
    with working_everywhere() as work:
        sign_in_factors.set_password(
            work, current_user.id, sign_in_library.hashed(form.data["password"]), keep=cookie.own_login_id()
        )
    flash("Your password is set. Other browsers are signed out.", "success")
    return redirect(url_for("account.show"), 303)


def show_password(form: forms.Form, status: int = 200) -> ResponseReturnValue:
    """The form; or the way to the authenticator, which comes first."""
    if not sign_in.has_second_factor(current_user):
        flash(sign_in_factors.FACTOR_FIRST)
        return redirect(url_for("account.second_factor"), 303)
    return render("people/account/password.html", status=status, form=form, shortest=SHORTEST_PASSWORD)


@bp.get("/second-factor")
@allow("account.see")
@fresh
def second_factor() -> ResponseReturnValue:
    """A secret for the authenticator app, as a picture to scan and as text to type."""
    if not cookie.new_factor():
        cookie.remember_new_factor(sign_in_library.new_secret())
    return show_factor(forms.blank())


@bp.post("/second-factor")
@allow("account.see")
@fresh
def set_second_factor() -> ResponseReturnValue:
    """A code proves that the app has the secret; then the recovery codes are shown, once."""
    form, secret = forms.load(TypeCode, request.form), cookie.new_factor()
    if not secret:
        return redirect(url_for("account.second_factor"), 303)
    if form.errors:
        return show_factor(form, status=422)
    counter = sign_in_library.proving_counter(secret, form.data["code"])
    if counter is None:
        return show_factor(form._replace(errors={"code": NOT_THE_CODE}), status=422)
    codes = sign_in_library.new_recovery_codes()
    with working_everywhere() as work:
        sign_in_factors.set_second_factor(work, current_user.id, secret, counter, codes, keep=cookie.own_login_id())
    cookie.forget_new_factor()
    return render("people/account/recovery_codes.html", codes=codes, has_password=bool(current_user.password))


def show_factor(form: forms.Form, status: int = 200) -> ResponseReturnValue:
    """The picture, the text and the box for the code."""
    facts = sign_in_library.setup_facts(current_user, cookie.new_factor())
    return render("people/account/second_factor.html", status=status, form=form, facts=facts)


@bp.post("/recovery-codes")
@allow("account.see")
@fresh
def new_recovery_codes() -> ResponseReturnValue:
    """Ten new codes, shown once; the old ones are worth nothing."""
    codes = sign_in_library.new_recovery_codes()
    with working_everywhere() as work:
        sign_in_factors.set_recovery_codes(work, current_user.id, codes, keep=cookie.own_login_id())
    return render("people/account/recovery_codes.html", codes=codes, has_password=bool(current_user.password))


@bp.post("/sign-out-elsewhere")
@allow("account.see")
def sign_out_elsewhere() -> ResponseReturnValue:
    """End all log-ins but this one."""
    with working() as work:
        logins.end_others(work, current_user.id, cookie.own_login_id())
    flash("You are signed out everywhere but here.", "success")
    return redirect(url_for("account.show"), 303)
