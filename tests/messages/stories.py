"""What happens in the world of conftest.py so that people are told, one story for each e-mail or more."""

from datetime import date, time, timedelta
from decimal import Decimal

from pool import clock
from pool.actor import Actor
from pool.events import (
    AccountChanged,
    FactorResetAsked,
    FormAAtRisk,
    FormBDue,
    HoursDue,
    InvoiceNotDrawn,
    LedgerChecked,
    PersonCorrected,
    PersonInvited,
    PracticesClosed,
    RunFailed,
    SignInChanged,
    SoloFormDue,
)
from pool.models.clinician import Clinician
from pool.models.dispute import Dispute
from pool.models.factor_reset import FactorReset
from pool.models.invoice import Invoice
from pool.models.match_run import MatchRun
from pool.models.person import Person
from pool.models.practice import Organisation
from pool.money import Money
from pool.permissions import CLINICIAN, MANAGER, PRACTICE, SYSTEM
from pool.rules.claims import Proposal
from pool.rules.off_payroll import INSIDE
from pool.services.billing import credit_notes, sellers
from pool.services.bookings import cancelling, offers, proposed_changes
from pool.services.clinicians import clinician_records, company_status
from pool.services.hours import disputes
from pool.services.payments import payments, reminders
from pool.services.people import corrected_facts, own_address, sign_in
from pool.services.sessions import posting
from tests import builders
from tests.builders import working_as
from tests.dispute_builders import a_dispute, full_hours
from tests.dispute_builders import acting as side
from tests.invoice_builders import confirmed_hours, drawn, issued
from tests.money_builders import a_determination
from tests.pension_builders import declared, invoiced, pensioned_work, prepared, signed, with_pension

THURSDAY = date(2026, 5, 14)
LAST_FRIDAY = date(2026, 5, 1)


def a_session(world):
    """Ten days ahead."""
    return builders.a_session(world.practice, on=THURSDAY, notes="Baby clinic next door until ten.")


def an_offer(world):
    """To Dr Finch."""
    return builders.an_offer(a_session(world), world.clinician)


def a_booking(world):
    """Dr Finch has accepted."""
    return builders.a_booking(an_offer(world))


def a_past_booking(world):
    """Dr Finch has worked last Friday."""
    return builders.a_booking(session=builders.a_session(world.practice, on=LAST_FRIDAY), clinician=world.clinician)


def acting(world, role):
    """One of the people of the world."""
    own = {
        PRACTICE: {"practice_id": world.practice.id},
        CLINICIAN: {"clinician_ids": (world.clinician.id,)},
        MANAGER: {},
        SYSTEM: {},
    }
    return working_as(Actor(role=role, pool_ids=(world.pool.id,), **own[role]))


def cancelled_by(world, role, reason, **how):
    """A booking that somebody calls off."""
    booking = a_booking(world)
    with acting(world, role) as work:
        cancelling.cancel(work, booking.id, reason, **how)


def change_proposed_by(world, role):
    """A booking for which somebody proposes other times and another fee."""
    booking = a_booking(world)
    with acting(world, role) as work:
        details = {name: getattr(booking.session, name) for name in proposed_changes.PROPOSED}
        later = details | {"starts": time(9), "ends": time(13), "fee": Money(42000)}
        return proposed_changes.propose(work, booking.id, booking.terms_hash, later).id


def change_answered(world, proposer, answerer, how):
    """Somebody answers it, or takes it back."""
    change_id = change_proposed_by(world, proposer)
    with acting(world, answerer) as work:
        how(work, change_id)


def rang_to_cancel(world):
    """A clinician who told the pool manager by phone."""
    booking = a_booking(world)
    with working_as(builders.actor_of(world.pool_manager)) as work:
        cancelling.cancel(work, booking.id, "travel", by_phone=True)


def offer_sent(world):
    an_offer(world)


