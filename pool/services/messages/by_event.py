"""Who is told what when something has happened: one table for the whole product.

A row names who writes about an event and, for each template, why its message may stop being true. The reason is asked for
when the event has happened and again right before the message goes out, however long it waited; a message that is untrue
is not sent. The table is checked when the product starts (telling.py).
"""

from pool import events
from pool.services.messages import (
    about_bookings,
    about_cancellations,
    about_changes,
    about_company_status,
    about_credit_notes,
    about_hours,
    about_invoices,
    about_offers,
    about_payments,
    about_pension,
    about_people,
    about_practices,
    about_runs,
    about_sessions,
)
from pool.services.messages.telling import Table, Telling, always_true, complete

TOLD: Table = {
    events.OfferSent: Telling(about_offers.sent, {"offer_sent": about_offers.none_open}),
    events.OfferWithdrawn: Telling(about_offers.withdrawn, {"offer_withdrawn": about_offers.never_heard_of}),
    events.OfferExpired: Telling(about_offers.expired, {"offer_expired": about_offers.never_heard_of}),
    events.BookingMade: Telling(
        about_bookings.booking_made,
        {
            "booking_made_clinician": about_bookings.not_coming_up,
            "booking_made_practice": about_bookings.not_coming_up,
        },
    ),
    events.BookingCancelled: Telling(
        about_cancellations.booking_cancelled,
        {
            "booking_cancelled_clinician": always_true,
            "booking_cancelled_practice": always_true,
            "cover_needed": about_cancellations.cover_not_needed,
        },
    ),
    events.ClinicianMissed: Telling(about_bookings.clinician_missed, {"clinician_missed": always_true}),
    events.SessionWithdrawn: Telling(about_sessions.withdrawn, {"session_withdrawn": always_true}),
    events.ChangeProposed: Telling(
        about_changes.proposed,
        {"change_proposed": about_changes.answered, "change_proposed_for_you": about_changes.answered},
    ),
    events.ChangeAccepted: Telling(
        about_changes.accepted,
        {
            "change_accepted_clinician": about_changes.booking_ended,
            "change_accepted_practice": about_changes.booking_ended,
        },
    ),
    events.ChangeDeclined: Telling(
        about_changes.declined,
        {"change_declined": about_changes.booking_ended, "change_declined_manager": about_changes.booking_ended},
    ),
    events.ChangeWithdrawn: Telling(about_changes.withdrawn, {"change_withdrawn": about_changes.pointless_to_withdraw}),
    events.HoursDue: Telling(about_hours.hours_due, {"hours_due": about_hours.hours_known}),
    events.TimesheetSubmitted: Telling(about_hours.hours_to_confirm, {"hours_to_confirm": about_hours.hours_answered}),
    events.TimesheetQueried: Telling(about_hours.hours_queried, {"hours_queried": about_hours.query_answered}),
    events.TimesheetConfirmed: Telling(
        about_invoices.details_needed, {"payment_details_needed": about_invoices.details_complete}
    ),
    events.DisputeCountered: Telling(about_hours.dispute_countered, {"dispute_countered": about_hours.turn_is_over}),
    events.DisputeEscalated: Telling(
        about_hours.dispute_escalated,
        {
            "dispute_to_decide": about_hours.decided,
            "dispute_escalated_clinician": about_hours.decided,
            "dispute_escalated_practice": about_hours.decided,
        },
    ),
    events.DisputeSettled: Telling(about_hours.dispute_settled, {"dispute_settled": always_true}),
    events.DisputeDecided: Telling(
        about_hours.dispute_decided,
        {"dispute_decided_clinician": always_true, "dispute_decided_practice": always_true},
    ),
    events.CreditAsked: Telling(about_credit_notes.credit_asked, {"credit_asked": about_credit_notes.decided}),
    events.CreditRefused: Telling(about_credit_notes.credit_refused, {"credit_refused": always_true}),
    events.InvoiceRendered: Telling(
        about_invoices.document_ready,
        {
            "invoice_ready_practice": about_invoices.not_owed,
            "invoice_ready_clinician": about_invoices.not_owed,
            "credit_note_practice": always_true,
            "credit_note_clinician": always_true,
        },
    ),
    events.InvoiceNotDrawn: Telling(
        about_invoices.not_drawn,
        {"invoice_not_drawn_manager": about_invoices.drawn, "invoice_not_drawn": about_invoices.drawn},
    ),
    events.InvoicePaid: Telling(about_invoices.paid, {"invoice_paid": about_invoices.not_paid}),
    events.InvoiceReminded: Telling(about_payments.reminded, {"invoice_late": about_invoices.not_owed}),
    events.LedgerChecked: Telling(about_payments.ledger_checked, {"ledger_wrong": about_payments.books_agree}),
    events.DeterminationIssued: Telling(about_company_status.issued, {"status_issued": about_company_status.replaced}),
    events.DeterminationDisagreed: Telling(
        about_company_status.disagreed, {"status_disagreed": about_company_status.answered_or_replaced}
    ),
    events.DeterminationAnswered: Telling(
        about_company_status.answered, {"status_answered": about_company_status.replaced}
    ),
    events.FormAPrepared: Telling(about_pension.to_declare, {"form_a_to_declare": about_pension.declared}),
    events.FormADeclared: Telling(about_pension.to_sign, {"form_a_to_sign": about_pension.not_to_sign}),
    events.FormASigned: Telling(about_pension.signed, {"form_a_signed": about_pension.submitted}),
    events.FormAAtRisk: Telling(
        about_pension.at_risk,
        {
            "form_a_at_risk": about_pension.submitted,
            "form_a_at_risk_practice": about_pension.not_to_sign,
            "form_a_at_risk_manager": about_pension.submitted,
        },
    ),
    events.FormBDue: Telling(about_pension.month_due, {"form_b_due": about_pension.month_submitted}),
    events.SoloFormDue: Telling(about_pension.year_due, {"solo_form_due": always_true}),
    events.RunFailed: Telling(about_runs.failed, {"run_failed": about_runs.made_again}),
    events.PracticesClosed: Telling(about_practices.closed, {"practices_closed": about_practices.open_again}),
    events.SignInLinkAsked: Telling(about_people.sign_in_link, {"sign_in_link": about_people.link_is_dead}),
    events.AddressChangeAsked: Telling(
        about_people.address_change,
        {"new_address": about_people.link_is_dead, "corrected_address": about_people.link_is_dead},
    ),
    events.SignInChanged: Telling(about_people.sign_in_changed, {"sign_in_changed": always_true}),
    events.PersonInvited: Telling(about_people.invited, {"invited": about_people.role_ended}),
    events.FactorResetAsked: Telling(about_people.factor_reset_asked, {"factor_reset_asked": about_people.reset_done}),
    events.PersonCorrected: Telling(about_people.person_corrected, {"person_corrected": always_true}),
    events.AccountChanged: Telling(about_people.account_changed, {"account_changed": always_true}),
}
"""The events that people are told about."""

