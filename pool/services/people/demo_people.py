"""The people of the demonstration, to be tried out by anybody who looks at it; first of each role who has most to show."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from pool.models.booking import Booking
from pool.models.clinician import Clinician, Engagement
from pool.models.offer import Offer
from pool.models.person import Membership, Person
from pool.models.session import PracticeSession
from pool.permissions import CLINICIAN, ROLES
from pool.unit_of_work import UnitOfWork, system_actor, unit_of_work

SENDS_INVOICES = 1_000_000
HAS_AN_OFFER = 1_000
"""A self-employed clinician has every page to show; one with an open offer more than one with bookings only."""


class DemoPerson(NamedTuple):
    """Somebody one can try the service as."""

    person_id: UUID
    name: str
    role: str
    where: str
    to_see: int


def everybody() -> list[DemoPerson]:
    """All demo members: by role in the order of the role table, the busiest first, then by place and name."""
    everywhere = system_actor("the demonstration shows the people of all its pools")
    with unit_of_work(everywhere, read_only=True) as work:
        score = dict(_counts(work))
        people = {_described(member, score) for member in work.all(_members())}
    order = list(ROLES)
    return sorted(people, key=lambda person: (order.index(person.role), -person.to_see, person.where, person.name))


def _members() -> Select[Membership]:
    return (
        select(Membership)
        .join(Membership.person)
        .where(Person.is_demo, Person.active, Membership.ended_at.is_(None))
        .options(joinedload(Membership.person), joinedload(Membership.practice), joinedload(Membership.pool))
    )


def _described(membership: Membership, score: Mapping[UUID, int]) -> DemoPerson:
    of_all = membership.practice_id or membership.pool_id
    mine = membership.person_id if membership.role == CLINICIAN else of_all
    where = membership.practice.name if membership.practice else membership.pool.name
    return DemoPerson(membership.person_id, membership.person.name, membership.role, where, score.get(mine, 0))


def _counts(work: UnitOfWork) -> Iterator[tuple[UUID, int]]:
    """How much there is to see: of a clinician (by person), a practice, a pool."""
    offers, bookings = _per(work, Offer.clinician_id, Offer.state == "sent"), _per(work, Booking.clinician_id)
    sellers = _per(work, Engagement.clinician_id, Engagement.type == "sole_trader")
    for clinician_id, person_id in work.store.execute(select(Clinician.id, Clinician.person_id)):
        alone = SENDS_INVOICES * (clinician_id in sellers) + HAS_AN_OFFER * (clinician_id in offers)
        yield person_id, alone + bookings.get(clinician_id, 0)
    yield from _per(work, PracticeSession.practice_id).items()
    yield from _per(work, PracticeSession.pool_id).items()


def _per(work: UnitOfWork, column: InstrumentedAttribute[UUID], *conditions: ColumnElement[bool]) -> dict[UUID, int]:
    rows = work.store.execute(select(column, func.count()).where(*conditions).group_by(column))
    return dict(rows.all())
