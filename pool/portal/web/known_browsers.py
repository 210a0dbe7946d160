"""Where the owner of an account has signed in before: their browsers, and the network address they came from last.

A stranger who tries an account again and again uses up the tries that the account has anywhere. The owner's own browsers
and last address count apart from those, so nobody can shut somebody else out. Kept without names or addresses: marks in a
cookie of the browser, and one mark for each account in Valkey.
"""

import secrets

from flask import Response, request
from flask_limiter.util import get_remote_address
from redis.exceptions import RedisError

from pool import queue
from pool.models.person import Person
from pool.portal.web import browser_identity
from pool.services.people import signed_tokens

KEPT_SECONDS = 180 * 86_400
MOST_ACCOUNTS = 5
LAST_ADDRESS = "last-address:"


def accounts_of(person: Person) -> tuple[str, str]:
    """The marks of an account: by the address that is typed, and by the person who is half way in."""
    return signed_tokens.mark("account", person.email.lower()), signed_tokens.mark("account", str(person.id))


def place(account: str) -> str:
    """What this request is counted under instead of the whole world; nothing for a browser and address without history."""
    secret, known = _read()
    if _token(account, secret) in known:
        return f"browser {secret}"
    return f"address {get_remote_address()}" if _is_last_address(account) else ""


def remember(answer: Response, person: Person) -> None:
    """This browser and this address have signed in to the account."""
    secret, known = _read()
    secret = secret or secrets.token_urlsafe(24)
    own = [_token(account, secret) for account in accounts_of(person)]
    kept = (own + [browser for browser in known if browser not in own])[: 2 * MOST_ACCOUNTS]
    answer.set_cookie(
        cookie_name(),
        ".".join([secret, *kept]),
        max_age=KEPT_SECONDS,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=browser_identity.secure(),
    )
    _remember_address(person)


def cookie_name() -> str:
    """The __Host- prefix stops other hosts of the same domain from setting it."""
    return "__Host-known" if browser_identity.secure() else "known"


def _read() -> tuple[str, list[str]]:
    secret, *known = request.cookies.get(cookie_name(), "").split(".")
    return secret, known[: 2 * MOST_ACCOUNTS]


def _token(account: str, secret: str) -> str:
    return signed_tokens.mark("known browser", f"{account} {secret}")


def _is_last_address(account: str) -> bool:
    try:
        kept = queue.redis().get(LAST_ADDRESS + account)
    except RedisError:
        return False
    return kept is not None and signed_tokens.same(kept.decode() if isinstance(kept, bytes) else kept, _address_mark())


def _remember_address(person: Person) -> None:
    try:
        for account in accounts_of(person):
            queue.redis().set(LAST_ADDRESS + account, _address_mark(), ex=KEPT_SECONDS)
    except RedisError:
        return


def _address_mark() -> str:
    return signed_tokens.mark("network address", get_remote_address())
