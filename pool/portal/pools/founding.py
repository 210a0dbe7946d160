"""An ICS lead founds further pools, adds colleagues, and keeps the hosts' names and addresses right."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Conflict
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.schemas.installation import NEW_HOST, AnotherLead, AnotherPool, HostFacts
from pool.services.people import installation

bp = Blueprint("founding", __name__, url_prefix="/system")


@bp.get("/pools/new")
@allow("pool.found")
def new_pool() -> ResponseReturnValue:
    """The form for a further pool."""
    with reading() as work:
        chosen = [str(host.id) for host in installation.hosts(work)]
    return pool_page(forms.blank(host=(chosen or [NEW_HOST])[0]))


@bp.post("/pools/new")
@allow("pool.found")
def found_pool() -> ResponseReturnValue:
    """Found it; its manager is invited by e-mail."""
    form = forms.load(AnotherPool, request.form)
    if form.errors:
        return pool_page(form, status=422)
    try:
        installation.another(g.actor, form.data, request_id=g.request_id)
    except Conflict as taken:
        return pool_page(forms.conflicting(form, taken), status=409)
    flash(f"{form.data['pool_name']} is there. {form.data['manager_name']} is invited by email to run it.", "success")
    return redirect(url_for("reports.ics"), 303)


def pool_page(form: Form, status: int = 200) -> ResponseReturnValue:
    """The form with the hosts to choose from."""
    with reading() as work:
        hosts = [(str(host.id), host.name) for host in installation.hosts(work)]
    return render(
        "pools/founding/pool.html", status=status, form=form, hosts=[*hosts, (NEW_HOST, "Another host, below")]
    )


@bp.get("/leads")
@allow("lead.add")
def leads() -> ResponseReturnValue:
    """Who leads the pools of the care system."""
    return leads_page(forms.blank())


@bp.post("/leads")
@allow("lead.add")
def add_lead() -> ResponseReturnValue:
    """Add a colleague for every pool that the lead sees."""
    form = forms.load(AnotherLead, request.form)
    if form.errors:
        return leads_page(form, status=422)
    try:
        installation.add_lead(g.actor, form.data["name"], form.data["email"], request_id=g.request_id)
    except Conflict as known:
        return leads_page(forms.conflicting(form, known), status=409)
    flash(f"{form.data['name']} is invited. We are sending an email that says how to sign in.", "success")
    return redirect(url_for("founding.leads"), 303)


def leads_page(form: Form, status: int = 200) -> ResponseReturnValue:
    """The list and the form."""
    with reading() as work:
        return render("pools/founding/leads.html", status=status, form=form, leads=installation.leads(work))


@bp.get("/hosts/<uuid:host_id>")
@allow("host.change")
def host(host_id: UUID) -> ResponseReturnValue:
    """Name and address of a host as they are."""
    with reading() as work:
        kept = installation.host(work, host_id)
        form = forms.blank(
            host_name=kept.name, host_address="\n".join(kept.address), host_email=kept.email, host_phone=kept.phone
        )
    return host_page(form, host_id)


@bp.post("/hosts/<uuid:host_id>")
@allow("host.change")
def change_host(host_id: UUID) -> ResponseReturnValue:
    """Keep them; issued documents stay as they are."""
    form = forms.load(HostFacts, request.form)
    if form.errors:
        return host_page(form, host_id, status=422)
    try:
        with working() as work:
            installation.change_host(work, host_id, form.data)
    except Conflict as taken:
        return host_page(forms.conflicting(form, taken), host_id, status=409)
    flash("Saved. Documents that were issued keep what they say.", "success")
    return redirect(url_for("reports.ics"), 303)


def host_page(form: Form, host_id: UUID, status: int = 200) -> ResponseReturnValue:
    """The form; NotFound for a host of other care systems."""
    with reading() as work:
        kept = installation.host(work, host_id)
        return render("pools/founding/host.html", status=status, form=form, host=kept)
