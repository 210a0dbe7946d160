"""Who has said no to a session: by declining an offer of it, or by calling their booking of it off.

A later request of the clinician (an offer that is `asked_for`) ends both: only they can take their no back.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from pool.models.booking import Booking
from pool.models.offer import Offer
from pool.unit_of_work import UnitOfWork

Pairs = set[tuple[UUID, UUID]]
"""Sessions, each with a clinician."""

Sessions = Collection[UUID] | Select[UUID]


def said_no(work: UnitOfWork, sessions: Sessions) -> Pairs:
    """Whom a run does not ask for which of these sessions (design D13: it counts for no other session)."""
    refused = select(Offer.session_id, Offer.clinician_id).where(
        Offer.state == "declined", Offer.session_id.in_(sessions), ~asked_since(Offer, Offer.answered_at)
    )
    return called_off(work, sessions) | {(one, who) for one, who in work.store.execute(refused)}


def called_off(work: UnitOfWork, sessions: Sessions) -> Pairs:
    """Whom nobody asks for which of these sessions: they were booked for it and cannot come."""
    found = select(Booking.session_id, Booking.clinician_id).where(
        Booking.cancelled_by == "clinician",
        Booking.session_id.in_(sessions),
        ~asked_since(Booking, Booking.cancelled_at),
    )
    return {(one, who) for one, who in work.store.execute(found)}


def asked_since(model: type[Offer] | type[Booking], at: InstrumentedAttribute[object]) -> ColumnElement[bool]:
    """Has the clinician asked for the same session since?"""
    later = aliased(Offer)
    same = (later.session_id == model.session_id, later.clinician_id == model.clinician_id)
    return select(later.id).where(*same, later.asked_for, later.sent_at >= at).correlate(model).exists()
