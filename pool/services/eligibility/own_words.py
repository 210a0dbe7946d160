"""A rule's sentence for whoever reads it: about you for the clinician, with what can be done for the manager."""

from matching import Reason
from pool.rules import off_payroll

YOUR_WORDS = {
    "fee": "It pays less than the lowest fee you set for yourself.",
    "blocked": "You and this practice are not matched with each other.",
    "engagement": "The pool has no engagement with you on record for that day. Ask the pool manager.",
    "called_off": "You called your booking of it off. If you can come after all, ask for it again in your diary.",
    "overlap": "It overlaps another session that you are booked for.",
    "appointment": "Appointments are {minutes} minutes; you asked for at least {least}.",
    "weekly_cap": "You have reached the {sessions} a week that you set, counting all your pools.",
    "period_cap": "You have reached the {sessions} in four weeks that you set, counting all your pools.",
    "weekly_hours": "It would be more than {hours} hours of work in that week, counting all your pools: the most that the"
    " working time rules and your contract allow. Ask the pool manager if you want to opt out.",
}
"""Rules whose sentence speaks of "this clinician", said to the reader."""

WAYS_OUT = {
    "appointment": "Choose somebody else, or ask them all the same under Offer it to somebody.",
    "weekly_cap": "Choose somebody else, or ask them all the same under Offer it to somebody.",
    "period_cap": "Choose somebody else, or ask them all the same under Offer it to somebody.",
    "weekly_hours": "Choose somebody else. If they have opted out in writing, record it under Papers and engagement.",
}
"""What a manager can do about a limit that is not theirs to pass over."""


def said_to_you(reason: Reason) -> str:
    """A rule's sentence for the reader: about you."""
    limit = reason.numbers.get("limit", 0)
    numbers = dict(reason.numbers) | {
        "hours": limit // 60,
        "sessions": "1 session" if limit == 1 else f"{limit} sessions",
    }
    own = YOUR_WORDS[reason.code].format(**numbers) if reason.code in YOUR_WORDS else reason.sentence
    return off_payroll.to_you(own)


def said_to_manager(reason: Reason) -> str:
    """A rule's sentence, and what can be done about it where that is not plain."""
    return f"{reason.sentence} {WAYS_OUT.get(reason.code, '')}".strip()
