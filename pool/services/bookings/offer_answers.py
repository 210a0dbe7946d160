"""Who answered what: the offers of a pool with their answers, and what became of each proposal that was released."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select

from pool.lifecycle import LIVE_BOOKING_STATES
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.match_run import Proposal, UnfilledReason
from pool.models.offer import Offer
from pool.models.person import Person
from pool.models.practice import Organisation, Practice
from pool.models.session import PracticeSession
from pool.search import holds, how_many
from pool.unit_of_work import UnitOfWork

OFFER, BOOKING, PROPOSAL = "offer", "booking", "proposal"


class Standing(NamedTuple):
    """The noun and the state that a tag shows."""

    noun: str
    state: str


class Asked(NamedTuple):
    """Which offers: of one run or all, in one state or all, of people and practices whose name holds the words."""

    run_id: UUID | None = None
    state: str = ""
    words: str = ""


class Answer(NamedTuple):
    """An offer and where it stands; an accepted one stands where its booking stands."""

    offer: Offer
    standing: Standing


def number_of_offers(work: UnitOfWork, asked: Asked) -> int:
    """How many offers the list has."""
    return how_many(work, found(asked))


def listed(work: UnitOfWork, asked: Asked, offset: int, size: int) -> list[Answer]:
    """A stretch of the list: what was sent last comes first."""
    rows = work.all(found(asked).order_by(Offer.sent_at.desc(), Offer.id).offset(offset).limit(size))
    standings = standings_of(work, rows)
    return [Answer(row, standings[row.id]) for row in rows]


def found(asked: Asked) -> Select[Offer]:
    """The offers that were asked for."""
    rows = select(Offer).join(PracticeSession, Offer.session_id == PracticeSession.id)
    if asked.run_id:
        rows = rows.join(Proposal, Offer.proposal_id == Proposal.id).where(Proposal.run_id == asked.run_id)
    if asked.state:
        rows = rows.where(Offer.state == asked.state)
    if asked.words:
        rows = rows.join(Clinician, Offer.clinician_id == Clinician.id).join(Person, Clinician.person_id == Person.id)
        rows = rows.join(Practice, Offer.practice_id == Practice.id)
        rows = rows.join(Organisation, Practice.organisation_id == Organisation.id)
        rows = rows.where(holds(asked.words, Person.name, Organisation.name))
    return rows


def standings_of(work: UnitOfWork, offers: Iterable[Offer]) -> dict[UUID, Standing]:
    """Where each offer stands. An offer that ran out a moment ago says so before the sweeper has closed it."""
    rows = list(offers)
    accepted = [row.id for row in rows if row.state == "accepted"]
    booked = {
        booking.offer_id: booking.state for booking in work.all(select(Booking).where(Booking.offer_id.in_(accepted)))
    }
    return {row.id: standing_of(work, row, booked) for row in rows}


def standing_of(work: UnitOfWork, offer: Offer, booked: dict[UUID, str]) -> Standing:
    """One offer: its booking's state, its own, or that it has run out."""
    if offer.id in booked:
        return Standing(BOOKING, booked[offer.id])
    if offer.state == "sent" and offer.expires_at <= work.now:
        return Standing(OFFER, "expired")
    return Standing(OFFER, offer.state)


def of_proposals(work: UnitOfWork, rows: Sequence[Proposal | UnfilledReason]) -> dict[UUID, Standing]:
    """Where each proposal among the rows of a plan stands: its own state until it is released, afterwards what its offers
    came to: a booking, then an offer that is still open, then the last answer."""
    proposals = [row for row in rows if isinstance(row, Proposal)]
    released = [proposal.id for proposal in proposals if proposal.state == "released"]
    offers = work.all(select(Offer).where(Offer.proposal_id.in_(released)).order_by(Offer.sent_at, Offer.id))
    standings = standings_of(work, offers)
    told = {proposal.id: Standing(PROPOSAL, proposal.state) for proposal in proposals}
    for offer in sorted(offers, key=lambda offer: rank(standings[offer.id])):
        if offer.proposal_id in told:
            told[offer.proposal_id] = standings[offer.id]
    return told


def rank(standing: Standing) -> int:
    """What says most about a session comes last and wins."""
    if standing.noun == BOOKING:
        return 3 if standing.state in LIVE_BOOKING_STATES else 1
    return 2 if standing.state == "sent" else 0
