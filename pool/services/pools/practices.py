"""Practices for their pool's manager: the list with its search, and the page of one."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select

from pool.models.person import Membership, Person
from pool.models.practice import Organisation, Practice
from pool.models.session import PracticeSession
from pool.search import holds
from pool.services.pools import closures
from pool.services.pools.closures import Closure
from pool.unit_of_work import UnitOfWork


def practices_found(text: str) -> Select[Practice]:
    """Practices by name, code, postcode or network."""
    found = select(Practice).join(Organisation, Organisation.id == Practice.organisation_id)
    places = (Organisation.name, Organisation.ods_code, Organisation.postcode, Practice.pcn_name)
    return found.where(holds(text, *places)) if text else found


class PracticePage(NamedTuple):
    """A practice for its pool's manager."""

    practice: Practice
    sessions: Sequence[PracticeSession]
    people: Sequence[Person]
    closure: Closure | None


def practice_page(work: UnitOfWork, practice_id: UUID) -> PracticePage:
    """Facts, coming sessions, and who signs in for it."""
    practice = work.get(Practice, practice_id)
    coming = (
        select(PracticeSession)
        .where(PracticeSession.practice_id == practice_id, PracticeSession.starts_at > work.now)
        .order_by(PracticeSession.starts_at)
        .limit(20)
    )
    people = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.practice_id == practice_id, Membership.ended_at.is_(None))
    )
    return PracticePage(practice, work.all(coming), work.all(people), closures.of_practice(work, practice))
