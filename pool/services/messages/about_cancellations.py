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
from pool.services.messages.recipients import Letter, News, to_managers, to_person, to_practice
from pool.services.sessions import cover


def booking_cancelled(news: News) -> list[Letter]:
    """Each side hears who cancelled and what follows; managers hear what they have to do."""
    booking = news.row(Booking, "booking_id")
    facts = shared_facts(news, booking)
    own = facts | own_facts(news, booking) | {"link": news.head.page("diary.show", booking_id=booking.id)}
    session_page = {"link": news.head.page("sessions.show", session_id=booking.session_id)}
    theirs = facts | session_page | {"cover": cover.of_session(news.work, booking.session, manager=False).words}
    return [
        *to_person("booking_cancelled_clinician", booking.clinician.person, own),
        *to_practice(news, "booking_cancelled_practice", booking.practice, theirs),
        *to_whoever_finds_somebody(news, booking, facts),
    ]


def shared_facts(news: News, booking: Booking) -> dict[str, Any]:
    """What every reader may know."""
    party = news.data["by_party"]
    reason = "" if party == "clinician" else CANCEL_REASONS.get(news.data["reason"], news.data["reason"])
    return session_facts.of_terms(booking.terms) | {"by_party": party, "reason": reason}


def own_facts(news: News, booking: Booking) -> dict[str, Any]:
    """For the clinician alone: whether somebody noted it for them, and the days on which nothing is offered."""
    absence = absences.of_bookings(news.work, [booking.id]).get(booking.id)
    return {
        "by_phone": absence is not None and absence.recorded_by_id is not None,
        "away": absences.days_words(absence) if absence else "",
    }


def to_whoever_finds_somebody(news: News, booking: Booking, facts: dict[str, Any]) -> list[Letter]:
    """The pool managers, while the session is open."""
    if booking.session.state not in OPEN_SESSION_STATES:
        return []
    words = cover.of_session(news.work, booking.session, manager=True).words
    page = news.head.page("plans.ask_somebody", session_id=booking.session_id)
    return to_managers(news, "cover_needed", facts | {"cover": words, "link": page})
