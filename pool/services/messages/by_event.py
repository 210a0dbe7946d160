"""Who is told what when something has happened: one function for each event, and a table of them.

Each looks at the rows first: an e-mail about an offer that is closed already is not written any more. It is asked when the
event has happened and once more when the e-mail goes out, so it never relies on being asked at once. To add one, add
a function here, two files in templates/messages/ and a golden copy in tests/messages/golden/.
"""

from collections.abc import Callable
from typing import Any

from pool import formats
from pool.catalogue import CANCEL_REASONS
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.invoice import Invoice
from pool.models.match_run import MatchRun
from pool.models.session import PracticeSession
from pool.services.billing import invoice_document, sellers
from pool.services.messages import (
    about_cancellations,
    about_changes,
    about_company_status,
    about_credit_notes,
    about_hours,
    about_offers,
    about_payments,
    about_pension,
    about_people,
    about_practices,
    session_facts,
)
from pool.services.messages.recipients import Facts, Letter, News, to_managers, to_person, to_practice

Writer = Callable[[News], list[Letter]]


def booking_made(news: News) -> list[Letter]:
    """Both sides get the same facts and the link to the full terms."""
    booking = news.row(Booking, "booking_id")
    if booking.state != "accepted":
        return []
    facts = session_facts.of_terms(booking.terms)
    own = facts | {"link": news.head.page("diary.show", booking_id=booking.id)}
    page = news.head.page("sessions.show", session_id=booking.session_id)
    theirs = facts | {"link": page, "phone": booking.clinician.person.phone}
    return [
        *to_person("booking_made_clinician", booking.clinician.person, own),
        *to_practice(news, "booking_made_practice", booking.practice, theirs),
    ]


def clinician_missed(news: News) -> list[Letter]:
    """Whoever is said not to have come hears it and can say otherwise."""
    booking = news.row(Booking, "booking_id")
    facts = session_facts.of_terms(booking.terms) | {"link": news.head.page("diary.show", booking_id=booking.id)}
    return to_person("clinician_missed", booking.clinician.person, facts)


def session_withdrawn(news: News) -> list[Letter]:
    """The practice gets it in writing that nobody is asked any more."""
    session = news.row(PracticeSession, "session_id")
    facts = session_facts.of_session(session) | {
        "reason": CANCEL_REASONS.get(news.data["reason"], news.data["reason"]),
        "link": news.head.page("sessions.show", session_id=session.id),
    }
    return to_practice(news, "session_withdrawn", session.practice, facts)


def hours_confirmed(news: News) -> list[Letter]:
    """Usually the invoice speaks for itself; a seller without payment details is asked for them."""
    booking = news.row(Booking, "booking_id")
    seller = sellers.of_booking(news.work, booking)
    gaps = sellers.missing(seller)
    if not gaps:
        return []
    facts = session_facts.of_terms(booking.terms) | {"gaps": gaps}
    if seller.kind == "host":
        return to_managers(news, "payment_details_needed", facts | {"link": news.head.page("sellers.edit_host")})
    own = facts | {"link": news.head.page("sellers.edit_own")}
    return to_person("payment_details_needed", booking.clinician.person, own)


def invoice_ready(news: News) -> list[Letter]:
    """Once the PDF is there: to whoever pays, and to the clinician whose invoice it is."""
    invoice = news.row(Invoice, "invoice_id")
    facts, name = invoice_facts(news, invoice), "credit_note" if invoice.is_credit else "invoice_ready"
    return [*to_payers(news, f"{name}_practice", invoice, facts), *to_seller(news, f"{name}_clinician", invoice, facts)]


def invoice_paid(news: News) -> list[Letter]:
    """The clinician hears that the money is on its way."""
    invoice = news.row(Invoice, "invoice_id")
    paid_on = formats.full_day(invoice.paid_on) if invoice.paid_on else ""
    return to_seller(news, "invoice_paid", invoice, invoice_facts(news, invoice) | {"paid_on": paid_on})


