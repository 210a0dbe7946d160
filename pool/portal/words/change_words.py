"""Proposed changes of a booking as its pages show them: what waits for an answer, and the terms of before."""

from typing import Any, NamedTuple

from pool.formats import moment
from pool.models.booking import Booking
from pool.models.terms_change import TermsChange
from pool.permissions import CLINICIAN, MANAGER
from pool.services.billing import invoice_preview
from pool.services.bookings import proposed_changes, proposed_changes_pages
from pool.services.bookings.terms_differences import Difference, between
from pool.unit_of_work import UnitOfWork

PARTIES = {"practice": "the practice", "clinician": "the clinician", MANAGER: "the pool manager"}


class Shown(NamedTuple):
    """One proposal: what is different, who proposed it, what became of it."""

    change: TermsChange
    lines: list[Difference]
    proposed: str
    outcome: str


def page(work: UnitOfWork, booking: Booking) -> dict[str, Any]:
    """What templates/bookings/_changes.html and _former.html are given."""
    found = proposed_changes_pages.of_booking(work, booking.id)
    waits = next((offer for offer in found if proposed_changes_pages.is_open(work, offer)), None)
    closed = [shown(offer) for offer in found if offer is not waits]
    return {
        "change": shown(waits, *invoiced(work, waits)) if waits else None,
        "own_change": waits is not None and proposed_changes.is_own(work, waits),
        "former": [offer for offer in closed if offer.change.state == "accepted"],
        "unsuccessful": [offer for offer in closed if offer.change.state != "accepted"],
        "may_change": waits is None and proposed_changes_pages.may_propose(work, booking),
    }


def shown(change: TermsChange, *more: Difference) -> Shown:
    """One proposal in words, and what else follows from it."""
    return Shown(change, [*between(change.before, change.after), *more], proposed(change), outcome(change))


def invoiced(work: UnitOfWork, change: TermsChange) -> list[Difference]:
    """What stands on the invoices in the end, with all that comes on top; for a clinician their own. Nothing where it stays."""
    bills = [invoice_preview.of_terms(work, change.booking, terms) for terms in (change.before, change.after)]
    old, new = [bill.own if work.actor.is_clinician else bill.total for bill in bills]
    return [Difference("On the invoice, worked as booked", str(old), str(new))] if old and new and old != new else []


def proposed(change: TermsChange) -> str:
    """Sam Reed for the practice, Mon 4 May 2026, 09:00."""
    who = who_said(change.proposer.name if change.proposer else "", change.proposed_by)
    return f"{who}, {moment(change.proposed_at)}"


def outcome(change: TermsChange) -> str:
    """Accepted by Dr Jay Finch, Mon 4 May 2026, 09:01. Nothing for one that waits."""
    if change.closed_at is None:
        return "Not answered in time; the booking stands." if change.state == "proposed" else ""
    if change.answered_by is None:
        ended = {"withdrawn": "Taken back", "lapsed": "Lapsed without an answer"}[change.state]
        return f"{ended}, {moment(change.closed_at)}"
    who = who_said(change.answerer.name if change.answerer else "", change.answered_by)
    return f"{change.state.capitalize()} by {who}, {moment(change.closed_at)}"


def who_said(name: str, party: str) -> str:
    """Sam Reed for the practice; a clinician speaks for themselves."""
    if not name:
        return PARTIES[party]
    return name if party == CLINICIAN else f"{name} ({PARTIES[party].removeprefix('the ')})"
