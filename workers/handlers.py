"""What follows from each event. Messages follow from the table pool/services/messages/by_event.py, other work from FOLLOWS.

A handler is a function of one Happened. It may be called twice for the same event, so it looks at the rows first.
Handlers of quick events run at once on the queue `now`; those of SLOW events on the queue `later`.
"""

from pool import events
from pool.services.messages.by_event import TOLD
from workers import invoices, match, messages, pensions
from workers.happened import Handler

FOLLOWS: dict[type[events.Event], tuple[Handler, ...]] = {
    events.RunRequested: (match.enqueue,),
    events.ChargesAgreed: (invoices.bill_agreed,),
    events.InvoiceIssued: (pensions.prepare, invoices.draw),
    events.ClinicianChanged: (invoices.bill_waiting,),
    events.PoolPolicyChanged: (invoices.bill_waiting,),
    events.PracticeChanged: (invoices.bill_waiting,),
}
"""Work other than messages."""

HANDLERS: dict[type[events.Event], tuple[Handler, ...]] = {
    event: (*FOLLOWS.get(event, ()), *((messages.tell,) if event in TOLD else ())) for event in {*FOLLOWS, *TOLD}
}

SLOW: frozenset[type[events.Event]] = frozenset({events.ChargesAgreed, events.InvoiceIssued})
"""Events whose handlers take their time: making and drawing invoices."""

SILENT: frozenset[type[events.Event]] = frozenset(events.EVENTS.values()) - HANDLERS.keys()
"""Events that only the audit trail needs."""


def handlers_of(name: str) -> tuple[Handler, ...]:
    """The handlers of an event by its name; KeyError for an event that this release does not know."""
    return HANDLERS.get(events.EVENTS[name], ())


def names(kinds: frozenset[type[events.Event]]) -> tuple[str, ...]:
    """The names under which these events stand in the outbox."""
    return tuple(sorted(kind.__name__ for kind in kinds))
