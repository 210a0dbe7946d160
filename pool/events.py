"""Everything that can happen, in the past tense. `work.record(event)` writes an audit row and an outbox row.

The first field of an event is the id of its subject. workers/handlers.py says what follows from each.
"""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Event:
    """Something that happened; fields are ids and plain values only."""

    @property
    def name(self) -> str:
        """The name in the audit trail, the outbox and the handler table."""
        return type(self).__name__


@dataclass(frozen=True)
class SessionPosted(Event):
    session_id: UUID
    practice_id: UUID


@dataclass(frozen=True)
class SessionChanged(Event):
    session_id: UUID
    practice_id: UUID
    changed: str


@dataclass(frozen=True)
class SessionWithdrawn(Event):
    session_id: UUID
    practice_id: UUID
    reason: str


@dataclass(frozen=True)
class SessionReopened(Event):
    session_id: UUID
    practice_id: UUID
    reason: str


@dataclass(frozen=True)
class SessionLapsed(Event):
    session_id: UUID
    practice_id: UUID


@dataclass(frozen=True)
class AvailabilityChanged(Event):
    clinician_id: UUID


@dataclass(frozen=True)
class ClinicianChanged(Event):
    clinician_id: UUID
    changed: str


@dataclass(frozen=True)
class PracticeChanged(Event):
    practice_id: UUID
    changed: str


@dataclass(frozen=True)
class PoolPolicyChanged(Event):
    pool_id: UUID
    changed: str


@dataclass(frozen=True)
class DeterminationIssued(Event):
    determination_id: UUID
    practice_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class DeterminationDisagreed(Event):
    determination_id: UUID
    practice_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class DeterminationAnswered(Event):
    determination_id: UUID
    practice_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class FigureRecorded(Event):
    figure_id: UUID
    kind: str


@dataclass(frozen=True)
class AdjustmentsLookedFor(Event):
    pool_id: UUID
    found: int


@dataclass(frozen=True)
class AdjustmentProposed(Event):
    adjustment_id: UUID
    practice_id: UUID


@dataclass(frozen=True)
class AdjustmentAccepted(Event):
    adjustment_id: UUID
    practice_id: UUID


@dataclass(frozen=True)
class AdjustmentDismissed(Event):
    adjustment_id: UUID
    practice_id: UUID
    reason: str


@dataclass(frozen=True)
class RunRequested(Event):
    run_id: UUID


@dataclass(frozen=True)
class RunPublished(Event):
    run_id: UUID
    proposed: int
    unfilled: int
    dropped: int


@dataclass(frozen=True)
class RunStopAsked(Event):
    run_id: UUID
    wish: str


@dataclass(frozen=True)
class RunStopped(Event):
    run_id: UUID
    reason: str


@dataclass(frozen=True)
class RunFailed(Event):
    run_id: UUID
    reason: str


@dataclass(frozen=True)
class ProposalReplaced(Event):
    proposal_id: UUID
    session_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class ProposalDropped(Event):
    proposal_id: UUID
    session_id: UUID
    reason: str


@dataclass(frozen=True)
class WaveReleased(Event):
    proposal_id: UUID
    session_id: UUID
    wave: int
    offers: int


@dataclass(frozen=True)
class OfferSent(Event):
    offer_id: UUID
    session_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class OfferAskedFor(Event):
    offer_id: UUID
    session_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class OfferCorrected(Event):
    offer_id: UUID
    session_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class OfferDeclined(Event):
    offer_id: UUID
    session_id: UUID
    clinician_id: UUID
    reason: str


@dataclass(frozen=True)
class OfferExpired(Event):
    offer_id: UUID
    session_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class OfferWithdrawn(Event):
    offer_id: UUID
    session_id: UUID
    clinician_id: UUID
    reason: str


@dataclass(frozen=True)
class BookingMade(Event):
    booking_id: UUID
    session_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class BookingCancelled(Event):
    booking_id: UUID
    session_id: UUID
    clinician_id: UUID
    by_party: str
    reason: str


@dataclass(frozen=True)
class ChangeProposed(Event):
    """Other terms for a booking, by one side to the other."""

    change_id: UUID
    booking_id: UUID
    by_party: str


@dataclass(frozen=True)
class ChangeAccepted(Event):
    change_id: UUID
    booking_id: UUID
    by_party: str


@dataclass(frozen=True)
class ChangeDeclined(Event):
    change_id: UUID
    booking_id: UUID
    by_party: str


@dataclass(frozen=True)
class ChangeWithdrawn(Event):
    change_id: UUID
    booking_id: UUID
    by_party: str


@dataclass(frozen=True)
class ChangeLapsed(Event):
    change_id: UUID
    booking_id: UUID


@dataclass(frozen=True)
class ClinicianMissed(Event):
    booking_id: UUID
    session_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class HoursDue(Event):
    booking_id: UUID
    session_id: UUID
    clinician_id: UUID


@dataclass(frozen=True)
class TimesheetSubmitted(Event):
    timesheet_id: UUID
    booking_id: UUID


@dataclass(frozen=True)
class TimesheetQueried(Event):
    timesheet_id: UUID
    booking_id: UUID
    reason: str


