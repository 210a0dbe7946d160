"""Offers, bookings, and proposed changes of their terms."""

from dataclasses import dataclass
from uuid import UUID

from pool.events.base import Event


@dataclass(frozen=True)
class OfferSent(Event):
    """A session was offered to a clinician, who is told: one message for all offers of a release."""

    offer_id: UUID
    session_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class OfferAskedFor(Event):
    """A clinician asked for a session that is open to everybody, and got the offer."""

    offer_id: UUID
    session_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class OfferCorrected(Event):
    """An open offer ended because the session was corrected; an offer with the right terms took its place."""

    offer_id: UUID
    session_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class OfferDeclined(Event):
    """A clinician said no; `reason` is a code of the catalogue and stays with the pool."""

    offer_id: UUID
    session_id: UUID
    clinician_id: UUID
    reason: str


@dataclass(frozen=True)
class OfferExpired(Event):
    """Nobody answered an offer in time. The clinician is told, together with others of the same step."""

    offer_id: UUID
    session_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class OfferWithdrawn(Event):
    """An open offer was closed by another party; `reason` is a code or a sentence. The clinician is told."""

    offer_id: UUID
    session_id: UUID
    clinician_id: UUID
    reason: str


@dataclass(frozen=True)
class BookingMade(Event):
    """A clinician accepted an offer. Clinician and practice are told the terms."""

    booking_id: UUID
    session_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class BookingCancelled(Event):
    """A booking was cancelled by `by_party` (a role). Both sides are told, managers while cover is needed."""

    booking_id: UUID
    session_id: UUID
    clinician_id: UUID
    by_party: str
    reason: str


@dataclass(frozen=True)
class ChangeProposed(Event):
    """One side proposed other terms for a booking. The other side is told."""

    change_id: UUID
    booking_id: UUID
    by_party: str


@dataclass(frozen=True)
class ChangeAccepted(Event):
    """The other side accepted; the terms of the booking are new. Both sides are told."""

    change_id: UUID
    booking_id: UUID
    by_party: str


@dataclass(frozen=True)
class ChangeDeclined(Event):
    """The other side declined; the booking stands as it was. Whoever proposed is told."""

    change_id: UUID
    booking_id: UUID
    by_party: str


@dataclass(frozen=True)
class ChangeWithdrawn(Event):
    """The side that proposed took it back. The side that had to answer is told."""

    change_id: UUID
    booking_id: UUID
    by_party: str


@dataclass(frozen=True)
class ChangeLapsed(Event):
    """Nobody answered a proposed change in time; the booking stands as it was."""

    change_id: UUID
    booking_id: UUID


@dataclass(frozen=True)
class ClinicianMissed(Event):
    """A practice says that the clinician did not come. The clinician is told."""

    booking_id: UUID
    session_id: UUID
    clinician_id: UUID
