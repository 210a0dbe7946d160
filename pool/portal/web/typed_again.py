"""After signing in again: the form as it was typed before the sign-in had run out, by the same view that reads it when sent.

The view runs as if the form had an error (forms.py knows a form that was put back), so every page shows it the way it shows
a form that has to be corrected; nothing can be saved meanwhile (pool/doors/transactions.py). It is sent only when the
button is pressed.
"""

from flask import Flask, Response, current_app, flash, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from pool.doors import transactions
from pool.errors import Invalid
from pool.portal.web import forms, signed_in, unsent_forms
from pool.portal.web.unsent_forms import Unsent

NOT_DONE = "Your sign-in had ended, so what you pressed was not done. Press the button again if you still want it."


def install(app: Flask) -> None:
    """Look for it before every request, once it is known who is asking."""
    app.before_request(look)


def look() -> ResponseReturnValue | None:
    """Show what was typed when the address asks for it; forget it when its form is sent."""
    if g.actor is None:
        return None
    asked = unsent_forms.ASKED in request.args
    if asked:
        request.args = without_mark()
    if request.method == "POST" and unsent_forms.read():
        unsent_forms.forget(g.actor.person_id, request.path)
    return show_again() if asked and request.method == "GET" else None


def without_mark() -> MultiDict[str, str]:
    """What the address says beyond that: views refuse what they do not know."""
    kept = MultiDict(request.args)
    kept.poplist(unsent_forms.ASKED)
    return kept


def show_again() -> ResponseReturnValue:
    """The form of this address with what was typed; the page without it for anybody who typed nothing here."""
    found = unsent_forms.found(g.actor.person_id, request.path)
    if found is None:
        return redirect(page_without(""))
    if signed_in.stand_again(found.standing):
        return redirect(found.address)
    answer = run_view(found)
    if answer is not None and forms.NOT_SENT in answer.get_data(as_text=True):
        answer.status_code = 200
        return answer
    unsent_forms.forget(g.actor.person_id, request.path)
    flash(NOT_DONE)
    return redirect(page_without(found.page))


def run_view(found: Unsent) -> Response | None:
    """What the view of the form answers to a form that cannot be used; None when it has no such answer."""
    rule, values = rule_for("POST")
    if rule is None:
        return None
    request.url_rule, request.view_args, request.routing_exception = rule, values, None
    forms.put_back(request, found.pairs)
    transactions.write_nothing()
    try:
        return make_response(current_app.ensure_sync(current_app.view_functions[rule.endpoint])(**values))
    except (transactions.WritesNothing, Invalid):
        return None


def page_without(page: str) -> str:
    """Where to go instead: the page the form stood on, its own address, or the first page of the role."""
    return page or (request.path if rule_for("GET")[0] else url_for("landing.show"))


def rule_for(method: str) -> tuple[Rule | None, dict[str, object]]:
    """The route of this address for a method, with its values."""
    adapter = current_app.create_url_adapter(request)
    try:
        rule, values = adapter.match(method=method, return_rule=True) if adapter else (None, {})
    except HTTPException:
        return None, {}
    return rule, dict(values)
