"""A name or an e-mail address that was typed wrong is mended: by the manager of all the person's pools; a name also by
somebody of several pools, whom no manager may rename."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, select

from pool.errors import Conflict, NotAllowed
from pool.events import AddressChangeAsked, PersonCorrected
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.invoice import Seller
from pool.models.person import Person, SignInLink
from pool.plain_text import code, tidied
from pool.services.people import factor_resets, joining, logins, sign_in
from pool.services.people.accounts import record_everywhere
from pool.unit_of_work import UnitOfWork

NOT_ALONE = "{name} also has a role in another pool, so only they can change their name or email address."
ASK_POOL = "Your pool manager changes your name. Ask them."
WRITTEN = "We are writing to {email}. The address changes when its owner opens the link; until then it stays as it is."

PROOF_LIFE = timedelta(hours=24)
"""Longer than a link that somebody waits for: whoever opens this one did not ask for it."""


def correct(work: UnitOfWork, person_id: UUID, *, name: str, email: str) -> bool:
    """Write name and address down anew; says whether anything changed. Bookings and documents keep what they say, and the
    address of somebody who has bookings waits for its owner's word (`readdress`).

    Raises NotAllowed for somebody who also belongs to another pool, and Conflict for the address of a colleague.
    """
    person = work.get(Person, person_id, lock=True)
    if not factor_resets.alone(work, person_id):
        raise NotAllowed(NOT_ALONE.format(name=person.name))
    before = (person.name, person.email)
    person.name, email = tidied(name), code(email)
    if email.lower() != person.email.lower():
        readdress(work, person, email)
    changed = before != (person.name, person.email)
    if changed:
        on_documents(work, person, *before)
        old = before[1] if before[1] != person.email else ""
        old_name = before[0] if before[0] != person.name else ""
        work.record(PersonCorrected(person_id, old, old_name), pool_id=min(work.actor.pool_ids))
    return changed


def rename(work: UnitOfWork, person_id: UUID, name: str) -> bool:
    """Somebody of several pools puts their own name right, which no manager may; says whether it changed. `work` reaches all
    their pools, and each writes it down. Raises NotAllowed for somebody whose one pool does it."""
    person = work.get(Person, person_id, lock=True)
    if not names_self(work, person_id):
        raise NotAllowed(ASK_POOL)
    before, person.name = person.name, tidied(name)
    if before != person.name:
        on_documents(work, person, before, person.email)
        record_everywhere(work, PersonCorrected(person_id, "", before))
    return before != person.name


def names_self(work: UnitOfWork, person_id: UUID) -> bool:
    """Is this somebody of several pools?"""
    return len(joining.pools_of(work, person_id)) > 1


def on_documents(work: UnitOfWork, person: Person, name: str, email: str) -> None:
    """Later invoices carry the new name and address where the old ones stood; issued ones stay as they are."""
    own = select(Clinician.id).where(Clinician.person_id == person.id)
    for seller in work.all(select(Seller).where(Seller.clinician_id.in_(own))):
        seller.name = person.name if seller.name == name else seller.name
        seller.email = person.email if seller.email == email else seller.email


def readdress(work: UnitOfWork, person: Person, email: str) -> None:
    """Signed out everywhere, and links on their way are worth nothing. An address that somebody of another pool signs in
    with makes the person a stand-in who waits for that person's yes, as if they had been added with it (joining.py).
    Bookings cannot pass to a stand-in: whoever has some keeps the address until the new one is proved, whosever it is."""
    here = joining.of_this_pool(work, email)
    if here is not None and here.id != person.id:
        raise Conflict(joining.SOMEBODY_ELSE.format(name=here.name))
    if work.first(select(Booking.id).where(Booking.person_id == person.id)) is not None:
        ask_owner(work, person, email)
        return
    owner = joining.by_address(work, email)
    if owner is not None and not joining.keeps_address(work, owner):
        joining.give_up_address(work, owner)
        owner = None
    logins.end_others(work, person.id, None)
    work.store.execute(delete(SignInLink).where(SignInLink.person_id == person.id))
    person.owns_address, person.stands_for_id = owner is None, owner.id if owner else None
    person.email = email
    work.store.flush()


def ask_owner(work: UnitOfWork, person: Person, email: str) -> None:
    """Write a link down for whoever reads the new address, in place of an earlier one (corrected_address.py). The rows are
    the same for an address that somebody else signs in with; only the e-mail differs."""
    (pool_id,) = work.actor.pool_ids
    work.store.execute(delete(SignInLink).where(waiting_for(person.id)))
    details: dict[str, object] = {sign_in.NEW_ADDRESS: email, sign_in.CORRECTED_IN: str(pool_id)}
    link = sign_in.new_link(work, person.id, PROOF_LIFE, browser_hash=None, details=details)
    work.record(AddressChangeAsked(link.id, person.id), pool_id=pool_id)


def waiting_for(person_id: UUID) -> ColumnElement[bool]:
    """The links by which a manager's correction of this person's address is proved."""
    return and_(SignInLink.person_id == person_id, SignInLink.details[sign_in.CORRECTED_IN].as_string().is_not(None))


def waits(work: UnitOfWork, person_id: UUID, email: str) -> bool:
    """Does this address wait for its owner to open the link?"""
    links = work.all(select(SignInLink).where(waiting_for(person_id), SignInLink.expires_at > work.now))
    return any(link.used_at is None and link.details[sign_in.NEW_ADDRESS] == code(email) for link in links)
