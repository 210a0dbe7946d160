"""How often one may try: per account and network address, per account, and per network address, counted in Valkey.

Many surgeries share one network address, so the last limit is wide. Browsers and the address from which the owner has
signed in before are counted apart (known_browsers.py), so that a stranger's tries do not shut the owner out. When Valkey is
away nobody signs in (it fails closed: guessing without a limit would be worse), while those who are signed in go on working.
"""

from collections.abc import Callable
from typing import ParamSpec

import structlog
from flask import Flask, g, make_response, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded
from flask_limiter.util import get_remote_address
from limits.errors import StorageError
from werkzeug.datastructures import MultiDict

from pool import clock, queue
from pool.portal.web import cookie, errors, forms, known_browsers
from pool.schemas.sign_in import AskLink
from pool.services.people import signed_tokens

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]

log = structlog.get_logger()

limiter = Limiter(get_remote_address, storage_uri="redis://", strategy="moving-window", key_prefix="tries")

ACCOUNT_HERE = "5 per 15 minutes"
ACCOUNT = "20 per hour"
ADDRESS = "300 per hour"
DOWNLOADS = "60 per hour"


def install(app: Flask) -> None:
    """Count on the product's own connection, and answer too many tries with a calm page."""
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {
        "connection_pool": queue.redis().connection_pool,
        "wrap_exceptions": True,
    }
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, show_too_many)
    app.register_error_handler(StorageError, show_not_counting)


def sign_in(view: View[P]) -> View[P]:
    """Limit a view that tries an account: the address typed, or the person who is half way in."""
    for limit, key in ((ACCOUNT_HERE, account_here), (ACCOUNT, account_anywhere), (ADDRESS, get_remote_address)):
        view = limiter.limit(limit, key_func=key, methods=["POST"])(view)
    return view


def by_address(view: View[P]) -> View[P]:
    """Limit a view that tries secrets without naming an account."""
    return limiter.limit(ADDRESS, key_func=get_remote_address, methods=["POST"])(view)


def download(view: View[P]) -> View[P]:
    """Limit how many tables one person takes away: enough for work, too few for a copy of everything."""
    return limiter.limit(DOWNLOADS, key_func=person)(view)


def person() -> str:
    """Whoever is signed in, or the network address of a stranger."""
    return f"person {g.actor.person_id}" if g.get("actor") else get_remote_address()


def account() -> str:
    """Whose account is tried, as a mark: no e-mail address is kept in Valkey."""
    half_way = cookie.half_way()
    who = str(half_way[0]) if half_way else typed_address()
    return signed_tokens.mark("account", who)


def typed_address() -> str:
    """The address as the form will read it, so that nobody is counted under one and tried under another; nothing for an
    address that the form refuses, which then tries nobody."""
    only_address = MultiDict([("email", each) for each in request.form.getlist("email")])
    return forms.load(AskLink, only_address).data.get("email", "").lower()


def account_here() -> str:
    """The account and the browser or network address together."""
    return f"{account()} {known_browsers.place(account()) or get_remote_address()}"


def account_anywhere() -> str:
    """The account, from wherever it is tried; apart from that, where its owner has signed in before."""
    return f"{account()} {known_browsers.place(account())}".strip()


def show_too_many(error: RateLimitExceeded) -> ResponseReturnValue:
    """Say how long to wait."""
    seconds = wait_seconds(at_most=error.limit.limit.get_expiry())
    minutes = -(-seconds // 60)
    log.warning("sign_in.too_many_tries", endpoint=request.endpoint, limit=str(error.limit.limit))
    to_do = f"Wait {minutes} {'minute' if minutes == 1 else 'minutes'} and try again."
    answer = make_response(errors.show(errors.WORDS[429]._replace(to_do=to_do), 429))
    answer.headers["Retry-After"] = str(seconds)
    return answer


def wait_seconds(at_most: int) -> int:
    """Seconds until the limit that was reached lets somebody try again."""
    reached = limiter.current_limit
    left = round(reached.reset_at - clock.now().timestamp()) if reached else at_most
    return min(max(1, left), at_most)


def show_not_counting(error: StorageError) -> ResponseReturnValue:
    """Valkey is away: nobody signs in until it is back."""
    log.error("sign_in.no_limits", reason=type(error.storage_error).__name__, request_id=g.get("request_id"))
    words = errors.WORDS[503]._replace(happened="For your safety nobody can sign in at the moment.")
    return errors.show(words, 503)
