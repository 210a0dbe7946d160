"""What a new pool still needs before its first session can be posted and booked; each step is proved by rows."""

from typing import NamedTuple

from sqlalchemy import Select, exists, select

from pool.models.clinician import Clinician
from pool.models.invoice import Seller
from pool.models.person import Membership
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.permissions import PRACTICE
from pool.services import pool_settings
from pool.unit_of_work import UnitOfWork


class Step(NamedTuple):
    """One step: its words, where it is done, what to know, and whether rows show that it was."""

    words: str
    endpoint: str
    hint: str
    is_done: bool


def of_pool(work: UnitOfWork) -> list[Step]:
    """The steps of the actor's pool, none once a session was ever posted."""
    if any_of(work, select(PracticeSession.id)):
        return []
    pool = pool_settings.own_pool(work)
    staff = select(Membership.id).where(
        Membership.pool_id == pool.id, Membership.role == PRACTICE, Membership.ended_at.is_(None)
    )
    paid = select(Seller.id).where(Seller.kind == "host", Seller.bank_account_number.is_not(None))
    imported = f"Whoever runs the service imports them: flask practices import FILE --pool {pool.slug}"
    return [
        Step("Add the practices of your place", "practices.index", imported, any_of(work, select(Practice.id))),
        Step("Invite somebody from each practice", "people.invite", "They post sessions and confirm hours", any_of(work, staff)),
        Step("Add clinicians", "clinicians.new", "They are invited by email and say when they can work",
             any_of(work, select(Clinician.id))),
        Step("Say where the host is paid", "sellers.edit_host", "For invoices in the host’s name", any_of(work, paid)),
        Step("Look at the rules of your pool", "pool_settings.show", "They have sensible defaults", bool(pool.policy)),
        Step("Post the first session", "sessions.posting.new", "You can do it for a practice, or they do", is_done=False),
    ]  # fmt: skip


def any_of(work: UnitOfWork, statement: Select) -> bool:
    """Is there a row?"""
    return bool(work.store.scalar(select(exists(statement))))
