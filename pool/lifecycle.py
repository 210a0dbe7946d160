"""The life of a session, offer, booking, timesheet, invoice, run and proposal: one table each and one way to move.

docs/lifecycle.md is drawn from these tables and a test fails when it is stale. PostgreSQL checks each state
column against the same tables (pool/models/base.py: known_states).
"""

from dataclasses import dataclass
from typing import Protocol

from pool.errors import WrongState


class HasState(Protocol):
    """Anything with a life."""

    state: str


@dataclass(frozen=True)
class Life:
    """A noun, its first state, and for each state the verbs it allows with the state they lead to."""

    noun: str
    initial: str
    steps: dict[str, dict[str, str]]

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in reading order."""
        return tuple(self.steps)

    def verbs(self, state: str) -> tuple[str, ...]:
        """What may be done from a state."""
        return tuple(self.steps[state])


SESSION = Life(
    "session",
    "draft",
    {
        "draft": {"post": "posted", "withdraw": "withdrawn"},
        "posted": {"match": "matched", "offer": "offered", "withdraw": "withdrawn", "lapse": "unfilled"},
        "matched": {"offer": "offered", "unmatch": "posted", "withdraw": "withdrawn", "lapse": "unfilled"},
        "offered": {"fill": "filled", "reopen": "posted", "withdraw": "withdrawn", "lapse": "unfilled"},
        "filled": {"reopen": "posted", "withdraw": "withdrawn"},
        "unfilled": {},
        "withdrawn": {},
    },
)

OFFER = Life(
    "offer",
    "sent",
    {
        "sent": {"accept": "accepted", "decline": "declined", "expire": "expired", "withdraw": "withdrawn"},
        "accepted": {},
        "declined": {},
        "expired": {},
        "withdrawn": {},
    },
)

BOOKING = Life(
    "booking",
    "accepted",
    {
        "accepted": {"work": "worked", "cancel": "cancelled", "miss": "no_show"},
        "worked": {"confirm": "confirmed", "query": "queried"},
        "queried": {"resubmit": "worked", "confirm": "confirmed"},
        "confirmed": {"invoice": "invoiced"},
        "invoiced": {"pay": "paid"},
        "paid": {},
        "cancelled": {},
        "no_show": {},
    },
)

TIMESHEET = Life(
    "timesheet",
    "submitted",
    {
        "submitted": {"confirm": "confirmed", "query": "queried"},
        "queried": {"resubmit": "submitted", "confirm": "confirmed"},
        "confirmed": {},
    },
)

INVOICE = Life(
    "invoice",
    "draft",
    {
        "draft": {"issue": "issued"},
        "issued": {"part_pay": "part_paid", "pay": "paid", "credit": "credited"},
        "part_paid": {"part_pay": "part_paid", "pay": "paid", "credit": "credited"},
        "paid": {},
        "credited": {},
    },
)

FORM_A = Life(
    "pension certificate",
    "prepared",
    {
        "prepared": {"declare": "declared", "withdraw": "withdrawn"},
        "declared": {"sign": "signed", "withdraw": "withdrawn"},
        "signed": {},
        "withdrawn": {},
    },
)
"""Form A of the NHS Pension: prepared with the invoice, declared by the clinician, signed by the practice."""

FORM_B = Life("monthly pension form", "submitted", {"submitted": {"pay": "paid"}, "paid": {}})
"""Form B: written down when the clinician has submitted it; until then it is worked out afresh."""

RUN = Life(
    "run",
    "pending",
    {
        "pending": {"start": "running", "fail": "failed"},
        "running": {"start": "running", "publish": "published", "fail": "failed"},
        "published": {},
        "failed": {},
    },
)

PROPOSAL = Life(
    "proposal",
    "proposed",
    {
        "proposed": {"release": "released", "drop": "dropped", "replace": "replaced"},
        "released": {},
        "dropped": {},
        "replaced": {},
    },
)

MESSAGE = Life("message", "waiting", {"waiting": {"send": "sent", "fail": "failed"}, "sent": {}, "failed": {}})

LIVES = (SESSION, OFFER, BOOKING, TIMESHEET, INVOICE, FORM_A, FORM_B, RUN, PROPOSAL, MESSAGE)

OPEN_SESSION_STATES = ("posted", "matched", "offered")
LIVE_BOOKING_STATES = ("accepted", "worked", "queried", "confirmed", "invoiced", "paid")

PAST = {
    "post": "post",
    "pay": "pay",
    "part_pay": "record a payment for",
    "work": "record hours for",
    "miss": "mark as missed",
    "unmatch": "take the proposal off",
    "resubmit": "send hours again for",
    "fill": "fill",
    "lapse": "close",
    "release": "release",
}


def allows(life: Life, thing: HasState, verb: str) -> bool:
    """May this verb be used now?"""
    return verb in life.steps[thing.state]


def advance(life: Life, thing: HasState, verb: str) -> None:
    """Move a thing one step; the only code that assigns `.state`.

    Raises WrongState with a sentence when the table does not allow the verb from the present state.
    """
    if not allows(life, thing, verb):
        state = thing.state.replace("_", " ")
        doing = PAST.get(verb, verb)
        raise WrongState(f"You cannot {doing} this {life.noun}: it is already {state}. Refresh the page to see it as it is.")
    thing.state = life.steps[thing.state][verb]


STAGES = ("posted", "matched", "offered", "accepted", "worked", "confirmed", "invoiced", "paid")


def stage(session: HasState, booking: HasState | None) -> str:
    """The one word people see for a session: its own state until somebody is booked, the booking's from then on."""
    return booking.state if booking is not None and session.state == "filled" else session.state
