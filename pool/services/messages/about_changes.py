"""Who is told what about other terms for a booking: the other side when they are proposed or taken back, whoever proposed
when they are declined, both when they are accepted. A proposal that is closed by then is not written about any more."""

from typing import Any

from pool import formats
from pool.models.terms_change import TermsChange
from pool.permissions import CLINICIAN, MANAGER
from pool.services.bookings import proposed_changes_pages, terms_differences
from pool.services.messages import session_facts
from pool.services.messages.recipients import Letter, News, to_managers, to_person, to_practice


def proposed(news: News) -> list[Letter]:
    """The side that answers; a practice for which the pool's manager proposed hears it too."""
    change = news.row(TermsChange, "change_id")
    if not proposed_changes_pages.is_open(news.work, change):
        return []
    if change.proposed_by == CLINICIAN:
        return practices(news, "change_proposed", change)
    copies = practices(news, "change_proposed_for_you", change) if change.proposed_by == MANAGER else []
    return [*clinicians(news, "change_proposed", change), *copies]


def accepted(news: News) -> list[Letter]:
    """Both sides, in the same words."""
    change = news.row(TermsChange, "change_id")
    return [
        *clinicians(news, "change_accepted_clinician", change),
        *practices(news, "change_accepted_practice", change),
    ]


def declined(news: News) -> list[Letter]:
    """Whoever proposed it."""
    change = news.row(TermsChange, "change_id")
    if change.proposed_by == CLINICIAN:
        return clinicians(news, "change_declined", change)
    told = practices(news, "change_declined", change)
    if change.proposed_by == MANAGER:
        told += to_managers(news, "change_declined_manager", facts(news, change, "bookings.show"))
    return told


def withdrawn(news: News) -> list[Letter]:
    """The side that had to answer."""
    change = news.row(TermsChange, "change_id")
    write = practices if change.proposed_by == CLINICIAN else clinicians
    return write(news, "change_withdrawn", change)


def clinicians(news: News, template: str, change: TermsChange) -> list[Letter]:
    """To the clinician, with the page in their diary."""
    return to_person(template, change.booking.clinician.person, facts(news, change, "diary.show"))


def practices(news: News, template: str, change: TermsChange) -> list[Letter]:
    """To the people of the practice, with the page of the booking."""
    return to_practice(news, template, change.booking.practice, facts(news, change, "bookings.show"))


def facts(news: News, change: TermsChange, page: str) -> dict[str, Any]:
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
        "link": news.head.page(page, booking_id=change.booking_id),
    }


def proposer(change: TermsChange) -> str:
    """The Park Surgery, Dr Jay Finch, or the pool for the practice."""
    parties = change.before["parties"]
    if change.proposed_by == CLINICIAN:
        return str(parties["clinician"])
    return f"{parties['pool']} for {parties['practice']}" if change.proposed_by == MANAGER else str(parties["practice"])
