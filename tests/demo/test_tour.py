"""README's “What to try in ten minutes”, walked step by step on the demo as it is loaded at different instants."""

import dataclasses
from datetime import date, time

import pytest
import time_machine

from pool import clock
from pool.demo import load, personas, settings
from pool.permissions import CLINICIAN, ICS, MANAGER, PRACTICE, ROLES
from pool.places.postcodes import Postcodes
from pool.services.runs import run_leases
from pool.unit_of_work import system_actor, unit_of_work
from tests.demo.tourist import Tourist
from workers import match, outbox

MAIN = settings.POOLS[0]
CORNER = dataclasses.replace(MAIN, practices=7, clinicians=24, past_weeks=1)
"""A third of the place and a week of its past do for the doors; test_any_instant.py looks at all of them, undrawn."""

INSTANTS = {
    "as it is now": None,
    "a Monday when the practices have looked at their post": (date(2026, 11, 30), time(9, 45)),
    "Christmas Day, late": (date(2026, 12, 25), time(23, 50)),
    "the first morning of summer time, a bank holiday": (date(2027, 3, 29), time(7)),
}
ROUNDS = 20


@pytest.fixture(scope="module", params=INSTANTS.values(), ids=INSTANTS.keys())
def people(request, app, config, clean_after_all, clean_up):
    """A window of each persona, signed in by the link that `make run` prints, with the clock at one instant."""
    moment = clock.instant(*request.param) if request.param else clock.now()
    with pytest.MonkeyPatch.context() as patch, time_machine.travel(moment, tick=True):
        patch.setattr(settings, "POOLS", (CORNER,))
        with app.app_context():
            load.load("shortage", Postcodes(config.var / "postcodes"), say=lambda _: None, throw_away=lambda: None)
            shown = {persona.role: persona.path for persona in personas.personas()}
        yield {role: signed_in(app, shown[ROLES[role]]) for role in (PRACTICE, CLINICIAN, MANAGER, ICS)}
    clean_up()


def signed_in(app, path):
    """A person who has opened their link and pressed its button."""
    person = Tourist(app.test_client())
    person.open(path)
    person.press("Sign in")
    return person


@pytest.fixture
def background(app):
    """What the workers do meanwhile: events are relayed and runs carried through until nothing is left."""

    def background():
        with app.app_context():
            everyone = system_actor("a tour waits for the background")
            for _ in range(ROUNDS):
                if not (outbox.anything_due(everyone) or waiting_runs(everyone)):
                    return
                outbox.relay()
                outbox.relay_slow()
                for pool_id, run_id in waiting_runs(everyone):
                    match.run(str(pool_id), str(run_id))
            pytest.fail("The background does not come to an end.")

    return background


def waiting_runs(everyone):
    """Runs that somebody has asked for."""
    with unit_of_work(everyone, read_only=True) as work:
        return list(run_leases.waiting(work))


def test_a_practice_posts_a_session(people):
    """Step 1: three clicks, on the first day that the page offers."""
    practice = people[PRACTICE]
    practice.open("/sessions")
    practice.follow("Post a session")
    practice.press("Post session", days=practice.choices("days")[-1])
    if "Session posted" not in practice.text:
        practice.press("Post")
    practice.sees("Session posted")


def test_a_manager_makes_a_plan_and_sends_all_offers(people, background):
    """Step 2: why each clinician, why a session stays empty, and one press for all."""
    manager = people[MANAGER]
    manager.open("/runs/")
    manager.follow("Start a run")
    manager.press("Start the run")
    background()
    manager.open(manager.address)
    manager.sees("Proven gap")
    manager.sees("Why, and who else")
    manager.follow("Not filled")
    assert manager.page.xpath("//main//li//h3"), manager.text
    manager.follow("Send all")
    manager.press("Send the offers")
    manager.sees("sent.")


def test_a_clinician_accepts_an_offer_and_has_it_in_the_diary(people, background):
    """Step 3."""
    background()
    clinician = people[CLINICIAN]
    clinician.open("/offers")
    clinician.follow("Look and accept")
    practice, hours = clinician.page.xpath("//h1/span/text()")
    clinician.press("Accept and book", **pension_left_out(clinician))
    clinician.sees("You are booked")
    clinician.open("/diary")
    clinician.sees(practice)
    clinician.sees(hours)
    clinician.follow("Mail of the demonstration")


def pension_left_out(clinician):
    """Who can pension the session has to say whether they want it."""
    return {"pension": clinician.choices("pension")[-1]} if clinician.choices("pension") else {}


def test_a_practice_confirms_hours_and_the_invoice_issues_itself(people, background):
    """Step 4: this could not be followed on a Monday after half past nine."""
    practice = people[PRACTICE]
    before = numbers(practice)
    practice.follow("Hours")
    practice.sees("Hours to confirm")
    practice.press("Confirm")
    practice.sees("confirmed")
    background()
    (issued,) = numbers(practice) - before
    practice.follow(issued)
    assert practice.download("Open the PDF").startswith(b"%PDF")


def numbers(practice):
    """The numbers of all invoices that the practice can see."""
    practice.open("/invoices")
    return {link.text_content() for link in practice.page.xpath("//main//table//a[contains(@href, '/invoices/')]")}


def test_the_numbers_are_there_for_manager_and_ics_lead(people):
    """Step 5: fill rate and what is at risk; totals per pool."""
    manager, lead = people[MANAGER], people[ICS]
    manager.open("/manager/")
    manager.sees("Fill rate")
    lead.open("/")
    lead.sees(MAIN.name)
