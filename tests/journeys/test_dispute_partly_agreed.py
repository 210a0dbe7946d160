"""Hours that the practice agrees to in part: that part is invoiced at once, the pool manager decides about the rest, and
a supplementary invoice follows. The first invoice stays as it was."""

from typing import NamedTuple

import pytest
from sqlalchemy import select

from pool.actor import Actor
from pool.models.clinician import Clinician
from pool.models.invoice import Invoice
from pool.models.person import Person
from tests import builders
from tests.invoice_builders import a_clinician_who_sells

PHONE, DESK = 360, 1280


class People(NamedTuple):
    """Who takes part, and the session that was yesterday."""

    practice: Person
    clinician: Clinician
    manager: Person


@pytest.fixture
def people(app, nobody_works):
    """A session was worked yesterday and nobody has sent hours yet."""
    pool = builders.a_pool()
    practice = builders.a_practice(pool, name="Bridge Road Surgery")
    clinician = a_clinician_who_sells(pool, name="Dr Demo Alder", home_easting=655000)
    builders.a_booking(session=builders.a_session(practice, on=builders.yesterday()), clinician=clinician)
    return People(builders.a_practice_manager(practice), clinician, builders.a_pool_manager(pool.id))


def test_part_is_invoiced_now_and_the_rest_is_decided(people, visit, mail):
    """Phone, desk, phone, desk, manager: £7.70 of mileage and 10 of 25 minutes at once, £10.00 by decision."""
    phone, desk = visit(people.clinician.person, PHONE), visit(people.practice, DESK)
    send_hours_with_extras(phone)
    query_the_extra_time(desk, mail, people)
    first = invoiced_at_once(desk, mail, people)
    propose_another_figure(phone, mail, people)
    pass_it_on(desk, mail, people)
    decide(visit(people.manager, DESK), mail, people)
    later = supplementary_invoice(phone, mail, people)
    assert invoices_of(people) == [("invoice", first, 37_898), ("supplementary", later, 1_000)]


def send_hours_with_extras(phone):
    """25 minutes longer, and the miles that the page suggests."""
    phone.open("/diary/hours")
    phone.follow("Something was different")
    phone.type("I finished at", "13:05")
    phone.tick("I claim mileage")
    phone.type("Miles there and back", "14")
    phone.page.get_by_role("textbox", name="What was different?").fill("The last patient needed an ambulance")
    phone.press("Send my hours")
    phone.sees("Sent, waiting for the practice")


def query_the_extra_time(desk, mail, people):
    """Each item with its amount; one of them is too much."""
    desk.open(mail.link(people.practice, "Hours to confirm"))
    desk.sees("£400.40")
    desk.sees("£357.00 × 25 ÷ 250 minutes = £35.70")
    desk.follow("Query")
    desk.page.get_by_role("group", name="Extra time, £35.70: do you agree?").get_by_label("Left early").check()
    desk.type("If not: minutes of extra time you agree to", "10")
    desk.type("What happened?", "We have 12:50 as the end")
    desk.press("Send the query")
    desk.sees("The clinician answers by")


def invoiced_at_once(desk, mail, people):
    """Everything but the fifteen minutes: £357.00, £14.28 and £7.70."""
    desk.open(mail.link(people.practice, "Invoice"))
    desk.sees("£378.98")
    return desk.heading.split()[-1]


def propose_another_figure(phone, mail, people):
    """Twenty of the twenty-five minutes."""
    phone.open(mail.link(people.clinician.person, "Your hours are queried"))
    phone.press("Answer")
    phone.sees("We have 12:50 as the end")
    phone.page.get_by_text("Propose another figure").click()
    phone.type("Minutes of extra time in all", "20")
    phone.type("Why?", "I left at 13:05")
    phone.press("Send the figure")
    phone.sees("The clinician proposed 20 min (£28.56)")


def pass_it_on(desk, mail, people):
    """The practice sees it differently."""
    desk.open(mail.link(people.practice, "Your answer is wanted"))
    desk.page.get_by_text("Ask the pool manager to decide").click()
    desk.type("What should the pool manager know?", "The door log says 12:50")
    desk.press("Pass it on")
    desk.sees("With the pool manager since")


def decide(manager, mail, people):
    """All the evidence on one page; any amount, with reasons."""
    manager.open(mail.link(people.manager, "A dispute to decide"))
    evidence = ("The door log says 12:50", "We have 12:50 as the end", "I left at 13:05", "needed an ambulance", "Fee")
    for words in evidence:
        manager.page.get_by_text(words).first.wait_for(state="attached")
    manager.type("How much of the disputed £21.42 is due?", "10")
    manager.type("Your reasons", "Both notes are plausible: about half of it.")
    manager.press("Decide")
    manager.sees("£10.00 of the disputed £21.42 is due")


def supplementary_invoice(phone, mail, people):
    """A document of its own; both sides read why."""
    assert "about half of it" in mail.text(people.clinician.person, "Decided")
    phone.open(mail.link(people.clinician.person, "nvoice", after=1))
    phone.sees("£10.00")
    return phone.heading.split()[-1]


def invoices_of(people):
    """Kind, number and total of each issued document, in the order of their numbers."""
    with builders.working_as(Actor.system(people.clinician.pool_id)) as work:
        issued = work.all(select(Invoice).where(Invoice.number.is_not(None)).order_by(Invoice.number))
        return [(invoice.kind, invoice.number, invoice.total.pence) for invoice in issued]