@dataclass(frozen=True)
class TimesheetConfirmed(Event):
    timesheet_id: UUID
    booking_id: UUID


@dataclass(frozen=True)
class ChargesAgreed(Event):
    practice_id: UUID
    booking_id: UUID | None


@dataclass(frozen=True)
class CreditAsked(Event):
    request_id: UUID
    invoice_id: UUID


@dataclass(frozen=True)
class CreditRefused(Event):
    request_id: UUID
    invoice_id: UUID


@dataclass(frozen=True)
class CreditApproved(Event):
    request_id: UUID
    invoice_id: UUID
    credit_note_id: UUID


@dataclass(frozen=True)
class DisputeOpened(Event):
    dispute_id: UUID
    timesheet_id: UUID


@dataclass(frozen=True)
class DisputeCountered(Event):
    dispute_id: UUID
    by_party: str


@dataclass(frozen=True)
class DisputeEscalated(Event):
    dispute_id: UUID
    by_party: str


@dataclass(frozen=True)
class DisputeSettled(Event):
    dispute_id: UUID
    by_party: str


@dataclass(frozen=True)
class DisputeDecided(Event):
    dispute_id: UUID


@dataclass(frozen=True)
class InvoiceIssued(Event):
    invoice_id: UUID


@dataclass(frozen=True)
class InvoiceRendered(Event):
    invoice_id: UUID


@dataclass(frozen=True)
class InvoiceNotDrawn(Event):
    """The document of an issued invoice could not be made; said once, tried again by itself."""

    invoice_id: UUID
    reason: str


@dataclass(frozen=True)
class InvoicePaid(Event):
    invoice_id: UUID


@dataclass(frozen=True)
class InvoiceReopened(Event):
    invoice_id: UUID


@dataclass(frozen=True)
class InvoiceReminded(Event):
    invoice_id: UUID
    days: int


@dataclass(frozen=True)
class PaymentRecorded(Event):
    payment_id: UUID


@dataclass(frozen=True)
class PaymentUndone(Event):
    payment_id: UUID
    reason: str


@dataclass(frozen=True)
class BankFileImported(Event):
    import_id: UUID
    matched: int
    proposed: int
    unmatched: int


@dataclass(frozen=True)
class LedgerChecked(Event):
    pool_id: UUID
    mistakes: int
    first: str


@dataclass(frozen=True)
class PensionProfileChanged(Event):
    profile_id: UUID
    changed: str


@dataclass(frozen=True)
class TierChosen(Event):
    choice_id: UUID
    year: int
    tier: str


@dataclass(frozen=True)
class FormAPrepared(Event):
    form_a_id: UUID
    invoice_id: UUID


@dataclass(frozen=True)
class FormADeclared(Event):
    form_a_id: UUID


@dataclass(frozen=True)
class FormASigned(Event):
    form_a_id: UUID


@dataclass(frozen=True)
class FormAWithdrawn(Event):
    form_a_id: UUID
    reason: str


@dataclass(frozen=True)
class FormAAtRisk(Event):
    form_a_id: UUID
    days: int


@dataclass(frozen=True)
class FormBDue(Event):
    clinician_id: UUID
    month: str


@dataclass(frozen=True)
class FormBSubmitted(Event):
    form_b_id: UUID


@dataclass(frozen=True)
class FormBPaid(Event):
    form_b_id: UUID


@dataclass(frozen=True)
class SoloFormDue(Event):
    clinician_id: UUID
    year: int


@dataclass(frozen=True)
class PracticesClosed(Event):
    run_name: str
    practice_ids: list[str]


@dataclass(frozen=True)
class PracticesImported(Event):
    run_name: str
    added: int
    changed: int
    closed: int


@dataclass(frozen=True)
class SignInLinkAsked(Event):
    link_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class PersonSignedIn(Event):
    person_id: UUID
    way: str


@dataclass(frozen=True)
class SignInRefused(Event):
    person_id: UUID
    reason: str


@dataclass(frozen=True)
class SignInChanged(Event):
    person_id: UUID
    changed: str


@dataclass(frozen=True)
class PoolFounded(Event):
    pool_id: UUID
    name_given: str


@dataclass(frozen=True)
class PersonInvited(Event):
    person_id: UUID
    role: str


@dataclass(frozen=True)
class InvitationAnswered(Event):
    person_id: UUID
    stand_in_id: UUID
    answer: str


@dataclass(frozen=True)
class FactorResetAsked(Event):
    person_id: UUID
    asked_from_id: UUID


@dataclass(frozen=True)
class AccountChanged(Event):
    seller_id: UUID
    old_ending: str
    new_ending: str


@dataclass(frozen=True)
class AddressChangeAsked(Event):
    link_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class PersonCorrected(Event):
    person_id: UUID
    old_address: str
    old_name: str = ""


@dataclass(frozen=True)
class RoleEnded(Event):
    person_id: UUID
    role: str


@dataclass(frozen=True)
class PaymentListTaken(Event):
    practice_id: UUID
    up_to: str
    payments: int
    pence: int


@dataclass(frozen=True)
class PayrollTaken(Event):
    pool_id: UUID
    first: str
    last: str


EVENTS: dict[str, type[Event]] = {cls.__name__: cls for cls in Event.__subclasses__()}
