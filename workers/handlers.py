"""What follows from each event: one table. Every event of pool/events is here or in SILENT (a test compares).

A handler is a function of one Happened. It may be called twice for the same event, so it looks at the rows first.
Handlers of quick events run at once on the queue `now`; those of SLOW events on the queue `later`.
"""

from pool import events
from workers import invoices, match, messages, pensions
from workers.happened import Handler

HANDLERS: dict[type[events.Event], tuple[Handler, ...]] = {
    events.RunRequested: (match.wake,),
    events.RunFailed: (messages.tell,),
    events.OfferSent: (messages.tell,),
    events.OfferWithdrawn: (messages.tell,),
    events.OfferExpired: (messages.tell,),
    events.BookingMade: (messages.tell,),
    events.BookingCancelled: (messages.tell,),
    events.ChangeProposed: (messages.tell,),
    events.ChangeAccepted: (messages.tell,),
    events.ChangeDeclined: (messages.tell,),
    events.ChangeWithdrawn: (messages.tell,),
    events.ClinicianMissed: (messages.tell,),
    events.SessionWithdrawn: (messages.tell,),
    events.HoursDue: (messages.tell,),
    events.TimesheetSubmitted: (messages.tell,),
    events.TimesheetQueried: (messages.tell,),
    events.DisputeCountered: (messages.tell,),
    events.DisputeEscalated: (messages.tell,),
    events.DisputeSettled: (messages.tell,),
    events.DisputeDecided: (messages.tell,),
    events.TimesheetConfirmed: (messages.tell,),
    events.ChargesAgreed: (invoices.bill_agreed,),
    events.CreditAsked: (messages.tell,),
    events.CreditRefused: (messages.tell,),
    events.InvoiceIssued: (pensions.prepare, invoices.draw),
    events.InvoiceRendered: (messages.tell,),
    events.InvoiceNotDrawn: (messages.tell,),
    events.InvoiceReminded: (messages.tell,),
    events.LedgerChecked: (messages.tell,),
    events.InvoicePaid: (messages.tell,),
    events.ClinicianChanged: (invoices.bill_waiting,),
    events.PoolPolicyChanged: (invoices.bill_waiting,),
    events.PracticeChanged: (invoices.bill_waiting,),
    events.PracticesClosed: (messages.tell,),
    events.DeterminationIssued: (messages.tell,),
    events.DeterminationDisagreed: (messages.tell,),
    events.DeterminationAnswered: (messages.tell,),
    events.FormAPrepared: (messages.tell,),
    events.FormADeclared: (messages.tell,),
    events.FormASigned: (messages.tell,),
    events.FormAAtRisk: (messages.tell,),
    events.FormBDue: (messages.tell,),
    events.SoloFormDue: (messages.tell,),
    events.SignInLinkAsked: (messages.tell,),
    events.SignInChanged: (messages.tell,),
    events.PersonInvited: (messages.tell,),
    events.FactorResetAsked: (messages.tell,),
    events.PersonCorrected: (messages.tell,),
    events.AccountChanged: (messages.tell,),
    events.AddressChangeAsked: (messages.tell,),
}

SLOW: frozenset[type[events.Event]] = frozenset({events.ChargesAgreed, events.InvoiceIssued})
"""Events whose handlers take their time: making and drawing invoices."""

SILENT: frozenset[type[events.Event]] = frozenset(
    {
        events.PaymentListTaken,
        events.PayrollTaken,
        events.PoolFounded,
        events.SessionPosted,
        events.SessionChanged,
        events.SessionReopened,
        events.SessionLapsed,
        events.AvailabilityChanged,
        events.RunPublished,
        events.RunStopAsked,
        events.RunStopped,
        events.ProposalReplaced,
        events.ProposalDropped,
        events.WaveReleased,
        events.OfferDeclined,
        events.OfferAskedFor,
        events.OfferCorrected,
        events.ChangeLapsed,
        events.InvoiceReopened,
        events.PaymentRecorded,
        events.PaymentUndone,
        events.BankFileImported,
        events.DisputeOpened,
        events.PensionProfileChanged,
        events.TierChosen,
        events.FormAWithdrawn,
        events.FormBSubmitted,
        events.FormBPaid,
        events.FigureRecorded,
        events.AdjustmentsLookedFor,
        events.AdjustmentProposed,
        events.AdjustmentAccepted,
        events.AdjustmentDismissed,
        events.PracticesImported,
        events.PersonSignedIn,
        events.SignInRefused,
        events.RoleEnded,
        events.InvitationAnswered,
        events.CreditApproved,
    }
)
"""Events that only the audit trail needs."""


def handlers_of(name: str) -> tuple[Handler, ...]:
    """The handlers of an event by its name; KeyError for an event that this release does not know."""
    return HANDLERS.get(events.EVENTS[name], ())


def names(kinds: frozenset[type[events.Event]]) -> tuple[str, ...]:
    """The names under which these events stand in the outbox."""
    return tuple(sorted(kind.__name__ for kind in kinds))
