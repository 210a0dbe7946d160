"""The plan of a run in the manager's hands: release it, change it, drop from it. People decide (design D6)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from pool.errors import Conflict, WrongState
from pool.events import ProposalDropped, ProposalReplaced
from pool.lifecycle import PROPOSAL, SESSION, advance
from pool.models.clinician import Clinician
from pool.models.match_run import Proposal
from pool.models.session import PracticeSession
from pool.rules.choice_words import reason
from pool.rules.rule_words import MAY_BE_ASKED, Refusal, to_manager, to_manager_with_way_out
from pool.services.bookings import offers, proposal_offers
from pool.services.bookings.proposal_offers import Released
from pool.services.eligibility import session_rules
from pool.services.eligibility.pool_facts import Held
from pool.services.eligibility.snapshot import active_clinicians
from pool.unit_of_work import UnitOfWork

AROUND = timedelta(days=7)
"""Proposals this near count for rest and the weekly cap."""


@dataclass(frozen=True)
class Candidate:
    """A clinician for a session: minutes one way, and every reason against; none means they may take it."""

    clinician: Clinician
    travel_minutes: int
    refusals: tuple[Refusal, ...]

    @property
    def may(self) -> bool:
        """Does no rule stand against it?"""
        return not self.refusals

    @property
    def sentences(self) -> tuple[str, ...]:
        """The reasons against it, said to the manager."""
        return tuple(to_manager(refusal) for refusal in self.refusals)

    @property
    def over_limits(self) -> bool:
        """Do only limits stand against it that they set for themselves, so that they may be asked all the same?"""
        return bool(self.refusals) and all(refusal.code in MAY_BE_ASKED for refusal in self.refusals)


def release(work: UnitOfWork, run_id: UUID, proposal_ids: Collection[UUID] | None = None) -> Released:
    """Send offers for the chosen live proposals of a run, or for all. One that no longer fits does not stop the rest."""
    live = select(Proposal).where(Proposal.run_id == run_id, Proposal.state == "proposed")
    if proposal_ids is not None:
        live = live.where(Proposal.id.in_(list(proposal_ids)))
    proposals = all_held(work, work.all(live))
    return proposal_offers.send_offers(work, proposals, against=second_look(work, proposals))


def all_held(work: UnitOfWork, proposals: Sequence[Proposal]) -> Sequence[Proposal]:
    """Those that are still live, locked; their sessions first and in order, as everywhere."""
    sessions = select(PracticeSession).where(PracticeSession.id.in_([proposal.session_id for proposal in proposals]))
    live = select(Proposal).where(
        Proposal.id.in_([proposal.id for proposal in proposals]), Proposal.state == "proposed"
    )
    fresh = {"populate_existing": True}
    work.all(sessions.order_by(PracticeSession.id).with_for_update(of=PracticeSession).execution_options(**fresh))
    return work.all(live.order_by(Proposal.session_id).with_for_update(of=Proposal).execution_options(**fresh))


def second_look(work: UnitOfWork, proposals: Sequence[Proposal]) -> dict[UUID, str]:
    """What stands against each proposal now, in one look at the rows; proposals that may go out are not in it."""
    if not proposals:
        return {}
    sessions = [proposal.session for proposal in proposals]
    people = {proposal.clinician_id: proposal.clinician for proposal in proposals}
    question = session_rules.ask(work, sessions, list(people.values()))
    found = {proposal: question.refusals(proposal.session, proposal.clinician) for proposal in proposals}
    return {
        proposal.id: offers.refused_words(proposal.clinician, against[0])
        for proposal, against in found.items()
        if against
    }


def waiting(work: UnitOfWork, run_id: UUID) -> int:
    """How many proposals of a run somebody still has to release."""
    return len(work.all(select(Proposal.id).where(Proposal.run_id == run_id, Proposal.state == "proposed")))


def replace(work: UnitOfWork, proposal_id: UUID, clinician_id: UUID) -> Proposal:
    """Put another clinician in a proposal's place. Raises Conflict with every reason when the rules forbid it."""
    old = held(work, proposal_id)
    session, clinician = old.session, work.get(Clinician, clinician_id)
    if clinician.id == old.clinician_id:
        raise Conflict(f"{clinician.name} is already proposed for this session.")
    planned = rest_of_plan(work, session, [clinician.id])
    against = session_rules.against(work, session, clinician, planned=planned)
    if against:
        sentences = " ".join(to_manager_with_way_out(refusal) for refusal in against)
        raise Conflict(f"{clinician.name} cannot take this session. {sentences}")
    advance(PROPOSAL, old, "replace")
    work.store.flush()
    new = Proposal(
        pool_id=old.pool_id,
        practice_id=old.practice_id,
        clinician_id=clinician.id,
        run_id=old.run_id,
        session_id=session.id,
        state=PROPOSAL.initial,
        changed_by_id=work.actor.person_id,
        travel_minutes=session_rules.minutes_from_home(session, clinician),
        reasons=[reason("chosen_by_hand")],
        alternatives=[
            alternative for alternative in old.alternatives if alternative["clinician_id"] != str(clinician.id)
        ],
        reserve=[stand_in for stand_in in old.reserve if stand_in["clinician_id"] != str(clinician.id)],
    )
    work.add(new)
    work.record(ProposalReplaced(new.id, session.id, clinician.id), pool_id=new.pool_id)
    return new


def drop(work: UnitOfWork, proposal_id: UUID, reason: str = "") -> Proposal:
    """Take a proposal out of the plan; the session waits for the next run."""
    proposal = held(work, proposal_id)
    advance(PROPOSAL, proposal, "drop")
    if proposal.session.state == "matched":
        advance(SESSION, proposal.session, "unmatch")
    work.record(ProposalDropped(proposal.id, proposal.session_id, reason.strip()), pool_id=proposal.pool_id)
    return proposal


def held(work: UnitOfWork, proposal_id: UUID) -> Proposal:
    """A proposal and its session, both locked, the session first as everywhere; WrongState when it is not live."""
    session_id = work.get(Proposal, proposal_id).session_id
    work.get(PracticeSession, session_id, lock=True)
    proposal = work.get(Proposal, proposal_id, lock=True)
    if proposal.state != "proposed":
        raise WrongState(f"This proposal was already {proposal.state}. Refresh the page to see the plan as it is.")
    return proposal


def candidates(work: UnitOfWork, session_id: UUID) -> list[Candidate]:
    """Every clinician of the session's profession: first those who may, nearest first, then the others with reasons."""
    session = work.get(PracticeSession, session_id)
    people = [clinician for clinician in active_clinicians(work) if clinician.profession == session.profession]
    planned = rest_of_plan(work, session, [person.id for person in people])
    question = session_rules.ask(work, [session], people, planned=planned)
    found = [
        Candidate(person, session_rules.minutes_from_home(session, person), question.refusals(session, person))
        for person in people
    ]
    return sorted(found, key=lambda person: (len(person.refusals), person.travel_minutes, person.clinician.id))


def rest_of_plan(work: UnitOfWork, session: PracticeSession, clinician_ids: Collection[UUID]) -> list[Held]:
    """What else is proposed to these clinicians around the session."""
    near = PracticeSession.on.between(session.on - AROUND, session.on + AROUND)
    live = (
        select(Proposal)
        .join(PracticeSession, Proposal.session_id == PracticeSession.id)
        .where(Proposal.state == "proposed", Proposal.clinician_id.in_(clinician_ids), near)
    )
    return [
        Held(proposal.session, proposal.clinician_id)
        for proposal in work.all(live)
        if proposal.session_id != session.id
    ]
