"""How often one may try: per network address and per person, counted in Valkey.

Many surgeries share one network address, so its limit is wide. A door adds limits of its own with `limiter`. When Valkey is
away, what is limited is refused (it fails closed: guessing without a limit would be worse), and all else goes on.
"""

from collections.abc import Callable
from typing import ParamSpec

from flask import Flask, g
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded
from flask_limiter.util import get_remote_address

from pool import clock, queue

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]

limiter = Limiter(get_remote_address, storage_uri="redis://", strategy="moving-window", key_prefix="tries")

ADDRESS = "300 per hour"
DOWNLOADS = "60 per hour"


def install(app: Flask) -> None:
    """Count on the product's own connection."""
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {
        "connection_pool": queue.redis().connection_pool,
        "wrap_exceptions": True,
    }
    limiter.init_app(app)


def by_address(view: View[P]) -> View[P]:
    """Limit a view that tries secrets without naming an account."""
    return limiter.limit(ADDRESS, key_func=get_remote_address, methods=["POST"])(view)


def download(view: View[P]) -> View[P]:
    """Limit how many tables one person takes away: enough for work, too few for a copy of everything."""
    return limiter.limit(DOWNLOADS, key_func=person)(view)


def person() -> str:
    """Whoever is signed in, or the network address of a stranger."""
    return f"person {g.actor.person_id}" if g.get("actor") else get_remote_address()


def wait_seconds(reached: RateLimitExceeded) -> int:
    """Seconds until the limit that was reached lets somebody try again, at least 1."""
    window, at_most = limiter.current_limit, reached.limit.limit.get_expiry()
    left = round(window.reset_at - clock.now().timestamp()) if window else at_most
    return min(max(1, left), at_most)
