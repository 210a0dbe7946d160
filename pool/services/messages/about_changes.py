"""Who is told what about other terms for a booking: the other side when they are proposed or taken back, the side that proposed
when they are declined, both when they are accepted. A proposal that is closed by then is not written about any more."""

from typing import Any

from pool import formats
from pool.lifecycle import LIVE_BOOKING_STATES
from pool.models.terms_change import TermsChange
from pool.permissions import CLINICIAN, MANAGER
from pool.services.bookings import proposed_changes_pages, terms_differences
from pool.services.messages import announcements, session_facts
from pool.services.messages.event_context import EventContext
from pool.services.messages.recipients import MessageDraft, to_managers, to_person, to_practice


def proposed(context: EventContext) -> list[MessageDraft]:
    """The side that answers; a practice for which the pool's manager proposed hears it too."""
    change = context.row(TermsChange, "change_id")
    if change.proposed_by == CLINICIAN:
        return practices(context, "change_proposed", change)
    copies = practices(context, "change_proposed_for_you", change) if change.proposed_by == MANAGER else []
    return [*clinicians(context, "change_proposed", change), *copies]


def answered(context: EventContext) -> str:
    """The proposal was answered or taken back, or its time is over."""
    change = context.row(TermsChange, "change_id")
    if proposed_changes_pages.is_open(context.work, change):
        return ""
    return "The time to answer is over." if change.state == "proposed" else f"The proposed change was {change.state}."


def accepted(context: EventContext) -> list[MessageDraft]:
    """Both sides, in the same words."""
    change = context.row(TermsChange, "change_id")
    return [
        *clinicians(context, "change_accepted_clinician", change),
        *practices(context, "change_accepted_practice", change),
    ]


def declined(context: EventContext) -> list[MessageDraft]:
    """The side that proposed it."""
    change = context.row(TermsChange, "change_id")
    if change.proposed_by == CLINICIAN:
        return clinicians(context, "change_declined", change)
    told = practices(context, "change_declined", change)
    if change.proposed_by == MANAGER:
        told += to_managers(context, "change_declined_manager", facts(context, change, "bookings.show"))
    return told


def withdrawn(context: EventContext) -> list[MessageDraft]:
    """The side that had to answer."""
    change = context.row(TermsChange, "change_id")
    write = practices if change.proposed_by == CLINICIAN else clinicians
    return write(context, "change_withdrawn", change)


def booking_ended(context: EventContext) -> str:
    """The booking does not stand any more, so its terms matter to nobody."""
    booking = context.row(TermsChange, "change_id").booking
    return "" if booking.state in LIVE_BOOKING_STATES else "The booking was cancelled."


def never_heard_of(context: EventContext) -> str:
    """Nobody was told of the proposal before it was taken back."""
    announced = context.earlier("ChangeProposed", "change_id")
    if any(event.done_at is None for event in announced):
        return ""
    taken_back_at = context.event.at
    heard = announcements.were_heard(context.work, [event.id for event in announced], before=taken_back_at)
    return "" if heard else "The other side was never told of the proposal."


def pointless_to_withdraw(context: EventContext) -> str:
    """The booking ended, or nobody knew of the proposal."""
    return booking_ended(context) or never_heard_of(context)


def clinicians(context: EventContext, template: str, change: TermsChange) -> list[MessageDraft]:
    """To the clinician, with the page in their diary."""
    return to_person(template, change.booking.clinician.person, facts(context, change, "diary.show"))


def practices(context: EventContext, template: str, change: TermsChange) -> list[MessageDraft]:
    """To the people of the practice, with the page of the booking."""
    return to_practice(context, template, change.booking.practice, facts(context, change, "bookings.show"))


def facts(context: EventContext, change: TermsChange, page: str) -> dict[str, Any]:
    """The booking as it was agreed before, and what is different line by line."""
    before = session_facts.of_terms(change.before)
    lines = terms_differences.between(change.before, change.after)
    return {
        "when": before["when"],
        "short_when": before["short_when"],
        "place": before["place"],
        "clinician": before["clinician"],
        "proposer": proposer(change),
        "lines": [line._asdict() for line in lines],
        "answer_by": formats.moment(change.lapses_at),
        "link": context.links.page(page, booking_id=change.booking_id),
    }


def proposer(change: TermsChange) -> str:
    """The Park Surgery, Dr Jay Finch, or the pool for the practice."""
    parties = change.before.parties
    if change.proposed_by == CLINICIAN:
        return parties.clinician
    return f"{parties.pool} for {parties.practice}" if change.proposed_by == MANAGER else parties.practice
