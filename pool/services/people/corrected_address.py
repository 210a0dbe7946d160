"""A manager mended the address of somebody who has bookings: it holds once whoever reads it opens the link sent there.

The link works without signing in and in any browser, because the person may never have read the old address. An address
that somebody else signs in with is sent no link, and the manager is told the same (person_facts.py).
"""

from uuid import UUID

from sqlalchemy import delete, select

from pool.actor import Actor
from pool.errors import Conflict, NotFound
from pool.events import PersonCorrected
from pool.models.person import Person, SignInLink
from pool.permissions import STRANGER
from pool.services.people import corrected_facts, joining, logins, sign_in, signed_tokens
from pool.services.people.accounts import STRANGER_ACTOR
from pool.unit_of_work import UnitOfWork, unit_of_work

SPENT = "This link was used, is too old, or was replaced by another one. Ask your pool manager for a new one."


def open_path(link_id: UUID) -> str:
    """The address of the link inside the portal."""
    return f"/new-address/{sign_in.token_of(link_id)}"


def opened(work: UnitOfWork, token: str) -> SignInLink:
    """The link that was opened; NotFound with what to do when it does not work (any more)."""
    link = work.first(select(SignInLink).where(SignInLink.token_hash == signed_tokens.fingerprint(token)))
    if link is None or link.used_at or link.expires_at <= work.now or sign_in.CORRECTED_IN not in link.details:
        raise NotFound(SPENT)
    return link


def shown(token: str) -> str:
    """The address that the link would change to, looked at but not used. Raises NotFound like `opened`."""
    with unit_of_work(STRANGER_ACTOR, read_only=True) as work:
        return str(opened(work, token).details[sign_in.NEW_ADDRESS])


def is_taken(work: UnitOfWork, link: SignInLink) -> bool:
    """Does somebody else sign in with the address that the link would change to?"""
    owner = joining.by_address(work, link.details[sign_in.NEW_ADDRESS])
    return owner is not None and owner.id != link.person_id and joining.keeps_address(work, owner)


def whoever_opens(token: str) -> Actor:
    """The person of the link, in the pool whose manager typed the address. Raises NotFound like `opened`."""
    with unit_of_work(STRANGER_ACTOR, read_only=True) as work:
        link = opened(work, token)
        pool_id = UUID(link.details[sign_in.CORRECTED_IN])
        return Actor(STRANGER, (pool_id,), person_id=link.person_id, name=link.person.name)


def change(work: UnitOfWork, token: str) -> None:
    """The person signs in with the new address from now on and is signed out everywhere; both addresses are told. Raises
    NotFound like `opened`, also when the person joined another pool since, and Conflict when somebody else signs in with
    the address by now."""
    person = work.get(Person, opened(work, token).person_id, lock=True)
    link = opened(work, token)
    if not joining.pools_of(work, person.id) <= set(work.actor.pool_ids):
        raise NotFound(SPENT)
    if is_taken(work, link):
        raise Conflict("This address cannot be used. Ask your pool manager to enter another one.")
    before = (person.name, person.email)
    take_over(work, person, link)
    corrected_facts.on_documents(work, person, *before)
    work.record(PersonCorrected(person.id, before[1]), pool_id=min(work.actor.pool_ids))


def take_over(work: UnitOfWork, person: Person, link: SignInLink) -> None:
    """From whoever had the address before and has no role any more; all links and log-ins of the person end."""
    new = link.details[sign_in.NEW_ADDRESS]
    owner = joining.by_address(work, new)
    if owner is not None and owner.id != person.id:
        joining.give_up_address(work, owner)
    logins.end_others(work, person.id, None)
    work.store.execute(delete(SignInLink).where(SignInLink.person_id == person.id))
    person.email, person.owns_address, person.stands_for_id = new, True, None
    work.store.flush()
