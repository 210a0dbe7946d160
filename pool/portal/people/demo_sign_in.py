"""Demonstration only: sign in as anybody by pressing a button. Not part of the application elsewhere."""

from itertools import groupby

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from pool.doors.access import allow
from pool.errors import NotFound
from pool.permissions import ROLES
from pool.portal.people.login import follow
from pool.portal.web import forms
from pool.portal.web.render import render
from pool.schemas.sign_in import TryAs
from pool.services.people import accounts, demo_people, sign_in
from pool.unit_of_work import unit_of_work

bp = Blueprint("demo_sign_in", __name__, url_prefix="/demo")


@bp.get("/people")
@allow("demo.see")
def show() -> ResponseReturnValue:
    """One person of each role up front, all others on request."""
    groups = [
        (ROLES[role], list(people))
        for role, people in groupby(demo_people.everybody(), key=lambda persona: persona.role)
    ]
    return render("security/demo.html", groups=groups)


@bp.post("/people")
@allow("demo.see")
def try_as() -> ResponseReturnValue:
    """Sign in as this person of the demonstration."""
    form = forms.load(TryAs, request.form)
    member = None if form.errors else accounts.by_id(form.data["person"])
    if member is None:
        raise NotFound()
    with unit_of_work(member.actor, request_id=g.request_id) as work:
        step = sign_in.as_demo(work, member.person.id)
    if step.refused:
        raise NotFound()
    return follow(step, member, sign_in.DEMO, "")
