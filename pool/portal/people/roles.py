"""Who signs in for the pool and its practices: the manager invites, mends, ends roles and helps those who lost their phone;
a practice does the first and third for its own people."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Conflict, Invalid
from pool.permissions import PRACTICE, ROLES
from pool.portal.web import forms, lost_phones, paging
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.schemas.people import Invite, InviteColleague, PersonFacts
from pool.services.people import corrected_facts, roles

bp = Blueprint("people", __name__, url_prefix="/people")


@bp.get("/")
@allow("people.see")
def index() -> ResponseReturnValue:
    """Search by name or e-mail address."""
    words = request.args.get("q", "").strip()
    with reading() as work:
        page = paging.page_asked(roles.count(work, words))
        rows = roles.colleagues(work, words, offset=page.offset, limit=page.size)
    return render(
        "people/index.html",
        people=rows,
        page=page,
        form=forms.blank(q=words),
        searching=bool(words),
        of_practice=g.actor.is_practice,
    )


@bp.get("/invite")
@allow("people.change")
def invite() -> ResponseReturnValue:
    """The form for somebody new."""
    return show_invite(forms.blank(practice=request.args.get("practice", "")))


@bp.post("/invite")
@allow("people.change")
def send_invite() -> ResponseReturnValue:
    """Give the role; an e-mail tells them how to sign in."""
    form = forms.load(InviteColleague if g.actor.is_practice else Invite, request.form)
    if form.errors:
        return show_invite(form, status=422)
    said = {"role": PRACTICE, "practice": None} | form.data
    try:
        with working() as work:
            roles.invite(work, name=said["name"], email=said["email"], role=said["role"], practice_id=said["practice"])
    except Conflict as known:
        return show_invite(beside_the_address(form, known), status=409)
    flash(f"{said['name']} is invited. We are sending an email that says how to sign in.", "success")
    return redirect(url_for("people.index"), 303)


def beside_the_address(form: Form, known: Conflict) -> Form:
    """The sentence of a conflict where it can be mended."""
    return forms.refused(form, Invalid(str(known), {"email": [str(known)]}))


def show_invite(form: Form, status: int = 200) -> ResponseReturnValue:
    """The form with the roles that may be given and the practices of the pool."""
    with reading() as work:
        choices = [(role, ROLES[role]) for role in roles.grantable(work)]
        practices = [(str(practice.id), practice.name) for practice in roles.practices(work)]
    return render("people/invite.html", status=status, form=form, roles=choices, practices=practices)


@bp.get("/<uuid:membership_id>")
@allow("people.see")
def show(membership_id: UUID) -> ResponseReturnValue:
    """One role of one person, and what can be done about it."""
    with reading() as work:
        person = roles.colleague(work, membership_id)
        facts = lost_phones.shown(work, person.person_id)
    return render("people/show.html", person=person, **facts, may_correct=g.actor.may("people.correct"))


@bp.get("/<uuid:membership_id>/correct")
@allow("people.correct")
def correct(membership_id: UUID) -> ResponseReturnValue:
    """Name and address as they are."""
    with reading() as work:
        person = roles.colleague(work, membership_id)
    return correct_page(person, forms.blank(name=person.name, email=person.email))


def correct_page(person: roles.Colleague, form: Form, status: int = 200) -> ResponseReturnValue:
    """The form to correct a name and an address."""
    return render("people/correct.html", status=status, person=person, form=form)


@bp.post("/<uuid:membership_id>/correct")
@allow("people.correct")
def save_correct(membership_id: UUID) -> ResponseReturnValue:
    """Keep them; both addresses are told. The address of somebody with bookings waits for its owner."""
    form = forms.load(PersonFacts, request.form)
    with reading() as work:
        person = roles.colleague(work, membership_id)
    if form.errors:
        return correct_page(person, form, status=422)
    try:
        with working() as work:
            changed = corrected_facts.correct(work, person.person_id, **form.data)
            waits = corrected_facts.waits(work, person.person_id, form.data["email"])
    except Conflict as known:
        return correct_page(person, beside_the_address(form, known), status=409)
    if changed or not waits:
        flash("Saved. Earlier bookings and documents keep the name they were made with.", "success")
    if waits:
        flash(corrected_facts.WRITTEN.format(email=form.data["email"]), "success")
    return redirect(url_for("people.show", membership_id=membership_id), 303)


@bp.get("/<uuid:membership_id>/end")
@allow("people.change")
def ask_end(membership_id: UUID) -> ResponseReturnValue:
    """The page that asks to confirm that a role ends."""
    with reading() as work:
        return render("people/end.html", person=roles.colleague(work, membership_id))


@bp.post("/<uuid:membership_id>/end")
@allow("people.change")
def end(membership_id: UUID) -> ResponseReturnValue:
    """Take the role away."""
    with working() as work:
        name = roles.colleague(work, membership_id).name
        roles.end_role(work, membership_id)
    flash(f"The role of {name} has ended.", "success")
    return redirect(url_for("people.index"), 303)


@bp.post("/<uuid:membership_id>/forget-phone")
@allow("people.correct")
def forget_phone(membership_id: UUID) -> ResponseReturnValue:
    """They lost phone and recovery codes: back to links by e-mail; for people of several pools two managers say so."""
    with reading() as work:
        person = roles.colleague(work, membership_id)
    lost_phones.forget(person.person_id, person.name)
    return redirect(url_for("people.show", membership_id=membership_id), 303)
