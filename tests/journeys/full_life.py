"""A pool in which everything there is exists in every state that people see, so that no page is looked at empty."""

from datetime import time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from pool import clock
from pool.actor import Actor
from pool.models.availability import AvailabilityDay
from pool.models.booking import Booking
from pool.models.invoice import Invoice
from pool.models.match_run import MatchRun
from pool.models.person import Person
from pool.models.pool import Pool
from pool.models.practice import Practice
from pool.money import Money
from pool.permissions import CLINICIAN, ICS, MANAGER, PRACTICE
from pool.rules.choice_words import reason
from pool.rules.paid import Paid
from pool.services.billing import credit_notes
from pool.services.bookings import cancelling, offers
from pool.services.hours import disputes
from pool.services.insight.rows_behind_kpis import FIGURES
from pool.services.payments import bank_imports, bank_lines, payments
from pool.services.people import roles
from pool.services.pools import practice_settings
from pool.services.sessions import posting
from tests import builders
from tests.builders import a_booking, a_session, a_timesheet, an_offer, next_week, working_as, yesterday
from tests.dispute_builders import a_dispute, acting, full_hours
from tests.invoice_builders import a_clinician_who_sells, a_host_that_sells, confirmed_hours, drawn, issued
from tests.journeys.life_of_rules import fill_rules
from tests.pension_builders import (
    a_signed_form,
    declared,
    invoiced,
    pensioned_work,
    prepared,
    submitted_forms,
    with_pension,
)
from tests.services.runs.test_run_leases import carried_through
from tests.workers.places import Market

Ids = dict[str, list[UUID]]

AFTERNOON = {"kind": "pm", "starts": time(14), "ends": time(18, 10)}


class Life(NamedTuple):
    """Who looks at pages, and the rows to look at: by the name of the argument, or of one endpoint alone."""

    people: dict[str, Person]
    ids: Ids
    only: Ids


class Town:
    """The pool while it is being filled."""

    def __init__(self) -> None:
        self.pool: Pool = builders.a_pool("Great Yarmouth and Waveney pool")
        self.practice: Practice = builders.a_practice(
            self.pool, name="Bridge Road Surgery with Lowestoft Road Branch", arrival_notes="Park behind the building."
        )
        builders.a_practice(self.pool, name="Hill Practice")
        a_host_that_sells(self.pool)
        self.alder, self.birch, self.cedar = (
            a_clinician_who_sells(self.pool, name=f"Dr Demo {name}") for name in ("Alder", "Birch", "Cedar")
        )
        self.manager = builders.a_pool_manager(self.pool.id)
        self.practice_manager = builders.a_practice_manager(self.practice)

    def past(self, days: int) -> Booking:
        """A booking that is over."""
        session = a_session(self.practice, on=yesterday() - timedelta(days=days))
        return a_booking(session=session, clinician=self.alder)

    def ahead(self, weekday: int, clinician: Any) -> Booking:
        """A booking that is still to come."""
        return a_booking(session=a_session(self.practice, on=next_week(weekday)), clinician=clinician)


def a_full_life() -> Life:
    """Fill a pool through its use cases."""
    town = Town()
    ids: Ids = {"practice_id": [town.practice.id], "clinician_id": [town.alder.id]}
    only: Ids = {}
    for fill in (
        fill_diary,
        fill_hours,
        fill_invoices,
        fill_credits,
        fill_payments,
        fill_pensions,
        fill_sessions,
        fill_offers,
        fill_plan,
        fill_people,
        fill_rules,
    ):
        fill(town, ids, only)
    return Life(people_of(town), ids, only)


def people_of(town: Town) -> dict[str, Person]:
    """One person of each role; the clinician has most to look at."""
    return {
        PRACTICE: town.practice_manager,
        CLINICIAN: town.alder.person,
        MANAGER: town.manager,
        ICS: builders.a_member(ICS, town.pool.id),
    }


