"""Why a clinician was offered a session, or not: from the rules, their offers and the plan.

Never another person's name, fee or reasons: what is read about others is only whether somebody else holds a session.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from matching import Reason
from pool.actor import Actor
from pool.formats import day, moment
from pool.lifecycle import LIVE_BOOKING_STATES, OPEN_SESSION_STATES
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.match_run import Proposal, UnfilledReason
from pool.models.offer import Offer
from pool.models.session import PracticeSession
from pool.services.clinicians.availability import own_clinicians
from pool.services.eligibility import eligibility
from pool.services.eligibility.own_words import said_to_you
from pool.unit_of_work import UnitOfWork, unit_of_work

AHEAD = timedelta(days=28)
COMING = (*OPEN_SESSION_STATES, "filled")
YOURS, OFFERED, POSSIBLE, NOT = "yours", "offered", "possible", "not"

OWN_TIMES = frozenset({"available"})
OWN_LIMITS = frozenset({"travel", "fee", "weekly_cap", "period_cap", "skills", "system", "appointment"})
"""Rules that stand on what clinicians say about themselves."""

TAKEN = {
    "filled": "Somebody else was booked.",
    "offered": "It is offered to somebody else at the moment.",
    "matched": "The current plan proposes somebody else.",
    "posted": "You could take it. Nobody has been asked yet: the next matching run will look at it.",
}
PLAN_FIRST = "You could take it too; the plan as a whole fills more sessions with this choice."
BY_HAND = "The pool manager asked somebody else directly."


Planned = Proposal | UnfilledReason
"""What a run says of one session."""


class Answer(NamedTuple):
    """One coming session, how it stands for the reader, and why. `codes` are the rules that stopped it,
    `offer_id` the offer that waits for an answer, `was_offered` that there was one before."""

    session: PracticeSession
    standing: str
    sentences: tuple[str, ...]
    codes: frozenset[str] = frozenset()
    offer_id: UUID | None = None
    was_offered: bool = False

    @property
    def is_unfree(self) -> bool:
        """At a time that the reader has not marked as free, and never offered to them."""
        return self.standing == NOT and bool(self.codes & OWN_TIMES) and not self.was_offered

    @property
    def remedy(self) -> str:
        """What the reader could change: "times", "limits", or nothing."""
        if self.codes & OWN_TIMES:
            return "times"
        return "limits" if self.codes & OWN_LIMITS else ""


class Matches(NamedTuple):
    """How many of the open sessions of the next weeks the clinician could take."""

    could: int
    open: int

    @property
    def words(self) -> str:
        """You match 9 of the 14 open sessions in the next 4 weeks."""
        if not self.open:
            return "No sessions are open in the next 4 weeks. We write to you when there is an offer."
        could = self.could or "none"
        return f"You match {could} of the {self.open} open session{'' if self.open == 1 else 's'} in the next 4 weeks."


def matches(work: UnitOfWork) -> Matches:
    """Count the open sessions of the reader's profession that no rule keeps from them."""
    could = asked = 0
    for clinician in own_clinicians(work):
        still_open = [each for each in coming(work, clinician) if each.state in OPEN_SESSION_STATES]
        against = eligibility.reasons_for_sessions(work, clinician, still_open)
        asked += len(against)
        could += sum(not reasons for reasons in against.values())
    return Matches(could, asked)


def coming(work: UnitOfWork, clinician: Clinician) -> Sequence[PracticeSession]:
    """Sessions of the clinician's pool and profession in the next weeks, soonest first."""
    return work.all(
        select(PracticeSession)
        .where(
            PracticeSession.pool_id == clinician.pool_id,
            PracticeSession.profession == clinician.profession,
            PracticeSession.state.in_(COMING),
            PracticeSession.starts_at > work.now,
            PracticeSession.starts_at < work.now + AHEAD,
        )
        .order_by(PracticeSession.starts_at, PracticeSession.id)
    )


def sessions(work: UnitOfWork) -> list[tuple[Clinician, PracticeSession]]:
    """All coming sessions, each with the reader's own row in its pool, soonest first."""
    found = [(clinician, each) for clinician in own_clinicians(work) for each in coming(work, clinician)]
    return sorted(found, key=lambda pair: (pair[1].starts_at, pair[1].id))