def offer_withdrawn(world):
    offer = an_offer(world)
    with acting(world, SYSTEM) as work:
        offers.withdraw(work, offer.id, "taken")


def offer_expired(world):
    offer = an_offer(world)
    with working_as(world.everybody, now=offer.expires_at) as work:
        offers.expire(work, offer.id, offer.session_id)


def session_withdrawn(world):
    session = a_session(world)
    with acting(world, PRACTICE) as work:
        posting.withdraw(work, session.id, "not_needed")


def clinician_missed(world):
    booking = a_past_booking(world)
    with acting(world, PRACTICE) as work:
        cancelling.miss(work, booking.id)


def hours_due(world):
    booking = a_past_booking(world)
    with acting(world, SYSTEM) as work:
        work.record(HoursDue(booking.id, booking.session_id, booking.clinician_id))


def hours_sent(world):
    full_hours(a_past_booking(world))


def hours_queried(world):
    return a_dispute(full_hours(a_past_booking(world)), words="We have you leaving at 12:50")


def answered(dispute, role, do, *args):
    """One side answers the last round."""
    with working_as(side(role, dispute)) as work:
        do(work, dispute.id, builders.read(Dispute, dispute.id).rounds_written, *args)
    return dispute


def dispute_countered(world):
    return answered(
        hours_queried(world), CLINICIAN, disputes.counter, Proposal(Decimal(20)), "The last one left at 13:00"
    )


def dispute_escalated(world):
    return answered(dispute_countered(world), PRACTICE, disputes.escalate, "The door log says 12:50")


def dispute_left_alone(world):
    dispute = hours_queried(world)
    with working_as(world.everybody, now=dispute.answer_by) as work:
        disputes.pass_on_silent(work)


def dispute_settled(world):
    answered(dispute_countered(world), PRACTICE, disputes.accept)


def dispute_decided(world):
    answered(dispute_escalated(world), MANAGER, disputes.decide, Money(1000), "Both notes are plausible: half of it.")


def hours_confirmed_without_account(world):
    world.clinician = builders.a_clinician(world.pool, name="Dr Kim Heron")
    confirmed_hours(world.practice, world.clinician, on=LAST_FRIDAY)


def an_invoice(world):
    """The invoice of last Friday, its number fixed for the copy."""
    return issued(confirmed_hours(world.practice, world.clinician, on=LAST_FRIDAY))


def invoice_drawn(world):
    drawn(an_invoice(world))


def invoice_paid(world):
    invoice = an_invoice(world)
    with acting(world, PRACTICE) as work:
        payments.settle(work, invoice.id, clock.today())


def credit_asked(world):
    invoice = an_invoice(world)
    with working_as(builders.actor_of(world.practice_manager)) as work:
        (line,) = work.get(Invoice, invoice.id).lines
        return credit_notes.ask(work, invoice.id, "The session was on Thursday.", {line.id: Money(5700)}).id


def credit_refused(world):
    request_id = credit_asked(world)
    with working_as(builders.actor_of(world.pool_manager)) as work:
        credit_notes.refuse(work, request_id, "The hours say Friday, and you confirmed them.")


def credit_note_drawn(world):
    request_id = credit_asked(world)
    with working_as(builders.actor_of(world.pool_manager)) as work:
        note_id = credit_notes.approve(work, request_id).id
    drawn(builders.read(Invoice, note_id))


def a_company(world):
    """Dr Finch works through a company from now on."""
    with acting(world, SYSTEM) as work:
        clinician_records.engage(work, work.get(Clinician, world.clinician.id), "limited_company", LAST_FRIDAY)


def status_issued(world):
    a_company(world)
    return a_determination(world.practice, world.clinician, INSIDE, review_on=date(2027, 3, 31))


def status_disagreed(world):
    row = status_issued(world)
    with acting(world, CLINICIAN) as work:
        company_status.disagree(work, row.id, "I send a substitute whenever I like.")
    return row


