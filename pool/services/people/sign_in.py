"""Signing in: by an e-mailed link, or by password; then the second factor of whoever has one.

The link's secret is a mark of its id (see signed_tokens.py): the mail worker makes it again, the table keeps its fingerprint.
Every way ends in a Step: refused, or a code is still needed, or a log-in has begun.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import delete, select

from pool.events import PersonSignedIn, SignInLinkAsked, SignInRefused
from pool.models.person import Person, SignInLink
from pool.services.people import logins, signed_tokens
from pool.services.people.accounts import STRANGER_ACTOR, record_everywhere
from pool.unit_of_work import UnitOfWork, unit_of_work

LINK_LIFE = timedelta(minutes=10)
DEMO_LINK_LIFE = timedelta(hours=12)
FIRST_LINK_LIFE = timedelta(hours=24)
LINK_KEPT = timedelta(days=1)

LINK = "link"
PASSWORD = "password"  # noqa: S105 - the word for a way in
DEMO = "demo"
FIRST = "first"

NEW_ADDRESS = "new address"
"""In the details of a link that signs nobody in: it proves that somebody reads the address they want to change to."""

CORRECTED_IN = "corrected in"
"""In the details of such a link: the pool whose manager typed the new address."""

SPENT = "the link is used or too old"
OTHER_BROWSER = "the link was opened in another browser"
WRONG_WORD = "wrong password"
NO_SECOND_FACTOR = "no second factor is set up"
WRONG_CODE = "wrong code"

Fits = Callable[[Person], bool]
"""Does what was typed fit this person? Asked while their row is held, so two browsers cannot use one code."""


class Step(NamedTuple):
    """How far somebody got: a reason why not, or a code is wanted, or the log-in that began."""

    refused: str = ""
    code_wanted: bool = False
    login_id: UUID | None = None


class FoundLink(NamedTuple):
    """A link somebody opened; nothing has been used up yet."""

    link_id: UUID
    person_id: UUID
    problem: str
    next_page: str


def link_path(link_id: UUID) -> str:
    """The address of a link inside the portal; the mail worker puts the public address before it."""
    return f"/sign-in/link/{token_of(link_id)}"


def ask_link(work: UnitOfWork, person_id: UUID, browser: str, next_page: str) -> UUID:
    """Write down a link for this person; it works in the browser that knows the secret `browser`, for ten minutes."""
    old = delete(SignInLink).where(SignInLink.person_id == person_id, SignInLink.expires_at < work.now - LINK_KEPT)
    work.store.execute(old)
    link = new_link(
        work, person_id, LINK_LIFE, browser_hash=signed_tokens.fingerprint(browser), details={"next": next_page}
    )
    work.record(SignInLinkAsked(link.id, person_id), pool_id=work.actor.pool_ids[0])
    return link.id


def issue_demo_link(person_id: UUID) -> str:
    """The path of a link for somebody of the demonstration: any browser, as often as wanted, for twelve hours."""
    with unit_of_work(STRANGER_ACTOR) as work:
        if not work.get(Person, person_id).is_demo:
            raise ValueError("Links that work in any browser are for people of the demonstration only.")
        return link_path(new_link(work, person_id, DEMO_LINK_LIFE, browser_hash=None, details={DEMO: True}).id)


def issue_first_link(work: UnitOfWork, person_id: UUID) -> str:
    """The path of the link by which an installation begins: printed to whoever sets it up, for any browser, once."""
    return link_path(new_link(work, person_id, FIRST_LINK_LIFE, browser_hash=None, details={FIRST: True}).id)


def find_link(token: str, browser: str, *, demo: bool) -> FoundLink | None:
    """The link somebody opened, with what speaks against it; looking does not use it up (mail scanners look too)."""
    with unit_of_work(STRANGER_ACTOR, read_only=True) as work:
        link = work.first(select(SignInLink).where(SignInLink.token_hash == signed_tokens.fingerprint(token)))
        if link is None:
            return None
        return FoundLink(link.id, link.person_id, problem(link, browser, work.now, demo), link.details.get("next", ""))


def problem(link: SignInLink, browser: str, now: datetime, demo: bool) -> str:
    """Why this link does not sign this browser in; nothing when it does."""
    if link.used_at or link.expires_at <= now or link.details.get(NEW_ADDRESS):
        return SPENT
    if link.details.get(DEMO):
        return "" if demo and link.person.is_demo else SPENT
    if link.details.get(FIRST):
        return ""
    return "" if signed_tokens.same(link.browser_hash or "", signed_tokens.fingerprint(browser)) else OTHER_BROWSER


def by_link(work: UnitOfWork, link_id: UUID, browser: str, *, demo: bool) -> Step:
    """Use a link up. Of two browsers that press at once, one signs in."""
    link = work.get(SignInLink, link_id, lock=True)
    reason = problem(link, browser, work.now, demo)
    if reason:
        return refuse(work, link.person_id, reason)
    if link.details.get(DEMO):
        return enter(work, link.person_id, DEMO)
    link.used_at = work.now
    if has_second_factor(link.person):
        return Step(code_wanted=True)
    return enter(work, link.person_id, LINK)


def by_password(work: UnitOfWork, person_id: UUID, fits: Fits) -> Step:
    """A password is never enough: a code follows, and without a second factor there is no way in by password."""
    person = work.get(Person, person_id, lock=True)
    if not fits(person):
        return refuse(work, person_id, WRONG_WORD)
    if not has_second_factor(person):
        return refuse(work, person_id, NO_SECOND_FACTOR)
    return Step(code_wanted=True)


def by_code(work: UnitOfWork, person_id: UUID, way: str, fits: Fits) -> Step:
    """The second step of either way: a code of the authenticator or a recovery code, each of which works once."""
    person = work.get(Person, person_id, lock=True)
    if not has_second_factor(person) or not fits(person):
        return refuse(work, person_id, WRONG_CODE)
    return enter(work, person_id, f"{way} and code")


def as_demo(work: UnitOfWork, person_id: UUID) -> Step:
    """Sign in as somebody of the demonstration; anybody else is refused."""
    if not work.get(Person, person_id).is_demo:
        return refuse(work, person_id, "not somebody of the demonstration")
    return enter(work, person_id, DEMO)


def has_second_factor(person: Person) -> bool:
    """Has this person set up an authenticator?"""
    return bool(person.tf_primary_method and person.tf_totp_secret)


def enter(work: UnitOfWork, person_id: UUID, way: str) -> Step:
    """Begin the log-in and write it down."""
    record_everywhere(work, PersonSignedIn(person_id, way))
    return Step(login_id=logins.begin(work, person_id, way))


def refuse(work: UnitOfWork, person_id: UUID, reason: str) -> Step:
    """Write down that somebody tried in vain."""
    record_everywhere(work, SignInRefused(person_id, reason))
    return Step(refused=reason)


def token_of(link_id: UUID) -> str:
    """The secret of a link, made again from its id."""
    return signed_tokens.mark("sign-in link", str(link_id))


def new_link(
    work: UnitOfWork, person_id: UUID, life: timedelta, *, browser_hash: str | None, details: dict[str, object]
) -> SignInLink:
    """A row for a link that lives this long."""
    link_id = uuid4()
    link = SignInLink(
        id=link_id,
        person_id=person_id,
        token_hash=signed_tokens.fingerprint(token_of(link_id)),
        browser_hash=browser_hash,
        created_at=work.now,
        expires_at=work.now + life,
        details=details,
    )
    work.add(link)
    return link