def fill_diary(town: Town, ids: Ids, only: Ids) -> None:
    """A booking ahead, one whose hours are due, one called off, a day away."""
    ahead, over, off = town.ahead(0, town.alder), town.past(1), town.ahead(1, town.alder)
    with working_as(builders.actor_of(town.practice_manager)) as work:
        cancelling.cancel(work, off.id, "mistake")
    with working_as(Actor.system(town.pool.id)) as work:
        work.add(
            AvailabilityDay(
                pool_id=town.pool.id, clinician_id=town.alder.id, on=next_week(4), available=False, note="Holiday"
            )
        )
    ids["booking_id"] = [ahead.id, over.id, off.id]
    for endpoint in ("bookings.ask_cancel", "bookings.changes.ask", "diary.cancel", "diary.booked", "diary.calendar"):
        only[endpoint] = [ahead.id]
    only["bookings.ask_miss"] = only["hours.different"] = [over.id]


def fill_hours(town: Town, ids: Ids, only: Ids) -> None:
    """Hours as booked, hours with every extra, hours that are queried, a dispute with the manager."""
    as_booked, longer, queried, escalated = (town.past(days) for days in (2, 3, 4, 5))
    sheets = [a_timesheet(as_booked), full_hours(longer)]
    with_clinician = a_dispute(full_hours(queried), words="We have 12:50 as the end.")
    with_manager = a_dispute(full_hours(escalated), kind="mileage", figure=0, words="Nobody mentioned mileage.")
    with working_as(acting(CLINICIAN, with_manager)) as work:
        disputes.escalate(work, with_manager.id, 1, "It is in the terms.")
    ids["booking_id"] += [as_booked.id, queried.id]
    ids["timesheet_id"] = [sheets[0].id, sheets[1].id]
    ids["dispute_id"] = [with_clinician.id, with_manager.id]


def fill_invoices(town: Town, ids: Ids, only: Ids) -> None:
    """An invoice to pay, and one that is paid; each with its document."""
    billed = [confirmed_hours(town.practice, town.alder, on=yesterday() - timedelta(days=days)) for days in (6, 7)]
    to_pay, paid = (issued(booking) for booking in billed)
    for invoice in (to_pay, paid):
        drawn(invoice)
    with working_as(builders.actor_of(town.practice_manager)) as work:
        payments.settle(work, paid.id, clock.today())
    ids["invoice_id"] = [to_pay.id, paid.id]
    only["payments.ask"] = only["invoices.document"] = [to_pay.id]


def fill_credits(town: Town, ids: Ids, only: Ids) -> None:
    """A credit note that is asked for, one refused, and one issued with its document."""
    paid = ids["invoice_id"][1]
    refused = asked_credit(town, paid, Money(1000))
    with working_as(builders.actor_of(town.manager)) as work:
        credit_notes.refuse(work, refused, "The day was right: see the hours.")
    approved = asked_credit(town, paid, Money(5700))
    with working_as(builders.actor_of(town.manager)) as work:
        note_id = credit_notes.approve(work, approved).id
    drawn(builders.read(Invoice, note_id))
    ids["request_id"] = [refused, approved, asked_credit(town, ids["invoice_id"][0], Money(300))]
    ids["invoice_id"].append(note_id)
    only["credit_requests.ask"] = [paid]


def asked_credit(town: Town, invoice_id: UUID, amount: Money) -> UUID:
    """The practice asks for a credit on the first line of an invoice."""
    with working_as(builders.actor_of(town.practice_manager)) as work:
        line = work.get(Invoice, invoice_id).lines[0]
        return credit_notes.ask(work, invoice_id, "The wrong day was billed", {line.id: amount}).id


def fill_payments(town: Town, ids: Ids, only: Ids) -> None:
    """An invoice paid in part, one paid too much, one that is late, and a bank file with lines in every state."""
    days = [yesterday() - timedelta(days=days) for days in (16, 17, 150)]
    part, over, late = (confirmed_hours(town.practice, town.alder, on=day) for day in days)
    part, over = issued(part), issued(over)
    late = issued(late, now=clock.now() - timedelta(days=120))
    on = f"{clock.today():%d/%m/%Y}"
    text = f"Date,Amount,Reference\n{on},400.00,{over.number}\n{on},50.00,{part.number}\n{on},900.00,Rent for May\n"
    with working_as(builders.actor_of(town.practice_manager)) as work:
        first = payments.pay_invoice(work, part.id, Paid(Money(10000), clock.today(), "BACS 0001"))
        second = payments.pay_invoice(work, over.id, Paid(Money(40000), clock.today(), "BACS 0002"))
        bank_file = bank_imports.upload(work, "remittance-may.csv", text.encode())
        ids["payment_id"], ids["import_id"] = [first.id, second.id], [bank_file.id]
        ids["line_id"] = [line.line.id for line in bank_lines.waiting(work)]
    ids["invoice_id"] += [part.id, late.id]
    only["late_payment.show"] = [late.id]


