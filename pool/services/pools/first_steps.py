"""What a new pool still needs before its first session can be posted and booked; each step is proved by rows."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select

from pool.models.clinician import Clinician
from pool.models.invoice import Seller
from pool.models.person import Membership
from pool.models.practice import Organisation, Practice
from pool.models.session import PracticeSession
from pool.permissions import PRACTICE
from pool.services.pools import pool_settings
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
    paid = select(Seller.id).where(Seller.kind == "host", Seller.bank_account_number.is_not(None))
    imported = (
        f"Whoever runs the service imports them: /opt/pool/deploy/flask.sh practices import FILE --pool {pool.slug}"
    )
    practices = select(Practice.id).join(Organisation).where(Organisation.active)
    count, staffed = count_of(work, practices), count_of(work, practices.where(somebody_signs_in(pool.id)))
    unsaid = count_of(work, practices.where(Practice.clinical_system == "other"))
    return [
        Step("Add the practices of your place", "practices.index", imported, bool(count)),
        Step(
            "Say which clinical system each practice has",
            "practices.index",
            f"Who knows it is matched; {unsaid} of {count} still say “Another system”",
            bool(count) and not unsaid,
        ),
        Step(
            "Invite somebody from each practice",
            "people.invite",
            f"They post sessions and confirm hours; {staffed} of {count} have somebody",
            0 < count == staffed,
        ),
        Step(
            "Add clinicians",
            "clinicians.new",
            "They are invited by email and say when they can work",
            any_of(work, select(Clinician.id)),
        ),
        Step("Say where the host is paid", "sellers.edit_host", "For invoices in the host’s name", any_of(work, paid)),
        Step("Look at the rules of your pool", "pool_settings.show", "They have sensible defaults", bool(pool.policy)),
        Step(
            "Post the first session", "sessions.posting.new", "You can do it for a practice, or they do", is_done=False
        ),
    ]


def somebody_signs_in(pool_id: UUID) -> ColumnElement[bool]:
    """Has a practice a person who acts for it?"""
    return exists().where(
        Membership.practice_id == Practice.id,
        Membership.pool_id == pool_id,
        Membership.role == PRACTICE,
        Membership.ended_at.is_(None),
    )


def count_of(work: UnitOfWork, statement: Select) -> int:
    """How many rows."""
    return work.store.scalar(select(func.count()).select_from(statement.subquery())) or 0


def any_of(work: UnitOfWork, statement: Select) -> bool:
    """Is there a row?"""
    return bool(work.store.scalar(select(exists(statement))))
