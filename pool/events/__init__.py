"""Everything that can happen, one file a noun, and the registry of all.

`work.record(event)` writes an audit row and an outbox row. The message of an event stands in
pool/services/messages/by_event.py, other work that follows in workers/handlers.py.
"""

from pool.events.base import Event
from pool.events.billing import (
    AccountChanged,
    AdjustmentAccepted,
    AdjustmentDismissed,
    AdjustmentProposed,
    AdjustmentsLookedFor,
    ChargesAgreed,
    CreditApproved,
    CreditAsked,
    CreditRefused,
    FigureRecorded,
    InvoiceIssued,
    InvoiceNotDrawn,
    InvoiceRendered,
)
from pool.events.bookings import (
    BookingCancelled,
    BookingMade,
    ChangeAccepted,
    ChangeDeclined,
    ChangeLapsed,
    ChangeProposed,
    ChangeWithdrawn,
    ClinicianMissed,
    OfferAskedFor,
    OfferCorrected,
    OfferDeclined,
    OfferExpired,
    OfferSent,
    OfferWithdrawn,
)
from pool.events.clinicians import (
    AvailabilityChanged,
    ClinicianChanged,
    DeterminationAnswered,
    DeterminationDisagreed,
    DeterminationIssued,
)
from pool.events.hours import (
    DisputeCountered,
    DisputeDecided,
    DisputeEscalated,
    DisputeOpened,
    DisputeSettled,
    HoursDue,
    TimesheetConfirmed,
    TimesheetQueried,
    TimesheetSubmitted,
)
from pool.events.ledger import (
    LedgerChecked,
)
from pool.events.payments import (
    BankFileImported,
    InvoicePaid,
    InvoiceReminded,
    InvoiceReopened,
    PaymentListTaken,
    PaymentRecorded,
    PaymentUndone,
    PayrollTaken,
)
from pool.events.pension import (
    FormAAtRisk,
    FormADeclared,
    FormAPrepared,
    FormASigned,
    FormAWithdrawn,
    FormBDue,
    FormBPaid,
    FormBSubmitted,
    PensionProfileChanged,
    SoloFormDue,
    TierChosen,
)
from pool.events.people import (
    AddressChangeAsked,
    FactorResetAsked,
    InvitationAnswered,
    PersonCorrected,
    PersonInvited,
    PersonSignedIn,
    RoleEnded,
    SignInChanged,
    SignInLinkAsked,
    SignInRefused,
)
from pool.events.plans import (
    ProposalDropped,
    ProposalReplaced,
    WaveReleased,
)
from pool.events.pools import (
    PoolFounded,
    PoolPolicyChanged,
    PracticeChanged,
    PracticesClosed,
    PracticesImported,
)
from pool.events.runs import (
    RunFailed,
    RunPublished,
    RunRequested,
    RunStopAsked,
    RunStopped,
)
from pool.events.sessions import (
    SessionChanged,
    SessionLapsed,
    SessionPosted,
    SessionReopened,
    SessionWithdrawn,
)

EVENTS: dict[str, type[Event]] = {cls.__name__: cls for cls in Event.__subclasses__()}
"""Each kind of event by its name in the audit trail and in the outbox."""
