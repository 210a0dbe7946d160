"""How many clinicians or sessions a rule stops, in English words without names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

STOPPED = {
    "profession": ("has another profession", "have another profession"),
    "skills": ("lacks a skill the session needs", "lack a skill the session needs"),
    "system": ("does not know the practice's clinical system", "do not know the practice's clinical system"),
    "compliance": ("has documents that are not complete", "have documents that are not complete"),
    "available": ("is not free for the whole session", "are not free for the whole session"),
    "fee": ("finds the fee too low", "find the fee too low"),
    "blocked": ("is not matched with this practice", "are not matched with this practice"),
    "travel": ("lives too far away", "live too far away"),
    "pool": ("is outside the pool", "are outside the pool"),
    "appointment": ("asks for longer appointments", "ask for longer appointments"),
    "declined": ("has said no to it", "have said no to it"),
    "status": (
        "works through a company without a fitting status determination",
        "work through companies without a fitting status determination",
    ),
    "overlap": ("has another session at that time", "have another session at that time"),
    "between_sites": (
        "could not get there in time from another session",
        "could not get there in time from another session",
    ),
    "remote_gap": (
        "has too little time between remote and on-site work",
        "have too little time between remote and on-site work",
    ),
    "rest": ("would have too little rest", "would have too little rest"),
    "weekly_cap": ("has all the sessions wanted in that week", "have all the sessions they want in that week"),
    "period_cap": ("has all the sessions wanted in this period", "have all the sessions they want in this period"),
    "weekly_hours": ("would work too many hours in that week", "would work too many hours in that week"),
    "could": ("could take it", "could take it"),
}
CLOSED = {
    "profession": ("is for another profession", "are for another profession"),
    "skills": ("needs a skill not held", "need a skill not held"),
    "system": ("needs a clinical system not known", "need a clinical system not known"),
    "compliance": ("is after a document runs out", "are after a document runs out"),
    "available": ("is outside the times marked as free", "are outside the times marked as free"),
    "fee": ("pays less than asked for", "pay less than asked for"),
    "blocked": ("is at a practice not matched with", "are at practices not matched with"),
    "travel": ("is beyond the travel limit", "are beyond the travel limit"),
    "pool": ("is for members of another pool", "are for members of another pool"),
    "appointment": ("has shorter appointments than asked for", "have shorter appointments than asked for"),
    "declined": ("was declined before", "were declined before"),
    "status": ("lacks a status determination for a company", "lack a status determination for a company"),
}

CHANGES = {
    "travel": "{over} minutes of travel more than the limit set would let it be reached by {people}.",
    "fee": "A fee about £{pounds} higher would open it to {people} or more.",
    "system": "Not requiring the clinical system would open it to {people}.",
    "skills": "Asking for fewer skills would open it to {people}.",
    "appointment": "Appointments of {minutes} minutes would open it to {people}.",
}


def refusal_count(code: str, count: int) -> str:
    """For example "3 live too far away"."""
    one, many = STOPPED[code]
    return f"1 {one}" if count == 1 else f"{count} {many}"


def closed_count(code: str, count: int) -> str:
    """For example "1 session is beyond the travel limit."."""
    one, many = CLOSED[code]
    return f"1 session {one}." if count == 1 else f"{count} sessions {many}."


def clinician_count(count: int, *, others: bool) -> str:
    """For example "12 other clinicians"."""
    return f"{count} {'other ' if others else ''}clinician{'' if count == 1 else 's'}"


def change_sentence(code: str, figures: Mapping[str, int]) -> str:
    """For example "Starting 30 minutes later would open it to one clinician."."""
    count = figures["count"]
    people = "one clinician" if count == 1 else f"{count} clinicians"
    if code == "available":
        parts = [f"starting {figures['later']} minutes later"] if figures["later"] else []
        parts += [f"ending {figures['earlier']} minutes earlier"] if figures["earlier"] else []
        return f"{' and '.join(parts).capitalize()} would open it to {people}."
    return CHANGES[code].format(people=people, **figures)


URGENCY = {1: "a routine", 2: "an urgent", 3: "a critical"}


def worth(regret: int, emptied: Sequence[int], moved: int) -> str:
    """Why a plan does not give a session to another clinician: what else would change, and the points it would lose."""
    loss = f"the plan as a whole would lose about {regret:,} points"
    effects = [f"leave {URGENCY[urgency]} session empty" for urgency in emptied]
    effects += [f"move {moved} other session{'s' if moved > 1 else ''} to somebody else"] if moved else []
    if not effects:
        return f"Somebody could take it, but {loss}."
    return f"Somebody could take it, but that would {' and '.join(effects)}; {loss}."
