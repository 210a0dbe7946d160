"""Somebody changes the e-mail address they sign in with: a link to the new address proves that they read it."""

from uuid import UUID

from sqlalchemy import delete, select

from pool.errors import Conflict, NotFound
from pool.events import AddressChangeAsked, PersonCorrected
from pool.models.person import Person, SignInLink
from pool.plain_text import code
from pool.services.people import corrected_facts, joining, logins, sign_in, signed_tokens
from pool.services.people.accounts import record_everywhere
from pool.unit_of_work import UnitOfWork

SPENT = "This link was used or is too old. Enter the new address again."
NOT_FREE = "This address cannot be used. Choose another one."


def confirm_path(link_id: UUID) -> str:
    """The address of the link inside the portal."""
    return f"/account/email/{sign_in.token_of(link_id)}"


def ask(work: UnitOfWork, person_id: UUID, browser: str, email: str) -> None:
    """Write a link down for the new address; it works for ten minutes in the browser that asked. The page says the same
    about an address that somebody signs in with already, and nothing is sent there."""
    email = code(email)
    if joining.by_address(work, email) is not None:
        return
    link = sign_in.new_link(
        work,
        person_id,
        sign_in.LINK_LIFE,
        browser_hash=signed_tokens.fingerprint(browser),
        details={sign_in.NEW_ADDRESS: email},
    )
    work.record(AddressChangeAsked(link.id, person_id), pool_id=work.actor.pool_ids[0])


def new_address(link: SignInLink) -> str:
    """The address that a link would change to."""
    return str(link.details[sign_in.NEW_ADDRESS])


def asked(work: UnitOfWork, person_id: UUID, token: str, browser: str) -> SignInLink:
    """The link that was opened; NotFound with what to do when it does not work here."""
    found = work.first(select(SignInLink).where(SignInLink.token_hash == signed_tokens.fingerprint(token)))
    works = (
        found is not None
        and found.person_id == person_id
        and found.used_at is None
        and found.expires_at > work.now
        and sign_in.NEW_ADDRESS in found.details
        and signed_tokens.same(found.browser_hash or "", signed_tokens.fingerprint(browser))
    )
    if found is None or not works:
        raise NotFound(SPENT)
    return found


def change(work: UnitOfWork, person_id: UUID, token: str, browser: str, *, keep: UUID) -> None:
    """Sign in with the new address from now on; other browsers are signed out, both addresses are told. `work` reaches
    all pools of the person. Raises Conflict when somebody else signs in with it by now."""
    link = asked(work, person_id, token, browser)
    person = work.get(Person, person_id, lock=True)
    new, before = new_address(link), (person.name, person.email)
    if joining.by_address(work, new) is not None:
        raise Conflict(NOT_FREE)
    work.store.execute(delete(SignInLink).where(SignInLink.person_id == person_id, SignInLink.id != link.id))
    link.used_at, person.email = work.now, new
    corrected_facts.on_documents(work, person, *before)
    logins.end_others(work, person_id, keep)
    record_everywhere(work, PersonCorrected(person_id, before[1]))