def status_answered(world):
    row = status_disagreed(world)
    with acting(world, PRACTICE) as work:
        company_status.uphold(work, row.id, "A substitute has to be agreed with us.")


def a_pension_form(world):
    """Form A of last Friday's work, its invoice's number fixed for the copy."""
    with_pension(world.clinician)
    return prepared(invoiced(pensioned_work(world.practice, world.clinician, on=LAST_FRIDAY)))


def a_declared_form(world):
    return declared(a_pension_form(world), world.clinician)


def a_signed_pension_form(world):
    return signed(a_declared_form(world), world.practice, paid_on=clock.today())


def form_a_at_risk(world):
    form = a_declared_form(world)
    with acting(world, SYSTEM) as work:
        work.record(FormAAtRisk(form.id, 56))


def form_b_due(world):
    form = a_signed_pension_form(world)
    with acting(world, SYSTEM) as work:
        work.record(FormBDue(form.clinician_id, "2026-05-01"))


def solo_form_due(world):
    with acting(world, SYSTEM) as work:
        work.record(SoloFormDue(world.clinician.id, 2025))


def invoice_late(world):
    invoice = an_invoice(world)
    with working_as(world.everybody, now=clock.now() + timedelta(days=50)) as work:
        reminders.remind_due(work)
    return invoice


def ledger_wrong(world):
    with acting(world, SYSTEM) as work:
        first = "JAYF-2026-0001: the ledger says £357.00 is owed, the documents say £356.00."
        work.record(LedgerChecked(world.pool.id, 2, first))


def not_drawn(world):
    invoice = an_invoice(world)
    with acting(world, SYSTEM) as work:
        work.record(InvoiceNotDrawn(invoice.id, "DocumentError: the text could not be displayed"))
    return invoice


def practices_closed(world):
    an_offer(world)
    with acting(world, SYSTEM) as work:
        organisation = work.get(Organisation, world.practice.organisation_id)
        organisation.ods_code, organisation.active, organisation.closed_on = "D82003", False, date(2026, 5, 31)
        work.record(PracticesClosed("epraccur.csv", [str(world.practice.id)]))


def run_failed(world):
    with acting(world, SYSTEM) as work:
        run = MatchRun(
            state="pending", first_day=THURSDAY, last_day=THURSDAY + timedelta(days=27), requested_at=work.now
        )
        work.add(run)
        work.record(RunFailed(run.id, "It was started 5 times and its worker stopped each time."))


def link_asked(world):
    actor = Actor(role="anonymous", pool_ids=(world.pool.id,), person_id=world.clinician.person_id)
    with working_as(actor) as work:
        sign_in.ask_link(work, world.clinician.person_id, "browser", "/")


def sign_in_changed(world):
    with acting(world, SYSTEM) as work:
        work.record(SignInChanged(world.practice_manager.id, "password"))


def invited(world):
    with acting(world, SYSTEM) as work:
        work.record(PersonInvited(world.practice_manager.id, PRACTICE))


def factor_reset_asked(world):
    elsewhere = builders.a_pool("Another Pool")
    asked = {
        "person_id": world.practice_manager.id,
        "asked_by_id": world.pool_manager.id,
        "asked_from_id": elsewhere.id,
    }
    with acting(world, SYSTEM) as work:
        work.add(FactorReset(pool_id=world.pool.id, asked_at=work.now, **asked))
        work.record(FactorResetAsked(world.practice_manager.id, elsewhere.id))


def person_corrected(world):
    with acting(world, SYSTEM) as work:
        work.record(PersonCorrected(world.practice_manager.id, ""))


def account_changed(world):
    with acting(world, SYSTEM) as work:
        seller = sellers.ensure_clinician(work, work.get(Clinician, world.clinician.id))
        work.store.flush()
        work.record(AccountChanged(seller.id, "678", "321"))


