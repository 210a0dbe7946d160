"""The offers that proposals of a plan become."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pool.errors import Conflict
from pool.lifecycle import PROPOSAL, advance
from pool.models.match_run import Proposal
from pool.models.offer import Offer
from pool.models.pool import Pool
from pool.services.bookings import offer_waves, offers
from pool.services.pools.policy import policy_of
from pool.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Released:
    """What a release did: offers that went out, and proposals that could not, each with its sentence."""

    sent: Sequence[Offer]
    refused: Sequence[tuple[Proposal, str]]


def send_offers(work: UnitOfWork, proposals: Iterable[Proposal], *, against: Mapping[UUID, str]) -> Released:
    """Turn proposals into offers; those with something against them, or whose session has closed, stay as they are."""
    sent: list[Offer] = []
    refused: list[tuple[Proposal, str]] = []
    for proposal in proposals:
        try:
            sent.append(send_offer(work, proposal, against.get(proposal.id)))
        except Conflict as why:
            refused.append((proposal, str(why)))
    return Released(sent, refused)


def send_offer(work: UnitOfWork, proposal: Proposal, against: str | None) -> Offer:
    """One offer; raises Conflict with the sentence when something stands against it."""
    if against:
        raise Conflict(against)
    offer = offers.place(work, proposal.session, proposal.clinician, reasons=proposal.reasons, proposal=proposal)
    advance(PROPOSAL, proposal, "release")
    offer_waves.first_sent(work, proposal, policy_of(work.get(Pool, proposal.pool_id)))
    return offer
