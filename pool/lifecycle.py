"""The life of a session, offer, booking, timesheet, charge, invoice, run and proposal: one table each and one way to move.

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
        "queried": {"settle": "confirmed"},
        "confirmed": {"invoice": "invoiced"},
        "invoiced": {"pay": "paid"},
        "paid": {"unpay": "invoiced"},
        "cancelled": {},
        "no_show": {},
    },
)

CHANGE = Life(
    "proposed change",
    "proposed",
    {
        "proposed": {"accept": "accepted", "decline": "declined", "withdraw": "withdrawn", "lapse": "lapsed"},
        "accepted": {},
        "declined": {},
        "withdrawn": {},
        "lapsed": {},
    },
)
"""Other terms for a booking: nothing of it changes before the other side accepts them."""

TIMESHEET = Life(
    "timesheet",
    "submitted",
    {
        "submitted": {"confirm": "confirmed", "query": "queried"},
        "queried": {"settle": "confirmed"},
        "confirmed": {},
    },
)

DISPUTE = Life(
    "dispute",
    "with_clinician",
    {
        "with_clinician": {"counter": "with_practice", "escalate": "with_manager", "accept": "settled"},
        "with_practice": {"counter": "with_clinician", "escalate": "with_manager", "accept": "settled"},
        "with_manager": {"decide": "decided", "accept": "settled"},
        "settled": {},
        "decided": {},
    },
)

CHARGE = Life(
    "charge",
    "claimed",
    {
        "claimed": {"approve": "agreed", "dispute": "disputed", "refuse": "refused", "withdraw": "withdrawn"},
        "disputed": {"agree": "agreed", "refuse": "refused"},
        "agreed": {"bill": "billed"},
        "billed": {},
        "refused": {},
        "withdrawn": {"claim": "claimed"},
    },
)

CREDIT_REQUEST = Life(
    "request for a credit note",
    "asked",
    {
        "asked": {"approve": "approved", "refuse": "refused", "withdraw": "withdrawn"},
        "approved": {},
        "refused": {},
        "withdrawn": {},
    },
)

INVOICE = Life(
    "invoice",
    "draft",
    {
        "draft": {"issue": "issued"},
        "issued": {"part_pay": "part_paid", "pay": "paid", "credit": "credited"},
        "part_paid": {"part_pay": "part_paid", "pay": "paid", "unpay": "issued", "credit": "credited"},
        "paid": {"part_pay": "part_paid", "unpay": "issued", "credit": "credited"},
        "credited": {},
    },
)

PAYMENT = Life("payment", "recorded", {"recorded": {"undo": "undone"}, "undone": {}})

BANK_LINE = Life(
    "bank line",
    "unmatched",
    {
        "unmatched": {"propose": "proposed", "match": "matched", "ignore": "ignored"},
        "proposed": {"match": "matched", "reject": "unmatched", "ignore": "ignored"},
        "matched": {"reopen": "unmatched"},
        "ignored": {"reopen": "unmatched"},
    },
)

FORM_A = Life(
    "pension certificate",
    "prepared",
    {
        "prepared": {"declare": "declared", "withdraw": "withdrawn"},
        "declared": {"sign": "signed", "reopen": "prepared", "withdraw": "withdrawn"},
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
        "pending": {"start": "running", "fail": "failed", "stop": "stopped"},
        "running": {
            "start": "running",
            "divide": "divided",
            "publish": "published",
            "fail": "failed",
            "stop": "stopped",
        },
        "divided": {"start": "running", "fail": "failed", "stop": "stopped"},
        "published": {},
        "failed": {},
        "stopped": {},
    },
)

PART = Life(
    "part",
    "pending",
    {
        "pending": {"start": "running"},
        "running": {"start": "running", "solve": "solved"},
        "solved": {},
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

ADJUSTMENT = Life(
    "adjustment",
    "proposed",
    {
        "proposed": {"accept": "accepted", "dismiss": "dismissed"},
        "accepted": {},
        "dismissed": {},
    },
)

MESSAGE = Life(
    "message",
    "waiting",
    {
        "waiting": {"send": "sent", "fail": "failed", "supersede": "superseded"},
        "sent": {},
        "failed": {},
        "superseded": {},
    },
)

LIVES = (
    SESSION,
    OFFER,
    BOOKING,
    CHANGE,
    TIMESHEET,
    DISPUTE,
    CHARGE,
    INVOICE,
    CREDIT_REQUEST,
    PAYMENT,
    BANK_LINE,
    FORM_A,
    FORM_B,
    RUN,
    PART,
    PROPOSAL,
    ADJUSTMENT,
    MESSAGE,
)

UNPAID_INVOICE_STATES = ("issued", "part_paid")
OPEN_SESSION_STATES = ("posted", "matched", "offered")
SESSION_FILTERS = (*OPEN_SESSION_STATES, "filled", "unfilled", "withdrawn")
"""States that the list of sessions may be asked for."""

LIVE_RUN_STATES = ("pending", "running", "divided")
OPEN_DISPUTE_STATES = ("with_clinician", "with_practice", "with_manager")
LIVE_BOOKING_STATES = ("accepted", "worked", "queried", "confirmed", "invoiced", "paid")

VERB_PHRASES = {
    "part_pay": "record a payment for",
    "unpay": "take a payment back from",
    "work": "record hours for",
    "miss": "mark as missed",
    "unmatch": "take the proposal off",
    "counter": "propose another figure in",
    "escalate": "pass on",
    "lapse": "close",
}
"""The verb in a sentence, "You cannot … this session", where the verb itself does not read well."""


def allows(life: Life, thing: HasState, verb: str) -> bool:
    """May this verb be used now?"""
    return verb in life.steps[thing.state]


def advance(life: Life, thing: HasState, verb: str) -> None:
    """Move a thing one step; the only code that assigns `.state`.

    Raises WrongState with a sentence when the table does not allow the verb from the present state.
    """
    if not allows(life, thing, verb):
        state = thing.state.replace("_", " ")
        doing = VERB_PHRASES.get(verb, verb)
        raise WrongState(
            f"You cannot {doing} this {life.noun}: it is already {state}. Refresh the page to see it as it is."
        )
    thing.state = life.steps[thing.state][verb]


def stage(session: HasState, booking: HasState | None) -> str:
    """The one word people see for a session: its own state until somebody is booked, the booking's from then on."""
    return booking.state if booking is not None and session.state == "filled" else session.state
