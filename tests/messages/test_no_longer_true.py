"""What waited is looked at again right before it is sent: for each template, what makes its message untrue."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from pool.events import LedgerChecked
from pool.lifecycle import FORM_A, advance
from pool.models.factor_reset import FactorReset
from pool.models.form_a import FormA
from pool.models.invoice import Invoice
from pool.models.match_run import MatchRun
from pool.models.message import Message
from pool.models.outbox import OutboxMessage
from pool.models.payment import PaymentAllocation
from pool.models.person import Membership, SignInLink
from pool.models.practice import Organisation
from pool.money import Money
from pool.permissions import CLINICIAN, MANAGER, PRACTICE, SYSTEM
from pool.rules.off_payroll import INSIDE
from pool.services.billing import credit_notes, sellers
from pool.services.bookings import cancelling, offers, proposed_changes
from pool.services.clinicians import company_status
from pool.services.hours import disputes, timesheets
from pool.services.messages import delivery
from pool.services.messages.by_event import TOLD
from pool.services.messages.telling import always_true
from pool.services.payments import payments
from pool.services.pension import forms_b
from pool.services.sessions import posting
from tests import builders
from tests.builders import working_as
from tests.invoice_builders import CLINICIAN_ACCOUNT, drawn
from tests.messages.stories import STORIES, acting, answered
from tests.money_builders import a_determination
from tests.pension_builders import as_clinician, declared, signed
from workers import messages as sending

FIVE_MINUTES = timedelta(minutes=5)


def offer_taken(world, data):
    with acting(world, SYSTEM) as work:
        offers.withdraw(work, UUID(data["offer_id"]), "taken")


def never_announced(world, data):
    """The relay has handled the offer when it was closed already, so nobody was told of it."""
    with working_as(world.everybody) as work:
        work.store.execute(update(OutboxMessage).where(OutboxMessage.name == "OfferSent").values(done_at=work.now))


def booking_cancelled(world, data):
    with acting(world, PRACTICE) as work:
        cancelling.cancel(work, UUID(data["booking_id"]), "not_needed", still_needed=False)


def session_withdrawn(world, data):
    with acting(world, PRACTICE) as work:
        posting.withdraw(work, UUID(data["session_id"]), "not_needed")


def change_accepted(world, data):
    with acting(world, CLINICIAN) as work:
        proposed_changes.accept(work, UUID(data["change_id"]))


def hours_sent(world, data):
    with acting(world, CLINICIAN) as work:
        timesheets.submit_as_booked(work, UUID(data["booking_id"]))


def hours_confirmed(world, data):
    with acting(world, PRACTICE) as work:
        timesheets.confirm(work, UUID(data["timesheet_id"]))


def query_accepted(world, data):
    with working_as(world.everybody) as work:
        dispute_id = work.first(select(disputes.Dispute.id))
    answered(builders.read(disputes.Dispute, dispute_id), CLINICIAN, disputes.accept)


def dispute_accepted(world, data):
    answered(builders.read(disputes.Dispute, UUID(data["dispute_id"])), PRACTICE, disputes.accept)


def dispute_decided(world, data):
    dispute = builders.read(disputes.Dispute, UUID(data["dispute_id"]))
    answered(dispute, MANAGER, disputes.decide, Money(1000), "Half of it.")


def details_given(world, data):
    with acting(world, SYSTEM) as work:
        seller = sellers.ensure_clinician(work, work.get(type(world.clinician), world.clinician.id))
        sellers.save_details(work, seller, name="Dr Kim Heron", address=["3 Demo Lane"], **CLINICIAN_ACCOUNT)


def credit_refused(world, data):
    with working_as(builders.actor_of(world.pool_manager)) as work:
        credit_notes.refuse(work, UUID(data["request_id"]), "The hours say Friday.")


def invoice_settled(world, data):
    with acting(world, PRACTICE) as work:
        payments.settle(work, UUID(data["invoice_id"]), date(2026, 5, 4))


def payment_undone(world, data):
    with acting(world, PRACTICE) as work:
        on_it = select(PaymentAllocation.payment_id).where(PaymentAllocation.invoice_id == UUID(data["invoice_id"]))
        payments.undo(work, work.first(on_it), "The bank sent it back.")


def document_made(world, data):
    drawn(builders.read(Invoice, UUID(data["invoice_id"])))


def books_checked_again(world, data):
    with acting(world, SYSTEM) as work:
        work.record(LedgerChecked(world.pool.id, 0, ""))


def decided_anew(world, data):
    a_determination(world.practice, world.clinician, INSIDE, review_on=date(2027, 3, 31))


def disagreement_answered(world, data):
    with acting(world, PRACTICE) as work:
        company_status.uphold(work, UUID(data["determination_id"]), "A substitute has to be agreed with us.")


def form_declared(world, data):
    declared(builders.read(FormA, UUID(data["form_a_id"])), world.clinician)


def form_signed(world, data):
    signed(builders.read(FormA, UUID(data["form_a_id"])), world.practice, paid_on=date(2026, 5, 4))


def form_withdrawn(world, data):
    with working_as(world.everybody) as work:
        advance(FORM_A, work.get(FormA, UUID(data["form_a_id"]), lock=True), "withdraw")


def form_on_a_form_b(world, data):
    form_signed(world, data)
    month_sent(world, data)


def month_sent(world, data):
    with working_as(as_clinician(world.clinician)) as work:
        forms_b.submit(work, world.clinician.id, date(2026, 5, 1))


def run_published_since(world, data):
    with acting(world, SYSTEM) as work:
        failed = work.get(MatchRun, UUID(data["run_id"]))
        days = {"first_day": failed.first_day, "last_day": failed.last_day}
        work.add(MatchRun(state="published", requested_at=work.now, **days))


def practice_open_again(world, data):
    with acting(world, SYSTEM) as work:
        organisation = work.get(Organisation, world.practice.organisation_id)
        organisation.active, organisation.closed_on = True, None


def link_used(world, data):
    with acting(world, SYSTEM) as work:
        work.get(SignInLink, UUID(data["link_id"])).used_at = work.now


def role_ended(world, data):
    with acting(world, SYSTEM) as work:
        theirs = select(Membership).where(Membership.person_id == UUID(data["person_id"]))
        work.one(theirs).ended_at = work.now


def reset_confirmed(world, data):
    with acting(world, SYSTEM) as work:
        work.one(select(FactorReset)).closed_at = work.now


MEANWHILE = {
    "offer_sent": ("offer_sent", offer_taken, "The offer was withdrawn."),
    "offer_withdrawn": ("offer_withdrawn", never_announced, "never told"),
    "offer_expired": ("offer_expired", never_announced, "never told"),
    "booking_made_clinician": ("booking_made", booking_cancelled, "was cancelled"),
    "booking_made_practice": ("booking_made", booking_cancelled, "was cancelled"),
    "cover_needed": ("cancelled_by_clinician", session_withdrawn, "The session is withdrawn."),
    "change_proposed": ("change_proposed_by_practice", change_accepted, "was accepted"),
    "change_proposed_for_you": ("change_proposed_by_pool", change_accepted, "was accepted"),
    "change_accepted_clinician": ("change_accepted", booking_cancelled, "was cancelled"),
    "change_accepted_practice": ("change_accepted", booking_cancelled, "was cancelled"),
    "change_declined": ("change_declined", booking_cancelled, "was cancelled"),
    "change_declined_manager": ("change_of_pool_declined", booking_cancelled, "was cancelled"),
    "change_withdrawn": ("change_withdrawn", booking_cancelled, "was cancelled"),
    "hours_due": ("hours_due", hours_sent, "The hours were sent."),
    "hours_to_confirm": ("hours_to_confirm", hours_confirmed, "The hours are confirmed already."),
    "hours_queried": ("hours_queried", query_accepted, "has been answered"),
    "payment_details_needed": ("payment_details_needed", details_given, "are complete"),
    "dispute_countered": ("dispute_countered", dispute_accepted, "has answered"),
    "dispute_to_decide": ("dispute_escalated", dispute_decided, "is decided"),
    "dispute_escalated_clinician": ("dispute_escalated", dispute_decided, "is decided"),
    "dispute_escalated_practice": ("dispute_left_alone", dispute_decided, "is decided"),
    "credit_asked": ("credit_asked", credit_refused, "was refused"),
    "invoice_ready_practice": ("invoice_ready", invoice_settled, "is paid"),
    "invoice_ready_clinician": ("invoice_ready", invoice_settled, "is paid"),
    "invoice_not_drawn": ("invoice_not_drawn", document_made, "has been made"),
    "invoice_not_drawn_manager": ("invoice_not_drawn", document_made, "has been made"),
    "invoice_paid": ("invoice_paid", payment_undone, "does not count as paid"),
    "invoice_late": ("invoice_late", invoice_settled, "is paid"),
    "ledger_wrong": ("ledger_wrong", books_checked_again, "A later check"),
    "status_issued": ("status_issued", decided_anew, "A newer determination"),
    "status_disagreed": ("status_disagreed", disagreement_answered, "was answered"),
    "status_answered": ("status_answered", decided_anew, "A newer determination"),
    "form_a_to_declare": ("form_a_to_declare", form_declared, "is declared"),
    "form_a_to_sign": ("form_a_to_sign", form_signed, "is signed"),
    "form_a_signed": ("form_a_signed", month_sent, "a Form B that was sent"),
    "form_a_at_risk": ("form_a_at_risk", form_on_a_form_b, "a Form B that was sent"),
    "form_a_at_risk_practice": ("form_a_at_risk", form_signed, "is signed"),
    "form_a_at_risk_manager": ("form_a_at_risk", form_withdrawn, "is withdrawn"),
    "form_b_due": ("form_b_due", month_sent, "was sent"),
    "run_failed": ("run_failed", run_published_since, "A later run"),
    "practices_closed": ("practices_closed", practice_open_again, "open again"),
    "sign_in_link": ("sign_in_link", link_used, "was used"),
    "new_address": ("new_address", link_used, "was used"),
    "corrected_address": ("corrected_address", link_used, "was used"),
    "invited": ("invited", role_ended, "The role has ended"),
    "factor_reset_asked": ("factor_reset_asked", reset_confirmed, "has confirmed"),
}
"""Template to a story that leads to its message, what happens before it is sent, and a part of the reason."""


@pytest.fixture
def look_again(app, world):
    """Look at every message that is due, as the worker does right before it sends."""

    def look():
        channels = sending.channels_of(app.extensions["pool_config"])
        with working_as(world.everybody) as work:
            due = list(iter(lambda: delivery.take(work, channels), None))
        with app.app_context():
            return [fresh for outgoing in due if (fresh := sending.look_again(outgoing, channels))]

    return look


def messages_of(world, outbox_id):
    """The messages of an event by template."""
    with working_as(world.everybody) as work:
        rows = work.all(select(Message).where(Message.outbox_id == outbox_id))
        return {row.template: (row.state, row.failure) for row in rows}


@pytest.mark.parametrize("template", MEANWHILE)
def test_what_is_no_longer_true_is_superseded_with_its_reason(world, monday, look_again, template):
    """SMTP was down for a while: people are not told what is not so any more, and the manager sees why."""
    story, meanwhile, reason = MEANWHILE[template]
    happen, event, _ = STORIES[story]
    happen(world)
    assert template in {row.template for row in world.told(event)}
    outbox_id = world.happened(event)
    with working_as(world.everybody) as work:
        data = dict(work.get(OutboxMessage, outbox_id).data)
    monday.shift(FIVE_MINUTES)
    meanwhile(world, data)
    look_again()
    state, failure = messages_of(world, outbox_id)[template]
    assert state == "superseded"
    assert reason in failure


@pytest.mark.parametrize("story", STORIES)
def test_what_is_still_true_goes_out(world, monday, look_again, story):
    """Waiting alone makes nothing untrue."""
    happen, event, templates = STORIES[story]
    happen(world)
    world.told(event)
    monday.shift(FIVE_MINUTES)
    assert len(look_again()) == len(templates)


def test_a_change_that_nobody_heard_of_is_not_taken_back(world, monday, look_again):
    """The proposal was withdrawn before its own message went out."""
    happen, event, _ = STORIES["change_withdrawn"]
    happen(world)
    world.told(event)
    with working_as(world.everybody) as work:
        work.store.execute(update(OutboxMessage).where(OutboxMessage.name == "ChangeProposed").values(done_at=work.now))
    monday.shift(FIVE_MINUTES)
    look_again()
    assert messages_of(world, world.happened(event)) == {
        "change_withdrawn": ("superseded", "The other side was never told of the proposal.")
    }


def test_every_template_that_can_become_untrue_is_tried():
    """A new row needs its line above."""
    can = {
        template
        for telling in TOLD.values()
        for template, why_untrue in telling.templates.items()
        if why_untrue is not always_true
    }
    assert can == set(MEANWHILE)
