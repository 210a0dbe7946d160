"""Who is told what about a session itself."""

from pool.catalogue import CANCEL_REASONS
from pool.models.session import PracticeSession
from pool.services.messages import session_facts
from pool.services.messages.event_context import EventContext
from pool.services.messages.recipients import MessageDraft, to_practice


def withdrawn(context: EventContext) -> list[MessageDraft]:
    """The practice gets it in writing that no clinician is asked any more."""
    session = context.row(PracticeSession, "session_id")
    facts = session_facts.of_session(session) | {
        "reason": CANCEL_REASONS.get(context.data["reason"], context.data["reason"]),
        "link": context.links.page("sessions.show", session_id=session.id),
    }
    return to_practice(context, "session_withdrawn", session.practice, facts)
