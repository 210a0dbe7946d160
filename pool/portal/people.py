"""Who signs in for the pool and its practices: the manager invites, ends roles and helps those who lost their phone."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool.errors import Conflict, Invalid
from pool.permissions import ROLES
from pool.portal import forms, paging
from pool.portal.access import allow
from pool.portal.doors import reading, working
from pool.portal.forms import Form
from pool.portal.render import render
from pool.schemas.people import Invite
from pool.services import members, people
from pool.unit_of_work import unit_of_work

bp = Blueprint("people", __name__, url_prefix="/people")


@bp.get("/")
@allow("people.see")
def index() -> ResponseReturnValue:
    """Search by name or e-mail address."""
    words = request.args.get("q", "").strip()
    with reading() as work:
        page = paging.page_asked(people.count(work, words))
        rows = people.colleagues(work, words, offset=page.offset, limit=page.size)
    return render("people/index.html", people=rows, page=page, form=forms.blank(q=words), searching=bool(words))


@bp.get("/invite")
@allow("people.change")
def invite() -> ResponseReturnValue:
    """The form for somebody new."""
    return show_invite(forms.blank(practice=request.args.get("practice", "")))


@bp.post("/invite")
@allow("people.change")
def send_invite() -> ResponseReturnValue:
    """Give the role; an e-mail tells them how to sign in."""
    form = forms.load(Invite, request.form)
    if form.errors:
        return show_invite(form, status=422)
    practice_id = form.data.pop("practice")
    try:
        with working() as work:
            people.invite(work, **form.data, practice_id=practice_id)
    except Conflict as known:
        return show_invite(forms.refused(form, Invalid(str(known), {"email": [str(known)]})), status=409)
    flash(f"{form.data['name']} can sign in now. We have sent an email that says how.", "success")
    return redirect(url_for("people.index"), 303)


def show_invite(form: Form, status: int = 200) -> ResponseReturnValue:
    """The form with the roles that may be given and the practices of the pool."""
    with reading() as work:
        roles = [(role, ROLES[role]) for role in people.grantable(work)]
        practices = [(str(each.id), each.name) for each in people.practices(work)]
    return render("people/invite.html", status=status, form=form, roles=roles, practices=practices)


@bp.get("/<uuid:membership_id>")
@allow("people.see")
def show(membership_id: UUID) -> ResponseReturnValue:
    """One role of one person, and what can be done about it."""
    with reading() as work:
        return render("people/show.html", person=people.colleague(work, membership_id))


@bp.get("/<uuid:membership_id>/end")
@allow("people.change")
def ask_end(membership_id: UUID) -> ResponseReturnValue:
    """Are you sure?"""
    with reading() as work:
        return render("people/end.html", person=people.colleague(work, membership_id))


@bp.post("/<uuid:membership_id>/end")
@allow("people.change")
def end(membership_id: UUID) -> ResponseReturnValue:
    """Take the role away."""
    with working() as work:
        name = people.colleague(work, membership_id).name
        people.end_role(work, membership_id)
    flash(f"The role of {name} has ended.", "success")
    return redirect(url_for("people.index"), 303)


@bp.post("/<uuid:membership_id>/forget-phone")
@allow("people.change")
def forget_phone(membership_id: UUID) -> ResponseReturnValue:
    """They lost phone and recovery codes: back to links by e-mail."""
    with reading() as work:
        person = people.colleague(work, membership_id)
    with unit_of_work(members.in_all_pools_of(person.person_id, g.actor), request_id=g.request_id) as work:
        people.forget_second_factor(work, person.person_id)
    flash(f"{person.name} signs in by emailed link until they set up their app again.", "success")
    return redirect(url_for("people.show", membership_id=membership_id), 303)
