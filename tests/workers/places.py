"""A small place to match: a pool, a practice, clinicians, sessions, and a run over them."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from sqlalchemy import select

from pool.actor import Actor
from pool.models.clinician import Clinician
from pool.models.match_run import MatchRun, Proposal, UnfilledReason
from pool.models.outbox import OutboxMessage
from pool.models.pool import Pool
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.permissions import CLINICIAN
from pool.services.clinicians import availability
from pool.services.runs import run_requests
from pool.services.sessions import posting as posting
from tests.builders import (
    a_clinician,
    a_pool,
    a_pool_manager,
    a_practice,
    a_session,
    actor_of,
    details,
    next_week,
    read,
    working_as,
)


@dataclass
class Market:
    """One pool with what a test put into it."""

    pool: Pool
    practice: Practice
    clinicians: list[Clinician]
    sessions: list[PracticeSession]
    manager: Actor

    @property
    def system(self) -> Actor:
        """The product at work for the pool."""
        return Actor.system(self.pool.id)

    def request(self) -> MatchRun:
        """Ask for a run over the days of the sessions."""
        days = [session.on for session in self.sessions]
        with working_as(self.manager) as work:
            run_id = run_requests.request(work, min(days), max(days)).id
        return read(MatchRun, run_id)

    def away(self, clinician: Clinician, on: date) -> None:
        """A clinician says that they cannot work on a day."""
        actor = Actor(role=CLINICIAN, pool_ids=(self.pool.id,), clinician_ids=(clinician.id,), name="The clinician")
        with working_as(actor) as work:
            availability.add_days(work, on, on, available=False)

    def proposals(self, run: MatchRun | None = None, state: str = "proposed") -> list[Proposal]:
        """Proposals in a state, of one run or of all."""
        found = select(Proposal).where(Proposal.state == state)
        return self.rows(found.where(Proposal.run_id == run.id) if run else found)

    def reasons(self, run: MatchRun) -> list[UnfilledReason]:
        """Why sessions stayed empty in a run."""
        return self.rows(select(UnfilledReason).where(UnfilledReason.run_id == run.id))

    def events(self, name: str) -> list[OutboxMessage]:
        """What was recorded under this name."""
        return self.rows(select(OutboxMessage).where(OutboxMessage.name == name).order_by(OutboxMessage.at))

    def rows(self, statement) -> list:
        """Detached rows of a statement."""
        with working_as(self.system) as work:
            found = list(work.all(statement))
            work.store.expunge_all()
        return found

    def holders(self, run: MatchRun) -> dict[UUID, UUID]:
        """Session to clinician of a run's live proposals."""
        return {proposal.session_id: proposal.clinician_id for proposal in self.proposals(run)}


def a_market(sessions: int = 3, clinicians: int = 2, *, policy: dict | None = None, **columns) -> Market:
    """A pool with sessions on following days and clinicians who are free for all of them."""
    pool = a_pool() if policy is None else a_pool(policy=policy)
    practice = a_practice(pool)
    people = [a_clinician(pool, **columns) for _ in range(clinicians)]
    days = [next_week() + timedelta(days=number) for number in range(sessions)]
    manager = actor_of(a_pool_manager(pool.id))
    return Market(pool, practice, people, [a_session(practice, on=day) for day in days], manager)


def a_busy_market(sessions: int, clinicians: int) -> Market:
    """A pool with so many sessions that the engine takes a moment: several practices, mornings and afternoons."""
    market = a_market(sessions=0, clinicians=0)
    practices = [market.practice, *(a_practice(market.pool) for _ in range(4))]
    market.clinicians.extend(a_clinician(market.pool, weekly_cap=9) for _ in range(clinicians))
    with working_as(market.system) as work:
        for number in range(sessions):
            day, morning = next_week() + timedelta(days=number // 2 % 25), number % 2 == 0
            times = {} if morning else {"starts": time(13, 30), "ends": time(17, 40), "kind": "pm"}
            practice = practices[number % len(practices)]
            said = details(**times, label=f"Room {number}")
            market.sessions += posting.post(work, practice.id, [day], said, even_if_twin=True)
        work.store.flush()
        work.store.expunge_all()
    return market
