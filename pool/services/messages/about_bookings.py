"""Who is told what about a booking: both sides when it is made, the clinician when they are said not to have come."""

from pool.models.booking import Booking
from pool.services.messages import session_facts
from pool.services.messages.event_context import EventContext
from pool.services.messages.recipients import MessageDraft, to_person, to_practice

BOOKING_STATES = {"cancelled": "was cancelled", "no_show": "was marked as not attended"}


def booking_made(context: EventContext) -> list[MessageDraft]:
    """Both sides get the same facts and the link to the full terms."""
    booking = context.row(Booking, "booking_id")
    facts = session_facts.of_terms(booking.terms)
    own = facts | {"link": context.links.page("diary.show", booking_id=booking.id)}
    page = context.links.page("sessions.show", session_id=booking.session_id)
    theirs = facts | {"link": page, "phone": booking.clinician.person.phone}
    return [
        *to_person("booking_made_clinician", booking.clinician.person, own),
        *to_practice(context, "booking_made_practice", booking.practice, theirs),
    ]


def not_coming_up(context: EventContext) -> str:
    """The booking was cancelled, or hours are known already."""
    booking = context.row(Booking, "booking_id")
    return "" if booking.state == "accepted" else f"The booking {BOOKING_STATES.get(booking.state, 'is over')}."


def clinician_missed(context: EventContext) -> list[MessageDraft]:
    """The clinician hears that they were marked as not attended, and can say otherwise."""
    booking = context.row(Booking, "booking_id")
    facts = session_facts.of_terms(booking.terms) | {"link": context.links.page("diary.show", booking_id=booking.id)}
    return to_person("clinician_missed", booking.clinician.person, facts)
