"""What a state is called and which colour its tag has, so that templates hold no logic.

A colour is never the only sign: the words say it too. Every state of pool/lifecycle.py is here (a test compares).
"""

from typing import NamedTuple


class Tag(NamedTuple):
    """The words and the NHS tag colour of one state."""

    label: str
    colour: str


TAGS: dict[str, dict[str, Tag]] = {
    "session": {
        "draft": Tag("Draft", "grey"),
        "posted": Tag("Posted", "blue"),
        "matched": Tag("Matched", "purple"),
        "offered": Tag("Offered", "yellow"),
        "filled": Tag("Filled", "green"),
        "unfilled": Tag("Not filled", "red"),
        "withdrawn": Tag("Withdrawn", "grey"),
    },
    "offer": {
        "sent": Tag("To answer", "yellow"),
        "accepted": Tag("Accepted", "green"),
        "declined": Tag("Declined", "grey"),
        "expired": Tag("Expired", "orange"),
        "withdrawn": Tag("Withdrawn", "grey"),
    },
    "booking": {
        "accepted": Tag("Booked", "green"),
        "worked": Tag("Hours sent", "blue"),
        "queried": Tag("Hours queried", "orange"),
        "confirmed": Tag("Hours confirmed", "aqua-green"),
        "invoiced": Tag("Invoiced", "purple"),
        "paid": Tag("Paid", "white"),
        "cancelled": Tag("Cancelled", "red"),
        "no_show": Tag("Did not attend", "red"),
    },
    "proposed change": {
        "proposed": Tag("To answer", "yellow"),
        "accepted": Tag("Accepted", "green"),
        "declined": Tag("Declined", "grey"),
        "withdrawn": Tag("Taken back", "grey"),
        "lapsed": Tag("Lapsed", "orange"),
    },
    "timesheet": {
        "submitted": Tag("To confirm", "yellow"),
        "queried": Tag("Queried", "orange"),
        "confirmed": Tag("Confirmed", "green"),
    },
    "dispute": {
        "with_clinician": Tag("Waits for the clinician", "yellow"),
        "with_practice": Tag("Waits for the practice", "yellow"),
        "with_manager": Tag("Pool manager decides", "orange"),
        "settled": Tag("Settled", "green"),
        "decided": Tag("Decided", "green"),
    },
    "invoice": {
        "draft": Tag("Draft", "grey"),
        "issued": Tag("To pay", "yellow"),
        "part_paid": Tag("Part paid", "orange"),
        "paid": Tag("Paid", "green"),
        "credited": Tag("Credited", "grey"),
    },
    "charge": {
        "claimed": Tag("To approve", "yellow"),
        "disputed": Tag("In dispute", "orange"),
        "agreed": Tag("Agreed", "blue"),
        "billed": Tag("Invoiced", "green"),
        "refused": Tag("Refused", "red"),
        "withdrawn": Tag("Taken back", "grey"),
    },
    "request for a credit note": {
        "asked": Tag("To decide", "yellow"),
        "approved": Tag("Approved", "green"),
        "refused": Tag("Refused", "red"),
        "withdrawn": Tag("Taken back", "grey"),
    },
    "pension certificate": {
        "prepared": Tag("For the GP to declare", "yellow"),
        "declared": Tag("For the practice to sign", "orange"),
        "signed": Tag("Signed", "green"),
        "withdrawn": Tag("Withdrawn", "grey"),
    },
    "monthly pension form": {"submitted": Tag("Submitted", "blue"), "paid": Tag("Paid", "green")},
    "payment": {"recorded": Tag("Recorded", "green"), "undone": Tag("Undone", "grey")},
    "bank line": {
        "unmatched": Tag("To do", "yellow"),
        "proposed": Tag("To check", "purple"),
        "matched": Tag("Done", "green"),
        "ignored": Tag("Put aside", "grey"),
    },
    "run": {
        "pending": Tag("Waiting to start", "grey"),
        "running": Tag("Running", "blue"),
        "divided": Tag("Running in areas", "blue"),
        "published": Tag("Finished", "green"),
        "failed": Tag("Failed", "red"),
        "stopped": Tag("Stopped", "grey"),
    },
    "part": {
        "pending": Tag("Waiting", "grey"),
        "running": Tag("Running", "blue"),
        "solved": Tag("Solved", "green"),
    },
    "proposal": {
        "proposed": Tag("Proposed", "purple"),
        "released": Tag("Offer sent", "green"),
        "dropped": Tag("Dropped", "grey"),
        "replaced": Tag("Replaced", "grey"),
    },
    "adjustment": {
        "proposed": Tag("To decide", "yellow"),
        "accepted": Tag("Accepted", "green"),
        "dismissed": Tag("Dismissed", "grey"),
    },
    "message": {
        "waiting": Tag("Waiting to be sent", "grey"),
        "sent": Tag("Sent", "green"),
        "failed": Tag("Not delivered", "red"),
        "superseded": Tag("Not sent, no longer true", "grey"),
    },
}

STAGE = {**TAGS["booking"], **TAGS["session"]}
"""One word for a session and its booking together (pool.lifecycle.stage): their states have different names."""


STANDING = {
    "yours": Tag("Booked for you", "green"),
    "offered": Tag("Offered to you", "yellow"),
    "possible": Tag("Open to you", "blue"),
    "not": Tag("Not offered to you", "grey"),
}
"""How a session stands for one clinician (services/eligibility/why.py)."""

CREDIT_NOTE = {"issued": Tag("Credit note", "purple")}
"""A credit note lives the life of an invoice, but nobody pays it."""

DERIVED = {"stage": STAGE, "standing": STANDING, "credit note": CREDIT_NOTE}


def state_tag(noun: str, state: str) -> Tag:
    """The tag of a state, as in state_tag("offer", "sent"); "stage" takes the word of lifecycle.stage, "standing"
    that of services/eligibility/why.py, "credit note" that of a document that gives money back."""
    return DERIVED.get(noun, TAGS.get(noun, {}))[state]