def answers(work: UnitOfWork, asked: Sequence[tuple[Clinician, PracticeSession]]) -> list[Answer]:
    """The answer for each of these sessions."""
    ids = [session.id for _, session in asked]
    live = select(Booking).where(Booking.session_id.in_(ids), Booking.state.in_(LIVE_BOOKING_STATES))
    held = {booking.session_id for booking in work.all(live)}
    own_offers = work.all(select(Offer).where(Offer.session_id.in_(ids)).order_by(Offer.sent_at))
    offered = {offer.session_id: offer for offer in own_offers}
    against = reasons_by_session(work, asked)
    planned = plan_sentences(work.actor.pool_ids, work.actor.clinician_ids, ids)
    return [
        Answer(session, YOURS, ())
        if session.id in held
        else answer(session, offered.get(session.id), against[session.id], planned.get(session.id, unplanned(session)))
        for _, session in asked
    ]


def unplanned(session: PracticeSession) -> str:
    """A session that no run has looked at: somebody asked for it by hand, or nobody did."""
    return "" if session.state == "posted" else BY_HAND


def reasons_by_session(
    work: UnitOfWork, asked: Sequence[tuple[Clinician, PracticeSession]]
) -> dict[UUID, tuple[Reason, ...]]:
    """What stops the reader, session by session; asked pool by pool."""
    found: dict[UUID, tuple[Reason, ...]] = {}
    for clinician in {each.id: each for each, _ in asked}.values():
        theirs = [session for own, session in asked if own.id == clinician.id]
        found |= eligibility.reasons_for_sessions(work, clinician, theirs)
    return found


def answer(session: PracticeSession, offer: Offer | None, against: Sequence[Reason], plan: str) -> Answer:
    """How a session that the reader does not hold stands for them."""
    if offer is not None and offer.state == "sent":
        return Answer(session, OFFERED, (f"Answer by {moment(offer.expires_at)}.",), offer_id=offer.id)
    before = (closed_words(offer),) if offer is not None else ()
    if against:
        sentences = tuple(said_to_you(reason) for reason in against)
        return Answer(
            session, NOT, before + sentences, frozenset(reason.code for reason in against), None, bool(before)
        )
    standing = POSSIBLE if session.state == "posted" else NOT
    return Answer(session, standing, tuple(each for each in (*before, TAKEN[session.state], plan) if each))


def closed_words(offer: Offer) -> str:
    """What became of the reader's own offer."""
    on = f" on {day(offer.answered_at)}" if offer.answered_at else ""
    said = {
        "declined": f"You declined it{on}.",
        "expired": f"Your offer ran out on {day(offer.expires_at)}.",
        "withdrawn": f"Your offer was closed{on}.",
    }
    return said.get(offer.state, "You were booked and it was cancelled.")


def plan_sentences(
    pool_ids: tuple[UUID, ...], clinician_ids: tuple[UUID, ...], session_ids: Sequence[UUID]
) -> dict[UUID, str]:
    """What the latest plan says about the reader for each session it knows.

    Reads the plans of the whole pool; only sentences about the reader, or about nobody, leave.
    """
    mine = {str(id_) for id_ in clinician_ids}
    with unit_of_work(Actor.system(*pool_ids), read_only=True) as work:
        return {row.session_id: sentence_for(row, mine) for row in planned_rows(work, session_ids)}


def planned_rows(work: UnitOfWork, session_ids: Sequence[UUID]) -> list[Planned]:
    """What runs said of these sessions, the newest run last."""
    proposed = select(Proposal).where(
        Proposal.session_id.in_(session_ids), Proposal.state.in_(("proposed", "released"))
    )
    empty = select(UnfilledReason).where(UnfilledReason.session_id.in_(session_ids))
    return sorted([*work.all(empty), *work.all(proposed)], key=lambda row: row.run.requested_at)


def sentence_for(row: Planned, mine: set[str]) -> str:
    """Why the plan has somebody else (or nobody) for a session that the reader could take; nothing when it is silent."""
    if isinstance(row, Proposal) and row.changed_by_id is not None:
        return BY_HAND
    own = next((alternative["sentence"] for alternative in row.alternatives if alternative["clinician_id"] in mine), "")
    said = own.replace("Somebody could take it", "You could take it", 1)
    return said or (PLAN_FIRST if isinstance(row, Proposal) else "")
