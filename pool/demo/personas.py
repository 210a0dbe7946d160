"""One person of each role to try the product as, with a link that signs in as them."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import exists, func, select

from pool.config import Config
from pool.demo import settings
from pool.demo.identity import demo_id, ics_email, manager_email, pool_id
from pool.demo.story import in_pool
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.offer import Offer
from pool.models.person import Membership, Person
from pool.models.session import PracticeSession
from pool.models.timesheet import Timesheet
from pool.permissions import CLINICIAN, ICS, MANAGER, PRACTICE, ROLES
from pool.services.people import sign_in
from pool.unit_of_work import UnitOfWork, unit_of_work


class Persona(NamedTuple):
    """Somebody of the main demo pool; `path` signs in as them."""

    role: str
    name: str
    path: str


def personas() -> list[Persona]:
    """A practice manager, a clinician with offers and bookings, the pool manager and the ICS lead."""
    pool = settings.POOLS[0]
    with unit_of_work(in_pool(pool), read_only=True) as work:
        chosen = {
            PRACTICE: _busiest_practice_manager(work),
            CLINICIAN: _busiest_clinician(work),
            MANAGER: demo_id("person", manager_email(pool)),
            ICS: demo_id("person", ics_email(pool)),
        }
        names = {role: work.get(Person, person_id).name for role, person_id in chosen.items()}
    return [Persona(ROLES[role], names[role], sign_in.issue_demo_link(chosen[role])) for role in chosen]


def lines(config: Config) -> list[str]:
    """One line for each persona: role, name, link."""
    return [f"{persona.role:<17} {persona.name:<22} {config.base_url}{persona.path}" for persona in personas()]


def _busiest_practice_manager(work: UnitOfWork) -> UUID:
    """The manager of a practice that has hours to confirm; of those, the one with the most sessions."""
    posted = select(PracticeSession.practice_id).where(PracticeSession.pool_id == pool_id(settings.POOLS[0]))
    waits = exists().where(Timesheet.practice_id == PracticeSession.practice_id, Timesheet.state == "submitted")
    order = (func.bool_or(waits).desc(), func.count().desc(), PracticeSession.practice_id)
    busiest = posted.group_by(PracticeSession.practice_id).order_by(*order)
    return work.one(select(Membership.person_id).where(Membership.practice_id == work.first(busiest)))


def _busiest_clinician(work: UnitOfWork) -> UUID:
    """A self-employed clinician, rather one who was just offered something, then the one with the most bookings."""
    offered = select(func.count()).where(Offer.clinician_id == Clinician.id, Offer.state == "sent").scalar_subquery()
    booked = select(func.count()).where(Booking.clinician_id == Clinician.id).scalar_subquery()
    sells = Clinician.engagements.any(type="sole_trader")
    order = (func.least(offered, 1).desc(), booked.desc(), Clinician.id)
    found = work.first(select(Clinician).where(sells).order_by(*order))
    return found.person_id if found else work.one(select(Clinician.person_id).limit(1))
