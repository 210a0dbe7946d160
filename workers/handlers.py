"""What follows from each event: one table. Every event of pool/events.py is here or in SILENT (a test compares).

A handler is a function of one Happened. It may be called twice for the same event, so it looks at the rows first.
Handlers of quick events run at once on the queue `now`; those of SLOW events on the queue `later`.
"""

from pool import events
from workers import match
from workers.happened import Handler

HANDLERS: dict[type[events.Event], tuple[Handler, ...]] = {
    events.RunRequested: (match.wake,),
}

SLOW: frozenset[type[events.Event]] = frozenset({events.TimesheetConfirmed, events.InvoiceIssued})
"""Events whose handlers take their time: making and drawing invoices."""

SILENT: frozenset[type[events.Event]] = frozenset(
    {
        events.SessionPosted,
        events.SessionChanged,
        events.SessionWithdrawn,
        events.SessionReopened,
        events.SessionLapsed,
        events.AvailabilityChanged,
        events.ClinicianChanged,
        events.PracticeChanged,
        events.PoolPolicyChanged,
        events.RunPublished,
        events.RunFailed,
        events.ProposalReplaced,
        events.ProposalDropped,
        events.OfferSent,
        events.OfferDeclined,
        events.OfferExpired,
        events.OfferWithdrawn,
        events.BookingMade,
        events.BookingCancelled,
        events.ClinicianMissed,
        events.HoursDue,
        events.TimesheetSubmitted,
        events.TimesheetQueried,
        events.TimesheetConfirmed,
        events.InvoiceIssued,
        events.InvoiceRendered,
        events.InvoicePaid,
        events.PracticesImported,
        events.SignInLinkAsked,
        events.PersonSignedIn,
        events.SignInRefused,
        events.SignInChanged,
        events.PersonInvited,
        events.RoleEnded,
    }
)
"""Events that only the audit trail needs."""


def handlers_of(name: str) -> tuple[Handler, ...]:
    """The handlers of an event by its name; KeyError for an event that this release does not know."""
    return HANDLERS.get(events.EVENTS[name], ())


def names(kinds: frozenset[type[events.Event]]) -> tuple[str, ...]:
    """The names under which these events stand in the outbox."""
    return tuple(sorted(kind.__name__ for kind in kinds))
