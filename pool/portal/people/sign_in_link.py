"""What an e-mailed link opens: a page with one button. Only the button uses the link up, so mail scanners do no harm."""

from flask import Blueprint, current_app, g, redirect, url_for
from flask.typing import ResponseReturnValue

from pool.doors import rate_limits
from pool.doors.access import allow
from pool.portal.people.login import follow
from pool.portal.web import browser_identity, cookie, forms
from pool.portal.web.next_page import own_page
from pool.portal.web.render import render
from pool.services.people import accounts, sign_in
from pool.services.people.sign_in import FoundLink
from pool.unit_of_work import unit_of_work

bp = Blueprint("sign_in_link", __name__)


@bp.get("/sign-in/link/<token>")
@allow("public.see")
def show(token: str) -> ResponseReturnValue:
    """The button; or a kind page when the link is spent or was opened in another browser."""
    link = find(token)
    if g.actor and (link is None or link.problem):
        return redirect(url_for("landing.show"))
    return render("security/link.html") if link and not link.problem else explain(link)


@bp.post("/sign-in/link/<token>")
@allow("public.see")
@rate_limits.by_address
def use(token: str) -> ResponseReturnValue:
    """Use the link up and sign in."""
    link = find(token)
    member = accounts.by_id(link.person_id) if link else None
    if link is None or member is None:
        return explain(None)
    with unit_of_work(member.actor, request_id=g.request_id) as work:
        step = sign_in.by_link(work, link.link_id, browser_identity.read(), demo=is_demo())
    if step.refused:
        return explain(link._replace(problem=step.refused))
    return follow(step, member, sign_in.LINK, own_page(link.next_page))


def find(token: str) -> FoundLink | None:
    """The link, looked at but not used."""
    return sign_in.find_link(token, browser_identity.read(), demo=is_demo())


def explain(link: FoundLink | None) -> ResponseReturnValue:
    """Why it did not work, and a new link from here: nobody is left at a dead end."""
    form = forms.blank(email=cookie.asked_for())
    if link and link.problem == sign_in.OTHER_BROWSER:
        return render("security/other_browser.html", status=403, form=form)
    return render("security/spent.html", status=410, form=form)


def is_demo() -> bool:
    """Is this a demonstration?"""
    return current_app.extensions["pool_config"].demo
