"""Who is told what when a booking is cancelled: both sides, and the pool manager while somebody is still needed.

A clinician's own reason is in none of them (services/eligibility/absences.py). How the session stands is read at the moment of
writing (services/sessions/cover.py).
"""

from typing import Any

from pool.catalogue import CANCEL_REASONS
from pool.lifecycle import OPEN_SESSION_STATES
from pool.models.booking import Booking
from pool.services.eligibility import absences
from pool.services.messages import session_facts
from pool.services.messages.event_context import EventContext
from pool.services.messages.recipients import MessageDraft, to_managers, to_person, to_practice
from pool.services.sessions import cover


def booking_cancelled(context: EventContext) -> list[MessageDraft]:
    """Each side hears who cancelled and what follows; managers hear what they have to do."""
    booking = context.row(Booking, "booking_id")
    facts = shared_facts(context, booking)
    own = facts | own_facts(context, booking) | {"link": context.links.page("diary.show", booking_id=booking.id)}
    session_page = {"link": context.links.page("sessions.show", session_id=booking.session_id)}
    theirs = facts | session_page | {"cover": cover.of_session(context.work, booking.session, manager=False).words}
    return [
        *to_person("booking_cancelled_clinician", booking.clinician.person, own),
        *to_practice(context, "booking_cancelled_practice", booking.practice, theirs),
        *to_managers_who_find_cover(context, booking, facts),
    ]


def shared_facts(context: EventContext, booking: Booking) -> dict[str, Any]:
    """What every reader may know."""
    party = context.data["by_party"]
    reason = "" if party == "clinician" else CANCEL_REASONS.get(context.data["reason"], context.data["reason"])
    return session_facts.of_terms(booking.terms) | {"by_party": party, "reason": reason}


def own_facts(context: EventContext, booking: Booking) -> dict[str, Any]:
    """For the clinician alone: whether somebody noted it for them, and the days on which nothing is offered."""
    absence = absences.of_bookings(context.work, [booking.id]).get(booking.id)
    return {
        "by_phone": absence is not None and absence.recorded_by_id is not None,
        "away": absences.days_words(absence) if absence else "",
    }


def to_managers_who_find_cover(context: EventContext, booking: Booking, facts: dict[str, Any]) -> list[MessageDraft]:
    """The pool managers, who have to do something while the session is open."""
    words = cover.of_session(context.work, booking.session, manager=True).words
    page = context.links.page("plans.ask_somebody", session_id=booking.session_id)
    return to_managers(context, "cover_needed", facts | {"cover": words, "link": page})


def cover_not_needed(context: EventContext) -> str:
    """The session is filled again, withdrawn or over."""
    session = context.row(Booking, "booking_id").session
    return "" if session.state in OPEN_SESSION_STATES else f"The session is {session.state}."
