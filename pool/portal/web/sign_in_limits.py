"""How often one may try to sign in: per account and network address, per account, and per network address.

Browsers and the address from which the owner has signed in before are counted apart (known_browsers.py), so that a
stranger's tries do not shut the owner out.
"""

from flask import request
from flask_limiter.util import get_remote_address
from werkzeug.datastructures import MultiDict

from pool.doors.rate_limits import ADDRESS, P, View, limiter
from pool.portal.web import cookie, forms, known_browsers
from pool.schemas.sign_in import AskLink
from pool.services.people import signed_tokens

ACCOUNT_HERE = "5 per 15 minutes"
ACCOUNT = "20 per hour"


def sign_in(view: View[P]) -> View[P]:
    """Limit a view that tries an account: the address typed, or the person who is half way in."""
    for limit, key in ((ACCOUNT_HERE, account_here), (ACCOUNT, account_anywhere), (ADDRESS, get_remote_address)):
        view = limiter.limit(limit, key_func=key, methods=["POST"])(view)
    return view


def account() -> str:
    """Whose account is tried, as a mark: no e-mail address is kept in Valkey."""
    half_way = cookie.half_way()
    who = str(half_way[0]) if half_way else typed_address()
    return signed_tokens.mark("account", who)


def typed_address() -> str:
    """The address as the form will read it, so that nobody is counted under one and tried under another; nothing for an
    address that the form refuses, which then tries nobody."""
    only_address = MultiDict([("email", typed) for typed in request.form.getlist("email")])
    return forms.load(AskLink, only_address).data.get("email", "").lower()


def account_here() -> str:
    """The account and the browser or network address together."""
    return f"{account()} {known_browsers.place(account()) or get_remote_address()}"


def account_anywhere() -> str:
    """The account, from wherever it is tried; apart from that, where its owner has signed in before."""
    return f"{account()} {known_browsers.place(account())}".strip()
