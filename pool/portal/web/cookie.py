"""The only place that reads and writes the signed cookie: it names a log-in and carries a few words for the next page."""

from uuid import UUID

from flask import session
from flask_security import login_user, logout_user

from pool import clock
from pool.models.person import Person

LOGIN = "visit"
"""Cookies of before carry it under this name; another one would sign everybody out."""
HALF_WAY = "half_way"
ASKED_FOR = "asked_for"
NEW_FACTOR = "new_factor"
PROVED_AT = "fs_paa"

HALF_WAY_SECONDS = 600


def start_login(person: Person, login_id: UUID) -> None:
    """A new cookie for somebody who proved who they are; nothing of the old one is kept."""
    session.clear()
    session.permanent = True
    login_user(person)
    session[LOGIN] = str(login_id)


def change_login(login_id: UUID) -> None:
    """Go on in another log-in of the same person."""
    session[LOGIN] = str(login_id)


def login_id() -> UUID | None:
    """The log-in that the cookie names."""
    value = session.get(LOGIN)
    return UUID(value) if value else None


def own_login_id() -> UUID:
    """The log-in of somebody who is signed in; KeyError for strangers, a bug."""
    return UUID(session[LOGIN])


def proved_at() -> float:
    """When the person of this cookie proved who they are, as seconds since 1970; 0 when never."""
    return session.get(PROVED_AT, 0)


def forget() -> None:
    """Sign this browser out."""
    logout_user()
    session.clear()


def wait_for_code(person_id: UUID, way: str) -> None:
    """Remember for ten minutes that somebody passed the first step."""
    session.clear()
    session[HALF_WAY] = {"person": str(person_id), "way": way, "at": clock.now().timestamp()}


def half_way() -> tuple[UUID, str] | None:
    """Who passed the first step, and how; None when nobody did, or too long ago."""
    passed = session.get(HALF_WAY)
    if not passed or clock.now().timestamp() - passed["at"] > HALF_WAY_SECONDS:
        return None
    return UUID(passed["person"]), passed["way"]


def remember_asked(email: str) -> None:
    """The address a link was asked for, to show it on the next page."""
    session[ASKED_FOR] = email


def asked_for() -> str:
    """The address a link was asked for."""
    return session.get(ASKED_FOR, "")


def new_factor() -> str:
    """The (encrypted) secret of the authenticator that is being set up."""
    return session.get(NEW_FACTOR, "")


def remember_new_factor(secret: str) -> None:
    """Keep the secret until a code has proved that the app has it."""
    session[NEW_FACTOR] = secret


def forget_new_factor() -> None:
    """The authenticator is set up."""
    session.pop(NEW_FACTOR, None)
