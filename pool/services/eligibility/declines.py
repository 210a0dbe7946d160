"""Who has said no to a session: by declining an offer of it, or by calling their booking of it off.

A later request of the clinician (an offer that is `asked_for`) ends both: only they can take their no back.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from pool.models.booking import Booking
from pool.models.offer import Offer
from pool.unit_of_work import UnitOfWork

Pairs = set[tuple[UUID, UUID]]
"""Sessions, each with a clinician."""

Sessions = Collection[UUID] | Select[UUID]


def said_no(work: UnitOfWork, sessions: Sessions) -> Pairs:
    """Whom a run does not ask for which of these sessions (design D13: it counts for no other session)."""
    declined = select(Offer.session_id, Offer.clinician_id).where(
        Offer.state == "declined", Offer.session_id.in_(sessions), ~asked_since(Offer, Offer.answered_at)
    )
    called_off = select(Booking.session_id, Booking.clinician_id).where(is_called_off(sessions))
    return {(session_id, who) for query in (declined, called_off) for session_id, who in work.store.execute(query)}


def is_called_off(sessions: Sessions) -> ColumnElement[bool]:
    """A booking of these sessions whose clinician cannot come: nobody asks them for it again."""
    by_clinician = (Booking.cancelled_by == "clinician", Booking.session_id.in_(sessions))
    return and_(*by_clinician, ~asked_since(Booking, Booking.cancelled_at))


def asked_since(model: type[Offer] | type[Booking], at: InstrumentedAttribute[object]) -> ColumnElement[bool]:
    """Has the clinician asked for the same session since?"""
    later = aliased(Offer)
    same = (later.session_id == model.session_id, later.clinician_id == model.clinician_id)
    return select(later.id).where(*same, later.asked_for, later.sent_at >= at).correlate(model).exists()
