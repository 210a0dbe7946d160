"""A form that was sent after the sign-in had run out: kept for an hour, for the same person in the same browser.

It is kept in Valkey under marks, and encrypted so that it opens only with the person's id together with a secret that the
browser holds in a cookie of its own. Files, passwords and pages that need a fresh sign-in (how somebody signs in, where
money goes) are never kept. typed_again.py shows it.
"""

import json
import secrets
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from flask import Response, request
from redis.exceptions import RedisError

from pool import queue
from pool.portal.web import browser_identity, cookie, forms
from pool.portal.web.next_page import own_page
from pool.services.people import logins, signed_tokens

ASKED = "unsent"
"""In an address: show what was typed here."""

KEPT_SECONDS = 3600
MOST_BYTES = 64 * 1024
MOST_FORMS = 10
"""Of one person at a time; a form of this service has a few kilobytes."""


class Unsent(NamedTuple):
    """One form: where it was sent to, the page it stood on, the role it was typed in, and its boxes in order."""

    address: str
    page: str
    standing: str
    pairs: list[tuple[str, str]]


def timed_out() -> UUID | None:
    """Whose visit ran out in this browser; None for strangers and for visits that were ended on purpose."""
    login_id = cookie.login_id()
    return logins.ran_out(login_id) if login_id else None


def keep(person_id: UUID, secret: str, standing: str) -> bool:
    """Keep the form of this request; False when it is too large, there are too many, or Valkey is away."""
    kept = Unsent(address(), own_page(_page_before()), standing, forms.sent_pairs(request))
    sealed = _cipher(person_id, secret).encrypt(json.dumps(kept).encode())
    shelf, place = _shelf(person_id), _place(secret, request.path)
    try:
        if len(sealed) > MOST_BYTES or (
            queue.redis().hlen(shelf) >= MOST_FORMS and not queue.redis().hexists(shelf, place)
        ):
            return False
        queue.redis().hset(shelf, place, sealed)
        queue.redis().expire(shelf, KEPT_SECONDS)
    except RedisError:
        return False
    return True


def address() -> str:
    """The address of this request, asking to show what was typed."""
    query = request.query_string.decode(errors="replace")
    return f"{request.path}?{query + '&' if query else ''}{ASKED}=1"


def found(person_id: UUID, path: str) -> Unsent | None:
    """What this person typed in this browser for this address."""
    secret = read()
    try:
        sealed = queue.redis().hget(_shelf(person_id), _place(secret, path)) if secret else None
    except RedisError:
        return None
    return _opened(person_id, secret, sealed) if sealed else None


def waiting(person_id: UUID) -> str:
    """The address that shows a form of this person and browser; nothing when none waits."""
    return next((form.address for form in _all(person_id, read())), "")


def forget(person_id: UUID, path: str) -> None:
    """It was sent, or there is nothing to show."""
    secret = read()
    if not secret:
        return
    try:
        queue.redis().hdel(_shelf(person_id), _place(secret, path))
    except RedisError:
        return


def read() -> str:
    """The secret of this browser; empty when nothing was kept for it."""
    return request.cookies.get(cookie_name(), "")


def read_or_make() -> str:
    """The secret of this browser, or a new one."""
    return read() or secrets.token_urlsafe(32)


def give(answer: Response, secret: str) -> None:
    """Let the browser hold its secret as long as anything can be kept."""
    answer.set_cookie(
        cookie_name(),
        secret,
        max_age=KEPT_SECONDS,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=browser_identity.secure(),
    )


def cookie_name() -> str:
    """The __Host- prefix stops other hosts of the same domain from setting it."""
    return "__Host-unsent" if browser_identity.secure() else "unsent"


def _page_before() -> str:
    came_from = urlsplit(request.referrer or "")
    own = came_from.netloc == request.host
    return (came_from.path + (f"?{came_from.query}" if came_from.query else "")) if own else ""


def _all(person_id: UUID, secret: str) -> Iterator[Unsent]:
    try:
        shelf = queue.redis().hvals(_shelf(person_id)) if secret else []
    except RedisError:
        return
    yield from filter(None, (_opened(person_id, secret, sealed) for sealed in shelf))


def _opened(person_id: UUID, secret: str, sealed: bytes | str) -> Unsent | None:
    try:
        address, page, standing, pairs = json.loads(_cipher(person_id, secret).decrypt(sealed))
    except InvalidToken:
        return None
    return Unsent(address, page, standing, [(name, value) for name, value in pairs])


def _cipher(person_id: UUID, secret: str) -> Fernet:
    return Fernet(signed_tokens.mark("what was typed and not sent", f"{person_id} {secret}") + "=")


def _shelf(person_id: UUID) -> str:
    return "unsent:" + signed_tokens.mark("unsent forms of", str(person_id))


def _place(secret: str, path: str) -> str:
    return signed_tokens.mark("unsent form at", f"{secret} {path}")
