"""Where people go after signing in: only to a page of our own."""

from urllib.parse import urlsplit

from flask import g, request, url_for

from pool.portal.web.navigation import NAVIGATION, address

UNSAFE = frozenset("\\") | {chr(code) for code in (*range(33), 127)}
"""Browsers read a backslash as a slash and skip control characters, so //evil could hide behind them."""


def asked_next() -> str:
    """The page named in ?next=, or nothing."""
    return own_page(request.args.get("next", ""))


def own_page(target: str) -> str:
    """The target when it is a path of this portal; nothing when it could lead anywhere else."""
    if not target.startswith("/") or target.startswith("//") or UNSAFE & set(target):
        return ""
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else ""


def first_page() -> str:
    """The page on which the signed-in role starts its work."""
    entries = NAVIGATION.get(g.actor.role, ())
    return (address(entries[0].endpoint) if entries else "") or url_for("account.show")