def to_payers(news: News, template: str, invoice: Invoice, facts: Facts) -> list[Letter]:
    """The practice's address for invoices when it has one, its managers otherwise."""
    address = invoice.buyer_copy["email"]
    if address:
        return [Letter(template, invoice.buyer_copy["name"], address, facts)]
    return to_practice(news, template, invoice.practice, facts)


def to_seller(news: News, template: str, invoice: Invoice, facts: Facts) -> list[Letter]:
    """To the clinician, when the invoice is theirs."""
    if invoice.clinician_id is None:
        return []
    return to_person(template, news.work.get(Clinician, invoice.clinician_id).person, facts)


def invoice_facts(news: News, invoice: Invoice) -> dict[str, Any]:
    """What the e-mail repeats from the document; the account itself is only on the document."""
    return {
        "number": invoice.number,
        "total": str(invoice.total),
        "due_on": formats.full_day(invoice.due_on) if invoice.due_on else "",
        "seller": invoice.seller_copy["name"],
        "place": invoice.buyer_copy["name"],
        "supplied_on": invoice_document.period(invoice) or formats.full_day(invoice.lines[0].supplied_on),
        "about": invoice_document.about(invoice),
        "link": news.head.page("invoices.show", invoice_id=invoice.id),
    }


def run_failed(news: News) -> list[Letter]:
    """The manager learns that nobody was matched, and what to do."""
    run = news.row(MatchRun, "run_id")
    facts = {
        "first_day": formats.full_day(run.first_day),
        "last_day": formats.full_day(run.last_day),
        "reason": news.data["reason"],
        "link": news.head.page("match_runs.show", run_id=run.id),
    }
    return to_managers(news, "run_failed", facts)


WRITERS: dict[str, Writer] = {
    "OfferSent": about_offers.sent,
    "OfferWithdrawn": about_offers.withdrawn,
    "OfferExpired": about_offers.expired,
    "BookingMade": booking_made,
    "BookingCancelled": about_cancellations.booking_cancelled,
    "ChangeProposed": about_changes.proposed,
    "ChangeAccepted": about_changes.accepted,
    "ChangeDeclined": about_changes.declined,
    "ChangeWithdrawn": about_changes.withdrawn,
    "ClinicianMissed": clinician_missed,
    "SessionWithdrawn": session_withdrawn,
    "HoursDue": about_hours.hours_due,
    "TimesheetSubmitted": about_hours.hours_to_confirm,
    "TimesheetQueried": about_hours.hours_queried,
    "DisputeCountered": about_hours.dispute_countered,
    "DisputeEscalated": about_hours.dispute_escalated,
    "DisputeSettled": about_hours.dispute_settled,
    "DisputeDecided": about_hours.dispute_decided,
    "TimesheetConfirmed": hours_confirmed,
    "CreditAsked": about_credit_notes.credit_asked,
    "CreditRefused": about_credit_notes.credit_refused,
    "InvoiceRendered": invoice_ready,
    "InvoicePaid": invoice_paid,
    "DeterminationIssued": about_company_status.issued,
    "DeterminationDisagreed": about_company_status.disagreed,
    "DeterminationAnswered": about_company_status.answered,
    "FormAPrepared": about_pension.to_declare,
    "FormADeclared": about_pension.to_sign,
    "FormASigned": about_pension.signed,
    "FormAAtRisk": about_pension.at_risk,
    "FormBDue": about_pension.month_due,
    "SoloFormDue": about_pension.year_due,
    "InvoiceNotDrawn": about_payments.not_drawn,
    "InvoiceReminded": about_payments.reminded,
    "LedgerChecked": about_payments.ledger_checked,
    "RunFailed": run_failed,
    "PracticesClosed": about_practices.closed,
    "SignInLinkAsked": about_people.sign_in_link,
    "SignInChanged": about_people.sign_in_changed,
    "PersonInvited": about_people.invited,
    "FactorResetAsked": about_people.factor_reset_asked,
    "PersonCorrected": about_people.person_corrected,
    "AccountChanged": about_people.account_changed,
    "AddressChangeAsked": about_people.address_change,
}
"""The events that somebody is told about."""
