"""Who is told what about hours: when they are due, sent, queried, and at each step of a dispute."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from pool import formats
from pool.models.booking import Booking
from pool.models.dispute import Dispute, DisputeRound
from pool.models.timesheet import Timesheet
from pool.money import Money
from pool.permissions import CLINICIAN, PRACTICE
from pool.rules.claims import NAMES
from pool.services.billing import sellers
from pool.services.hours import dispute_pages, timesheets
from pool.services.hours.disputes import OTHER, standing
from pool.services.messages import session_facts
from pool.services.messages.recipients import Letter, News, to_managers, to_person, to_practice

SAYING = {PRACTICE: "The practice", CLINICIAN: "The clinician"}


def hours_due(news: News) -> list[Letter]:
    """The session is over: one tap when all was as booked."""
    booking = news.row(Booking, "booking_id")
    if booking.state != "accepted":
        return []
    facts = session_facts.of_terms(booking.terms) | {"link": news.head.page("hours.index")}
    facts["details_page"] = news.head.page("sellers.edit_own") if sellers.awaited(news.work, booking) else ""
    return to_person("hours_due", booking.clinician.person, facts)


def hours_to_confirm(news: News) -> list[Letter]:
    """The practice confirms or queries; silence counts as yes after the days agreed in the terms."""
    timesheet = news.row(Timesheet, "timesheet_id")
    if timesheet.state != "submitted":
        return []
    items = timesheets.items(timesheet.booking, timesheet)
    facts = hours_facts(timesheet) | {
        "note": timesheet.note,
        "items": [{"what": NAMES[item.kind], "amount": str(item.amount), "working": item.working} for item in items],
        "answer_by": formats.moment(timesheets.answer_due(timesheet)),
        "link": news.head.page("timesheets.index"),
    }
    return to_practice(news, "hours_to_confirm", timesheet.booking.practice, facts)


def hours_queried(news: News) -> list[Letter]:
    """The clinician reads which items are queried, what is invoiced at once, and until when an answer is possible."""
    timesheet = news.row(Timesheet, "timesheet_id")
    disputes = dispute_pages.of_timesheet(news.work, timesheet.id)
    if timesheet.state != "queried" or not disputes:
        return []
    facts = hours_facts(timesheet) | {
        "query": timesheet.query_reason,
        "disputed": [amounts_of(dispute) for dispute in disputes],
        "answer_by": answer_by_of(disputes),
        "link": news.head.page("hours.index"),
    }
    return to_person("hours_queried", timesheet.booking.clinician.person, facts)


def answer_by_of(disputes: Sequence[Dispute]) -> str:
    """The first of their clocks."""
    return formats.moment(min(dispute.answer_by for dispute in disputes if dispute.answer_by is not None))


def hours_facts(timesheet: Timesheet) -> dict[str, Any]:
    """The session with the hours that were sent for it."""
    sent = f"{formats.clock_time(timesheet.started_at)}–{formats.clock_time(timesheet.ended_at)}"
    return session_facts.of_terms(timesheet.booking.terms) | {"hours": sent, "as_booked": timesheet.as_booked}


def amounts_of(dispute: Dispute) -> dict[str, str]:
    """The item with its three amounts."""
    amounts = {name: str(getattr(dispute, name)) for name in ("claimed", "agreed", "disputed")}
    return amounts | {"what": NAMES[dispute.kind]}


def dispute_countered(news: News) -> list[Letter]:
    """The other side has the next word."""
    dispute = news.row(Dispute, "dispute_id")
    party = news.data["by_party"]
    if dispute.answer_by is None:
        return []
    asked = dispute.agreed + standing(news.work, dispute, party)
    facts = dispute_facts(news, dispute) | {
        "who": SAYING[party],
        "asked": str(asked),
        "answer_by": formats.moment(dispute.answer_by),
    }
    return to_side(news, OTHER[party], "dispute_countered", dispute, facts)


def dispute_escalated(news: News) -> list[Letter]:
    """The managers have something to decide, and both sides know that they need not answer any more."""
    dispute = news.row(Dispute, "dispute_id")
    if dispute.state != "with_manager":
        return []
    silent = news.data["by_party"] not in SAYING
    facts = dispute_facts(news, dispute) | {"who": "" if silent else SAYING[news.data["by_party"]]}
    return [*to_managers(news, "dispute_to_decide", facts), *to_both(news, "dispute_escalated", dispute, facts)]


def dispute_settled(news: News) -> list[Letter]:
    """Whoever did not press the button hears that it is over."""
    dispute = news.row(Dispute, "dispute_id")
    party = news.data["by_party"]
    facts = dispute_facts(news, dispute) | {"who": SAYING[party]}
    return to_side(news, OTHER[party], "dispute_settled", dispute, facts)


def dispute_decided(news: News) -> list[Letter]:
    """Both sides read the decision and its reasons."""
    dispute = news.row(Dispute, "dispute_id")
    return to_both(news, "dispute_decided", dispute, dispute_facts(news, dispute))


def dispute_facts(news: News, dispute: Dispute) -> dict[str, Any]:
    """The item, its amounts, the outcome when there is one, and what was written last."""
    last = news.work.first(
        select(DisputeRound).where(DisputeRound.dispute_id == dispute.id).order_by(DisputeRound.number.desc())
    )
    awarded = dispute.awarded or Money(0)
    return (
        session_facts.of_terms(dispute.timesheet.booking.terms)
        | amounts_of(dispute)
        | {
            "words": last.words if last else "",
            "awarded": str(awarded),
            "in_all": str(dispute.agreed + awarded),
            "link": news.head.page("disputes.show", dispute_id=dispute.id),
        }
    )


def to_both(news: News, template: str, dispute: Dispute, facts: dict[str, Any]) -> list[Letter]:
    """The same words to both sides, each by a template of its own."""
    sides = (CLINICIAN, PRACTICE)
    return [letter for side in sides for letter in to_side(news, side, f"{template}_{side}", dispute, facts)]


def to_side(news: News, side: str, template: str, dispute: Dispute, facts: dict[str, Any]) -> list[Letter]:
    """To the clinician, or to everybody who runs the practice."""
    booking = dispute.timesheet.booking
    if side == CLINICIAN:
        return to_person(template, booking.clinician.person, facts)
    return to_practice(news, template, booking.practice, facts)