def fill_pensions(town: Town, ids: Ids, only: Ids) -> None:
    """A Form A to declare, one to sign, one signed, and a Form B that was sent."""
    with_pension(town.alder)
    first, second, third = (
        prepared(invoiced(pensioned_work(town.practice, town.alder, on=yesterday() - timedelta(days=days))))
        for days in (10, 30, 60)
    )
    declared(second, town.alder)
    declared(third, town.alder)
    sent = submitted_forms(town.practice, town.alder, on=yesterday() - timedelta(days=12))
    waiting = a_signed_form(town.practice, town.alder, on=yesterday() - timedelta(days=14))
    ids["form_a_id"] = [first.id, second.id, waiting.id]
    ids["form_b_id"], ids["month"] = [sent["form_b_id"]], [sent["month"]]
    ids["host_id"] = [town.pool.host_id]


def fill_sessions(town: Town, ids: Ids, only: Ids) -> None:
    """One open, one booked, one over, one taken back."""
    open_one = a_session(town.practice, on=next_week(2), notes="Ask for the duty doctor when you arrive.")
    back = a_session(town.practice, on=next_week(3), **AFTERNOON)
    booked, over = (builders.read(Booking, ids["booking_id"][number]).session_id for number in (0, 1))
    with working_as(builders.actor_of(town.practice_manager)) as work:
        posting.withdraw(work, back.id, "mistake")
    ids["session_id"] = [open_one.id, booked, over, back.id]
    only["sessions.change"] = only["sessions.ask_withdraw"] = only["plans.ask_somebody"] = [open_one.id]


def fill_offers(town: Town, ids: Ids, only: Ids) -> None:
    """An open offer with its reasons, one declined, and the session that it was for open again."""
    waiting = an_offer(a_session(town.practice, on=next_week(3)), town.alder, reasons=(reason("worked_here"),))
    no = an_offer(a_session(town.practice, on=next_week(2), **AFTERNOON), town.alder)
    with working_as(builders.actor_of(town.alder.person)) as work:
        offers.decline(work, no.id, "too_far")
    ids["offer_id"] = [waiting.id, no.id]
    ids["session_id"] += [waiting.session_id]


def fill_plan(town: Town, ids: Ids, only: Ids) -> None:
    """A plan with proposals and a session that nobody can take, a run that failed, one that waits for a worker."""
    ids["name"] = list(FIGURES)  # type: ignore[arg-type]
    open_now = [a_session(town.practice, on=next_week(day), **AFTERNOON) for day in (0, 1)]
    open_now.append(a_session(town.practice, on=next_week(4), skills=["coil_fitting"]))
    market = Market(
        town.pool, town.practice, [town.alder, town.birch, town.cedar], open_now, builders.actor_of(town.manager)
    )
    run = carried_through(market)
    proposals = market.proposals(run)
    assert proposals
    assert market.reasons(run)
    days = {"first_day": next_week(0), "last_day": next_week(4), "pool_id": town.pool.id, "requested_at": clock.now()}
    with working_as(market.system) as work:
        work.add(failed := MatchRun(state="failed", failure="The engine ran out of memory. Start a new run.", **days))
        work.add(pending := MatchRun(state="pending", stage="Waiting for a free worker", **days))
        work.store.flush()
        ids["run_id"] = [run.id, failed.id, pending.id]
    only["plans.ask_release"] = [run.id]
    ids["proposal_id"] = [proposals[0].id]
    ids["session_id"] += [proposals[0].session_id, open_now[-1].id]


def fill_people(town: Town, ids: Ids, only: Ids) -> None:
    """Somebody whose role may be ended, and a clinician whom the practice does not want."""
    with working_as(builders.actor_of(town.practice_manager)) as work:
        practice_settings.block(work, town.practice.id, town.cedar.id, "Left early twice")
    with working_as(builders.actor_of(town.manager)) as work:
        ids["membership_id"] = [
            roles.invite(
                work, name="Robin Marsh", email="robin@demo.example", role=PRACTICE, practice_id=town.practice.id
            )
        ]
