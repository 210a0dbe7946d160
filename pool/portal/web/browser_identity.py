"""The secret that ties an e-mailed link to the browser that asked for it, kept in a cookie of its own."""

import secrets

from flask import Response, current_app, request

from pool.services.people.sign_in import LINK_LIFE


def read() -> str:
    """This browser's secret; empty when it never asked for a link."""
    return request.cookies.get(cookie_name(), "")


def read_or_make() -> str:
    """This browser's secret, or a new one: two links that were asked for one after the other both work."""
    return read() or secrets.token_urlsafe(32)


def keep(answer: Response, secret: str) -> None:
    """Give the browser its secret, a little longer than the link lives."""
    answer.set_cookie(
        cookie_name(), secret, max_age=2 * LINK_LIFE, path="/", httponly=True, samesite="Lax", secure=secure()
    )


def cookie_name() -> str:
    """The __Host- prefix stops other hosts of the same domain from setting it."""
    return "__Host-asked" if secure() else "asked"


def secure() -> bool:
    """Is the public address https?"""
    return current_app.extensions["pool_config"].secure_cookies
