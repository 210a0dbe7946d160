"""How a dispute is told: whose turn it is, what each round said, how it ended."""

from collections.abc import Sequence

from pool import formats
from pool.catalogue import QUERY_REASONS
from pool.models.booking import Booking
from pool.models.dispute import Dispute, DisputeRound
from pool.money import Money
from pool.permissions import CLINICIAN, MANAGER, PRACTICE
from pool.rules.claims import NAMES, in_measure
from pool.services.hours.dispute_pages import Case

ASKED = {
    "session": "minutes of the session",
    "extra_time": "minutes of extra time",
    "extra_visits": "extra visits",
    "mileage": "miles",
}
SAYING = {PRACTICE: "The practice", CLINICIAN: "The clinician", MANAGER: "The pool manager", "system": "Nobody"}


def title(dispute: Dispute) -> str:
    """Extra time, Thu 14 May 2026."""
    return f"{NAMES[dispute.kind]}, {formats.full_day(dispute.timesheet.booking.on)}"


def asked(kind: str) -> str:
    """What a side is asked for, within a sentence: minutes of the session."""
    return ASKED[kind]


def name(kind: str) -> str:
    """What the item is called."""
    return NAMES[kind]


def between(dispute: Dispute) -> str:
    """Dr Finch and Bridge Surgery."""
    parties = dispute.timesheet.booking.terms.parties
    return f"{parties.clinician} and {parties.practice}"


def clock(dispute: Dispute) -> str:
    """Until when somebody may answer, or since when the manager has it."""
    if dispute.answer_by is not None:
        who = "clinician" if dispute.state == "with_clinician" else "practice"
        return f"The {who} answers by {formats.moment(dispute.answer_by)}, or the pool manager decides"
    if dispute.state == "with_manager" and dispute.escalated_at is not None:
        return f"With the pool manager since {formats.moment(dispute.escalated_at)}"
    return outcome(dispute)


def outcome(dispute: Dispute) -> str:
    """How it ended: £14.28 of £21.42 is due."""
    if dispute.awarded is None or dispute.closed_at is None:
        return ""
    ended = "Settled by both sides" if dispute.state == "settled" else "Decided by the pool manager"
    due = (
        f"{dispute.awarded} of the disputed {dispute.disputed} is due"
        if dispute.awarded.pence
        else "nothing more is due"
    )
    return f"{ended} on {formats.full_day(dispute.closed_at)}: {due}"


def answer_days(booking: Booking) -> str:
    """5 working days."""
    return formats.plural(booking.terms.dispute_days, "working day")


def entries(dispute: Dispute, rounds: Sequence[DisputeRound]) -> list[tuple[str, ...]]:
    """Each round for the timeline: when, who said what, and the words as they were written."""
    told: list[tuple[str, ...]] = []
    for entry in rounds:
        line = (formats.moment(entry.at), said(dispute, entry))
        told.append((*line, f"“{entry.words}”") if entry.words else line)
    return told


def meanwhile(case: Case, *, decides: bool) -> str:
    """What was answered before the reader's own answer came, and what they can do now: one sentence each."""
    last = case.rounds[-1]
    mine = last.party == (case.own_side or MANAGER)
    happened = "This was answered before: " if mine else "Somebody answered after you opened this page: "
    return f"{happened}{said(case.dispute, last)}. {still_asked(case, decides=decides)}"


def still_asked(case: Case, *, decides: bool) -> str:
    """What the reader can do in a dispute now."""
    if not case.open:
        return "The dispute is over, so there is nothing left to answer."
    if case.own_turn or (decides and case.dispute.state == "with_manager"):
        return "What you typed is still in the form. Send it again if it still fits."
    return "It is not your turn now, but you can agree below." if case.own_side else "It is not your turn now."


def said(dispute: Dispute, entry: DisputeRound) -> str:
    """One round in a sentence."""
    who, due = SAYING[entry.party], entry.due or Money(0)
    figure = whole(dispute, entry, due)
    told = {
        "query": f"{who} queried {formats.money(dispute.claimed)}: {reason(entry)}. It finds {figure} right",
        "counter": f"{who} proposed {figure}",
        "accept": f"{who} accepted {figure}",
        "escalate": f"{who} asked the pool manager to decide",
        "lapse": "Nobody answered in time, so it went to the pool manager",
        "decide": f"{who} decided: {due} of the disputed {dispute.disputed} is due, {dispute.agreed + due} in all",
    }
    return told[entry.act]


def whole(dispute: Dispute, entry: DisputeRound, due: Money) -> str:
    """10 min (£14.28), £14.28: what a round finds right for the whole item."""
    amount = str(dispute.agreed + due)
    return f"{in_measure(dispute.kind, entry.figure)} ({amount})" if entry.figure is not None else amount


def reason(entry: DisputeRound) -> str:
    """The chip in words, within a sentence."""
    return QUERY_REASONS.get(entry.reason, entry.reason).lower()
