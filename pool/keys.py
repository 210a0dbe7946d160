"""Which settings are no secrets: left as in an example, printed in this project, or easily guessed."""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from cryptography.fernet import Fernet

LEAST_CHARACTERS = 32
LEAST_DIFFERENT = 10
"""A random key of 32 characters has about twenty different ones; a repeated word has fewer than ten."""

KEYS = ("SECRET_KEY", "POOL_TOTP_SECRET", "POOL_BANK_DETAILS_KEY")
ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SMTP_URL")
PLACEHOLDERS = ("change", "example", "secret", "password", "replace")
"""How the values of examples begin, ours and other people's."""

PRINTED = ("only-for-tests", "b25seS1mb3ItdGVzdHM")
"""How keys begin that everybody can read in this project's tests; a demonstration may use them."""

MAKE_ONE = "`python -m deploy keys` prints new ones"


def wrong(env: Mapping[str, str], *, demo: bool) -> Iterator[str]:
    """A sentence for each setting that keeps nothing secret, or that is still as in the example."""
    for name in KEYS:
        yield from _wrong_key(name, env.get(name, ""), demo=demo)
    if not _is_fernet(env.get("POOL_BANK_DETAILS_KEY", "")):
        yield f"POOL_BANK_DETAILS_KEY is not a Fernet key (32 random bytes in url-safe base64); {MAKE_ONE}."
    for name in ADDRESSES:
        if is_placeholder(_password(env.get(name, ""))):
            yield f"The password in {name} is still the one of the example; put the real one there."


def is_placeholder(value: str) -> bool:
    """Is this a value that somebody was meant to replace?"""
    return value.lower().startswith(PLACEHOLDERS)


def _wrong_key(name: str, value: str, *, demo: bool) -> Iterator[str]:
    if is_placeholder(value) or (value.startswith(PRINTED) and not demo):
        yield f"{name} is an example that everybody can read; {MAKE_ONE}."
    elif len(value) < LEAST_CHARACTERS or len(set(value)) < LEAST_DIFFERENT:
        yield f"{name} is too easily guessed: it needs at least {LEAST_CHARACTERS} random characters; {MAKE_ONE}."


def _is_fernet(value: str) -> bool:
    try:
        Fernet(value)
    except ValueError:
        return False
    return True


def _password(address: str) -> str:
    try:
        return unquote(urlsplit(address).password or "")
    except ValueError:
        return ""
