"""HMAC-SHA256 tokens of an id under SECRET_KEY: any process of the product can compute them again, and without the key
they cannot be guessed.

So no sign-in secret is stored anywhere: not in the outbox, not in the audit trail.
"""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

_key: dict[str, bytes] = {}


def unlock(secret_key: str) -> None:
    """Use this key from now on (the setting SECRET_KEY); a new key makes all earlier marks worthless."""
    _key["key"] = secret_key.encode()


def mark(purpose: str, value: str) -> str:
    """43 url-safe characters for this value; `purpose` keeps the marks of different kinds of things apart."""
    digest = hmac.digest(_key["key"], f"{purpose}\0{value}".encode(), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")


def fingerprint(secret: str) -> str:
    """What we keep of a long random secret: enough to know it again, useless to whoever reads the table."""
    return sha256(secret.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Are two secrets equal? Takes the same time wherever they differ."""
    return hmac.compare_digest(one.encode(), other.encode())