UNTOLD = frozenset(
    {
        events.AdjustmentAccepted,
        events.AdjustmentDismissed,
        events.AdjustmentProposed,
        events.AdjustmentsLookedFor,
        events.AvailabilityChanged,
        events.BankFileImported,
        events.ChangeLapsed,
        events.ChargesAgreed,
        events.ClinicianChanged,
        events.CreditApproved,
        events.DisputeOpened,
        events.FigureRecorded,
        events.FormAWithdrawn,
        events.FormBPaid,
        events.FormBSubmitted,
        events.InvitationAnswered,
        events.InvoiceIssued,
        events.InvoiceReopened,
        events.OfferAskedFor,
        events.OfferCorrected,
        events.OfferDeclined,
        events.PaymentListTaken,
        events.PaymentRecorded,
        events.PaymentUndone,
        events.PayrollTaken,
        events.PensionProfileChanged,
        events.PersonSignedIn,
        events.PoolFounded,
        events.PoolPolicyChanged,
        events.PracticeChanged,
        events.PracticesImported,
        events.ProposalDropped,
        events.ProposalReplaced,
        events.RoleEnded,
        events.RunPublished,
        events.RunRequested,
        events.RunStopAsked,
        events.RunStopped,
        events.SessionChanged,
        events.SessionLapsed,
        events.SessionPosted,
        events.SessionReopened,
        events.SignInRefused,
        events.TierChosen,
        events.WaveReleased,
    }
)
"""The events that nobody is told about: they are for the audit trail, or other work follows (workers/handlers.py)."""

complete(TOLD, UNTOLD)

BY_NAME = {event.__name__: telling for event, telling in TOLD.items()}
"""The same table by the names under which events stand in the outbox."""
