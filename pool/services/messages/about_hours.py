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
from pool.services.hours.dispute_pages import TURN_OF
from pool.services.hours.disputes import OTHER, standing
from pool.services.messages import session_facts
from pool.services.messages.event_context import EventContext
from pool.services.messages.recipients import MessageDraft, to_managers, to_person, to_practice

SAYING = {PRACTICE: "The practice", CLINICIAN: "The clinician"}


def hours_due(context: EventContext) -> list[MessageDraft]:
    """The session is over: one tap when all was as booked."""
    booking = context.row(Booking, "booking_id")
    facts = session_facts.of_terms(booking.terms) | {"link": context.links.page("hours.index")}
    facts["details_page"] = context.links.page("sellers.edit_own") if sellers.awaited(context.work, booking) else ""
    return to_person("hours_due", booking.clinician.person, facts)


def hours_known(context: EventContext) -> str:
    """Hours were sent, or the booking was cancelled."""
    state = context.row(Booking, "booking_id").state
    if state == "accepted":
        return ""
    return "The booking was cancelled." if state in ("cancelled", "no_show") else "The hours were sent."


def hours_to_confirm(context: EventContext) -> list[MessageDraft]:
    """The practice confirms or queries; silence counts as yes after the days agreed in the terms."""
    timesheet = context.row(Timesheet, "timesheet_id")
    items = timesheets.items(timesheet.booking, timesheet)
    facts = hours_facts(timesheet) | {
        "note": timesheet.note,
        "items": [{"what": NAMES[item.kind], "amount": str(item.amount), "working": item.working} for item in items],
        "answer_by": formats.moment(timesheets.answer_due(timesheet)),
        "link": context.links.page("timesheets.index"),
    }
    return to_practice(context, "hours_to_confirm", timesheet.booking.practice, facts)


def hours_answered(context: EventContext) -> str:
    """The practice confirmed or queried the hours, or its time to answer ended."""
    timesheet = context.row(Timesheet, "timesheet_id")
    return "" if timesheet.state == "submitted" else f"The hours are {timesheet.state} already."


def hours_queried(context: EventContext) -> list[MessageDraft]:
    """The clinician reads which items are queried, what is invoiced at once, and until when an answer is possible."""
    timesheet = context.row(Timesheet, "timesheet_id")
    disputes = dispute_pages.of_timesheet(context.work, timesheet.id)
    facts = hours_facts(timesheet) | {
        "query": timesheet.query_reason,
        "disputed": [amounts_of(dispute) for dispute in disputes],
        "answer_by": answer_by_of(disputes),
        "link": context.links.page("hours.index"),
    }
    return to_person("hours_queried", timesheet.booking.clinician.person, facts)


def query_answered(context: EventContext) -> str:
    """No queried item waits for the clinician any more."""
    disputes = dispute_pages.of_timesheet(context.work, context.row(Timesheet, "timesheet_id").id)
    if any(dispute.state == "with_clinician" for dispute in disputes):
        return ""
    return "Every queried item has been answered."


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


def dispute_countered(context: EventContext) -> list[MessageDraft]:
    """The other side has the next word."""
    dispute = context.row(Dispute, "dispute_id")
    party = context.data["by_party"]
    asked = dispute.agreed + standing(context.work, dispute, party)
    facts = dispute_facts(context, dispute) | {
        "who": SAYING[party],
        "asked": str(asked),
        "answer_by": formats.moment(dispute.answer_by) if dispute.answer_by else "",
    }
    return to_side(context, OTHER[party], "dispute_countered", dispute, facts)


def turn_is_over(context: EventContext) -> str:
    """The side that was asked has answered, or the dispute is over or with the managers."""
    dispute = context.row(Dispute, "dispute_id")
    asked = TURN_OF[OTHER[context.data["by_party"]]]
    if dispute.state == asked and context.is_newest("dispute_id", "by_party"):
        return ""
    return "The other side has answered, or the dispute has gone on."


def dispute_escalated(context: EventContext) -> list[MessageDraft]:
    """The managers have something to decide, and both sides know that they need not answer any more."""
    dispute = context.row(Dispute, "dispute_id")
    silent = context.data["by_party"] not in SAYING
    facts = dispute_facts(context, dispute) | {"who": "" if silent else SAYING[context.data["by_party"]]}
    return [*to_managers(context, "dispute_to_decide", facts), *to_both(context, "dispute_escalated", dispute, facts)]


def decided(context: EventContext) -> str:
    """The managers have decided, or the two sides have agreed."""
    state = context.row(Dispute, "dispute_id").state
    return "" if state == "with_manager" else f"The dispute is {state} already."


def dispute_settled(context: EventContext) -> list[MessageDraft]:
    """The side that did not accept hears that it is over."""
    dispute = context.row(Dispute, "dispute_id")
    party = context.data["by_party"]
    facts = dispute_facts(context, dispute) | {"who": SAYING[party]}
    return to_side(context, OTHER[party], "dispute_settled", dispute, facts)


def dispute_decided(context: EventContext) -> list[MessageDraft]:
    """Both sides read the decision and its reasons."""
    dispute = context.row(Dispute, "dispute_id")
    return to_both(context, "dispute_decided", dispute, dispute_facts(context, dispute))


def dispute_facts(context: EventContext, dispute: Dispute) -> dict[str, Any]:
    """The item, its amounts, the outcome when there is one, and what was written last."""
    last = context.work.first(
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
            "link": context.links.page("disputes.show", dispute_id=dispute.id),
        }
    )


def to_both(context: EventContext, template: str, dispute: Dispute, facts: dict[str, Any]) -> list[MessageDraft]:
    """The same words to both sides, each by a template of its own."""
    sides = (CLINICIAN, PRACTICE)
    return [draft for side in sides for draft in to_side(context, side, f"{template}_{side}", dispute, facts)]


def to_side(
    context: EventContext, side: str, template: str, dispute: Dispute, facts: dict[str, Any]
) -> list[MessageDraft]:
    """To the clinician, or to everybody who runs the practice."""
    booking = dispute.timesheet.booking
    if side == CLINICIAN:
        return to_person(template, booking.clinician.person, facts)
    return to_practice(context, template, booking.practice, facts)