def address_change_asked(world):
    actor = Actor(role="anonymous", pool_ids=(world.pool.id,), person_id=world.clinician.person_id)
    with working_as(actor) as work:
        own_address.ask(work, world.clinician.person_id, "browser", "new@demo.example")


def address_corrected(world):
    with acting(world, SYSTEM) as work:
        corrected_facts.ask_owner(work, work.get(Person, world.clinician.person_id), "new@demo.example")


def address_of_another(world):
    builders.a_member(
        MANAGER, builders.a_pool().id, person=builders.a_person("Somebody Else", email="new@demo.example")
    )
    address_corrected(world)


STORIES = {
    "offer_sent": (offer_sent, "OfferSent", ["offer_sent"]),
    "offer_withdrawn": (offer_withdrawn, "OfferWithdrawn", ["offer_withdrawn"]),
    "offer_expired": (offer_expired, "OfferExpired", ["offer_expired"]),
    "booking_made": (a_booking, "BookingMade", ["booking_made_clinician", "booking_made_practice"]),
    "cancelled_by_clinician": (
        lambda world: cancelled_by(world, CLINICIAN, "ill"),
        "BookingCancelled",
        ["booking_cancelled_clinician", "booking_cancelled_practice", "cover_needed"],
    ),
    "cancelled_by_phone": (
        rang_to_cancel,
        "BookingCancelled",
        ["booking_cancelled_clinician", "booking_cancelled_practice", "cover_needed"],
    ),
    "cancelled_by_practice": (
        lambda world: cancelled_by(world, PRACTICE, "not_needed", still_needed=False),
        "BookingCancelled",
        ["booking_cancelled_clinician", "booking_cancelled_practice"],
    ),
    "cancelled_by_pool": (
        lambda world: cancelled_by(world, MANAGER, "mistake"),
        "BookingCancelled",
        ["booking_cancelled_clinician", "booking_cancelled_practice", "cover_needed"],
    ),
    "change_proposed_by_practice": (
        lambda world: change_proposed_by(world, PRACTICE),
        "ChangeProposed",
        ["change_proposed"],
    ),
    "change_proposed_by_clinician": (
        lambda world: change_proposed_by(world, CLINICIAN),
        "ChangeProposed",
        ["change_proposed"],
    ),
    "change_proposed_by_pool": (
        lambda world: change_proposed_by(world, MANAGER),
        "ChangeProposed",
        ["change_proposed", "change_proposed_for_you"],
    ),
    "change_accepted": (
        lambda world: change_answered(world, PRACTICE, CLINICIAN, proposed_changes.accept),
        "ChangeAccepted",
        ["change_accepted_clinician", "change_accepted_practice"],
    ),
    "change_declined": (
        lambda world: change_answered(world, PRACTICE, CLINICIAN, proposed_changes.decline),
        "ChangeDeclined",
        ["change_declined"],
    ),
    "change_of_pool_declined": (
        lambda world: change_answered(world, MANAGER, CLINICIAN, proposed_changes.decline),
        "ChangeDeclined",
        ["change_declined", "change_declined_manager"],
    ),
    "change_of_clinician_declined": (
        lambda world: change_answered(world, CLINICIAN, PRACTICE, proposed_changes.decline),
        "ChangeDeclined",
        ["change_declined"],
    ),
    "change_withdrawn": (
        lambda world: change_answered(world, CLINICIAN, CLINICIAN, proposed_changes.withdraw),
        "ChangeWithdrawn",
        ["change_withdrawn"],
    ),
    "change_of_practice_withdrawn": (
        lambda world: change_answered(world, PRACTICE, PRACTICE, proposed_changes.withdraw),
        "ChangeWithdrawn",
        ["change_withdrawn"],
    ),
    "clinician_missed": (clinician_missed, "ClinicianMissed", ["clinician_missed"]),
    "session_withdrawn": (session_withdrawn, "SessionWithdrawn", ["session_withdrawn"]),
    "hours_due": (hours_due, "HoursDue", ["hours_due"]),
    "hours_to_confirm": (hours_sent, "TimesheetSubmitted", ["hours_to_confirm"]),
    "hours_queried": (hours_queried, "TimesheetQueried", ["hours_queried"]),
    "dispute_countered": (dispute_countered, "DisputeCountered", ["dispute_countered"]),
    "dispute_escalated": (
        dispute_escalated,
        "DisputeEscalated",
        ["dispute_escalated_clinician", "dispute_escalated_practice", "dispute_to_decide"],
    ),
    "dispute_left_alone": (
        dispute_left_alone,
        "DisputeEscalated",
        ["dispute_escalated_clinician", "dispute_escalated_practice", "dispute_to_decide"],
    ),
    "dispute_settled": (dispute_settled, "DisputeSettled", ["dispute_settled"]),
    "dispute_decided": (dispute_decided, "DisputeDecided", ["dispute_decided_clinician", "dispute_decided_practice"]),
    "payment_details_needed": (hours_confirmed_without_account, "TimesheetConfirmed", ["payment_details_needed"]),
    "invoice_ready": (invoice_drawn, "InvoiceRendered", ["invoice_ready_clinician", "invoice_ready_practice"]),
    "credit_asked": (credit_asked, "CreditAsked", ["credit_asked"]),
    "credit_refused": (credit_refused, "CreditRefused", ["credit_refused"]),
    "credit_note": (credit_note_drawn, "InvoiceRendered", ["credit_note_clinician", "credit_note_practice"]),
    "invoice_paid": (invoice_paid, "InvoicePaid", ["invoice_paid"]),
    "status_issued": (status_issued, "DeterminationIssued", ["status_issued"]),
    "status_disagreed": (status_disagreed, "DeterminationDisagreed", ["status_disagreed"]),
    "status_answered": (status_answered, "DeterminationAnswered", ["status_answered"]),
    "form_a_to_declare": (a_pension_form, "FormAPrepared", ["form_a_to_declare"]),
    "form_a_to_sign": (a_declared_form, "FormADeclared", ["form_a_to_sign"]),
    "form_a_signed": (a_signed_pension_form, "FormASigned", ["form_a_signed"]),
    "form_a_at_risk": (
        form_a_at_risk,
        "FormAAtRisk",
        ["form_a_at_risk", "form_a_at_risk_manager", "form_a_at_risk_practice"],
    ),
    "form_b_due": (form_b_due, "FormBDue", ["form_b_due"]),
    "solo_form_due": (solo_form_due, "SoloFormDue", ["solo_form_due"]),
    "invoice_late": (invoice_late, "InvoiceReminded", ["invoice_late"]),
    "ledger_wrong": (ledger_wrong, "LedgerChecked", ["ledger_wrong"]),
    "invoice_not_drawn": (not_drawn, "InvoiceNotDrawn", ["invoice_not_drawn", "invoice_not_drawn_manager"]),
    "run_failed": (run_failed, "RunFailed", ["run_failed"]),
    "practices_closed": (practices_closed, "PracticesClosed", ["practices_closed"]),
    "sign_in_link": (link_asked, "SignInLinkAsked", ["sign_in_link"]),
    "sign_in_changed": (sign_in_changed, "SignInChanged", ["sign_in_changed"]),
    "factor_reset_asked": (factor_reset_asked, "FactorResetAsked", ["factor_reset_asked"]),
    "person_corrected": (person_corrected, "PersonCorrected", ["person_corrected"]),
    "account_changed": (account_changed, "AccountChanged", ["account_changed"]),
    "new_address": (address_change_asked, "AddressChangeAsked", ["new_address"]),
    "corrected_address": (address_corrected, "AddressChangeAsked", ["corrected_address"]),
    "address_of_another": (address_of_another, "AddressChangeAsked", ["corrected_address"]),
    "invited": (invited, "PersonInvited", ["invited"]),
}
"""What happens, the event it leads to, and the e-mails that follow."""
