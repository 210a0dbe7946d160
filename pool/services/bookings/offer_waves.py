"""Offer waves: a session is offered to the proposed clinician, then to the reserve, then to everybody who may take it.

A wave adds offers; it never takes one back, and the first acceptance closes all others (services/bookings/offers.py). So however
waves and answers cross, PostgreSQL lets one person be booked.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, or_, select, update

from pool.errors import Conflict, WrongState
from pool.events import WaveReleased
from pool.lifecycle import LIVE_BOOKING_STATES
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.match_run import Proposal
from pool.models.offer import Offer
from pool.models.pool import Pool
from pool.models.session import PracticeSession
from pool.rules.choice_words import Kept, reason
from pool.services.bookings import offers
from pool.services.eligibility import session_rules
from pool.services.eligibility.snapshot import active_clinicians
from pool.services.pools.policy import Policy, policy_of
from pool.unit_of_work import UnitOfWork

PROPOSED, RESERVE, EVERYBODY = 1, 2, 3
ASKABLE = ("posted", "offered")
REASONS = {RESERVE: reason("next_best"), EVERYBODY: reason("still_open")}


class Wave(NamedTuple):
    """A wave that went out: its number and the offers of it."""

    number: int
    sent: Sequence[Offer]


def first_sent(work: UnitOfWork, proposal: Proposal, policy: Policy) -> None:
    """The proposed clinician has an offer; earlier plans of this session have had their turn."""
    earlier = update(Proposal).where(Proposal.session_id == proposal.session_id, Proposal.id != proposal.id)
    work.store.execute(earlier.values(next_wave_at=None).execution_options(synchronize_session=False))
    proposal.wave = PROPOSED
    proposal.next_wave_at = next_at(policy, PROPOSED, work.now)


def next_at(policy: Policy, wave: int, now: datetime) -> datetime | None:
    """When the wave after this one goes out by itself; None when a person decides or there is none."""
    if not policy.next_waves or wave >= EVERYBODY:
        return None
    hours = {PROPOSED: policy.second_wave_hours, RESERVE: policy.third_wave_hours - policy.second_wave_hours}
    return now + timedelta(hours=max(0, hours[wave]))


def release_next(work: UnitOfWork, proposal_id: UUID) -> Wave:
    """Send the next wave of a session. A wave that reaches nobody is passed over.

    Raises WrongState with a sentence when the session is not open, was planned anew, or everybody has been asked.
    """
    session = work.get(PracticeSession, work.get(Proposal, proposal_id).session_id, lock=True)
    proposal = work.get(Proposal, proposal_id, lock=True)
    refuse_closed(work, proposal, session)
    policy = policy_of(work.get(Pool, session.pool_id))
    sent: list[Offer] = []
    while not sent and proposal.wave < EVERYBODY:
        proposal.wave += 1
        sent = ask(work, session, people_of(work, proposal, session), REASONS[proposal.wave])
    proposal.next_wave_at = next_at(policy, proposal.wave, work.now)
    work.record(WaveReleased(proposal.id, session.id, proposal.wave, len(sent)), pool_id=session.pool_id)
    return Wave(proposal.wave, sent)


def refuse_closed(work: UnitOfWork, proposal: Proposal, session: PracticeSession) -> None:
    """Why there is no next wave."""
    if session.state not in ASKABLE or session.starts_at <= work.now:
        raise WrongState("This session is not open any more, so nobody else is asked.")
    if proposal.state != "released":
        raise WrongState("Send the offer to the proposed clinician first.")
    newer = select(Proposal.id).where(Proposal.session_id == session.id, Proposal.state == "proposed")
    if work.first(newer) is not None:
        raise WrongState("A newer plan has a proposal for this session. Release that one.")
    if proposal.wave >= EVERYBODY:
        raise WrongState("Everybody who may take this session has been asked.")


def people_of(work: UnitOfWork, proposal: Proposal, session: PracticeSession) -> list[Clinician]:
    """Whom the present wave is for: the reserve, or everybody of the profession; nobody twice."""
    reserve = [UUID(stand_in["clinician_id"]) for stand_in in proposal.reserve]
    asked = been_asked(work, session.id)
    people = [
        clinician
        for clinician in active_clinicians(work)
        if clinician.profession == session.profession and clinician.id not in asked
    ]
    if proposal.wave == EVERYBODY:
        return people
    return sorted((person for person in people if person.id in reserve), key=lambda person: reserve.index(person.id))


def been_asked(work: UnitOfWork, session_id: UUID) -> Collection[UUID]:
    """Clinicians who had an offer of this session, whatever became of it, or called their booking of it off."""
    called_off = select(Booking.clinician_id).where(
        Booking.session_id == session_id, Booking.state.not_in(LIVE_BOOKING_STATES)
    )
    return {*work.store.scalars(select(Offer.clinician_id).where(Offer.session_id == session_id).union(called_off))}


def ask(work: UnitOfWork, session: PracticeSession, people: Sequence[Clinician], why: Kept) -> list[Offer]:
    """Offers to those whom no rule keeps from it now."""
    if not people:
        return []
    question = session_rules.ask(work, [session], people)
    able = [person for person in people if not question.refusals(session, person)]
    return [offers.place(work, session, person, reasons=[why]) for person in able]


def release_due(work: UnitOfWork) -> int:
    """Waves whose time has come, or whose session nobody is asked for any more; says how many went out."""
    found = work.store.execute(due(work.now).with_only_columns(Proposal.id)).scalars().all()
    return sum(went_out(work, proposal_id) for proposal_id in found)


def due(now: datetime) -> Select[Proposal]:
    """Released proposals that wait for their next wave, and need it now."""
    nobody_asked = PracticeSession.state == "posted"
    return (
        select(Proposal)
        .join(PracticeSession, Proposal.session_id == PracticeSession.id)
        .where(
            Proposal.state == "released",
            Proposal.next_wave_at.is_not(None),
            or_(Proposal.next_wave_at <= now, nobody_asked),
            PracticeSession.state.in_(ASKABLE),
            PracticeSession.starts_at > now,
        )
        .order_by(Proposal.session_id)
    )


def went_out(work: UnitOfWork, proposal_id: UUID) -> bool:
    """One due wave; a session that closed meanwhile, or was planned anew, is left alone."""
    try:
        release_next(work, proposal_id)
    except Conflict:
        return False
    return True


def unanswered(work: UnitOfWork, run_id: UUID) -> list[UUID]:
    """Proposals of a run whose session nobody is asked for any more, and that still have somebody to ask."""
    waiting = (
        select(Proposal.id)
        .join(PracticeSession, Proposal.session_id == PracticeSession.id)
        .where(
            Proposal.run_id == run_id,
            Proposal.state == "released",
            Proposal.wave.between(PROPOSED, RESERVE),
            PracticeSession.state == "posted",
            PracticeSession.starts_at > work.now,
        )
    )
    return list(work.store.scalars(waiting.order_by(Proposal.session_id)))


def release_unanswered(work: UnitOfWork, run_id: UUID) -> int:
    """The next wave of every session whose offers were declined or ran out; says how many went out."""
    return sum(went_out(work, proposal_id) for proposal_id in unanswered(work, run_id))
