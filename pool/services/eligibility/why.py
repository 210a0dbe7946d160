"""Why a clinician was offered a session, or not: from the rules, their offers and the plan.

Never another person's name, fee or reasons: what is read about others is only whether somebody else holds a session.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from pool.formats import day, moment
from pool.lifecycle import LIVE_BOOKING_STATES, OPEN_SESSION_STATES
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.match_run import Proposal, UnfilledReason
from pool.models.offer import Offer
from pool.models.session import PracticeSession
from pool.rules.choice_words import YOU, another_choice
from pool.rules.rule_words import LIMITS, RULES, TIMES, Refusal, to_clinician
from pool.services.clinicians.availability import own_clinicians
from pool.services.eligibility import session_rules
from pool.unit_of_work import UnitOfWork, whole_pool

AHEAD = timedelta(days=28)
COMING = (*OPEN_SESSION_STATES, "filled")
YOURS, OFFERED, POSSIBLE, NOT = "yours", "offered", "possible", "not"

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
        return self.standing == NOT and self.remedy == TIMES and not self.was_offered

    @property
    def remedy(self) -> str:
        """What the reader could change: "times", "limits", or nothing."""
        own = {RULES[code].own for code in self.codes}
        return next((remedy for remedy in (TIMES, LIMITS) if remedy in own), "")


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
        still_open = [session for session in coming(work, clinician) if session.state in OPEN_SESSION_STATES]
        against = refusals_of(work, clinician, still_open)
        asked += len(against)
        could += sum(not refusals for refusals in against.values())
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
    found = [(clinician, session) for clinician in own_clinicians(work) for session in coming(work, clinician)]
    return sorted(found, key=lambda pair: (pair[1].starts_at, pair[1].id))


def answers(work: UnitOfWork, asked: Sequence[tuple[Clinician, PracticeSession]]) -> list[Answer]:
    """The answer for each of these sessions."""
    ids = [session.id for _, session in asked]
    live = select(Booking).where(Booking.session_id.in_(ids), Booking.state.in_(LIVE_BOOKING_STATES))
    held = {booking.session_id for booking in work.all(live)}
    own_offers = work.all(select(Offer).where(Offer.session_id.in_(ids)).order_by(Offer.sent_at))
    offered = {offer.session_id: offer for offer in own_offers}
    against = reasons_by_session(work, asked)
    planned = plan_sentences(work, ids)
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
) -> dict[UUID, tuple[Refusal, ...]]:
    """What stops the reader, session by session; asked pool by pool."""
    found: dict[UUID, tuple[Refusal, ...]] = {}
    for clinician in {own.id: own for own, _ in asked}.values():
        found |= refusals_of(work, clinician, [session for own, session in asked if own.id == clinician.id])
    return found


def refusals_of(
    work: UnitOfWork, clinician: Clinician, sessions: Sequence[PracticeSession]
) -> dict[UUID, tuple[Refusal, ...]]:
    """What stops a clinician from taking each of these sessions; their bookings count."""
    if not sessions:
        return {}
    question = session_rules.ask(work, sessions, [clinician])
    return {session.id: question.refusals(session, clinician) for session in sessions}


def answer(session: PracticeSession, offer: Offer | None, against: Sequence[Refusal], plan: str) -> Answer:
    """How a session that the reader does not hold stands for them."""
    if offer is not None and offer.state == "sent":
        return Answer(session, OFFERED, (f"Answer by {moment(offer.expires_at)}.",), offer_id=offer.id)
    before = (closed_words(offer),) if offer is not None else ()
    if against:
        sentences = tuple(to_clinician(refusal) for refusal in against)
        return Answer(
            session, NOT, before + sentences, frozenset(refusal.code for refusal in against), None, bool(before)
        )
    standing = POSSIBLE if session.state == "posted" else NOT
    return Answer(session, standing, tuple(sentence for sentence in (*before, TAKEN[session.state], plan) if sentence))


def closed_words(offer: Offer) -> str:
    """What became of the reader's own offer."""
    on = f" on {day(offer.answered_at)}" if offer.answered_at else ""
    said = {
        "declined": f"You declined it{on}.",
        "expired": f"Your offer ran out on {day(offer.expires_at)}.",
        "withdrawn": f"Your offer was closed{on}.",
    }
    return said.get(offer.state, "You were booked and it was cancelled.")


def plan_sentences(work: UnitOfWork, session_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What the latest plan says about the reader for each session it knows.

    Reads the plans of the whole pool; only sentences about the reader, or about nobody, leave.
    """
    mine = {str(id_) for id_ in work.actor.clinician_ids}
    with whole_pool(work, reason="a plan names others; only what it says of the reader leaves") as whole:
        return {row.session_id: sentence_for(row, mine) for row in planned_rows(whole, session_ids)}


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
    own = next((other for other in row.alternatives if other["clinician_id"] in mine), None)
    if own is not None:
        return another_choice(own, YOU)
    return PLAN_FIRST if isinstance(row, Proposal) else ""
