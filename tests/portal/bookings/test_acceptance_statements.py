"""How often an offer's page and its acceptance ask PostgreSQL: a fact that is read twice, or for each row, shows here at once."""

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from pool.models.person import Person
from tests.builders import (
    a_booking,
    a_clinician,
    a_person,
    a_pool,
    a_practice,
    a_session,
    again,
    an_offer,
    next_week,
    read,
)
from tests.fixtures.signing_in import token_of

EVERY_LIMIT = {"engagement": "bank_worker", "four_week_cap": 20}
SIGNED_IN, HELD, FACTS, WRITTEN = 5, 4, 3, 5
"""Log-in and memberships; who acts, the offer with its person, the sessions, the offers; bookings, work in other pools,
preferences; session, offer, booking, audit and outbox."""
PAGE, INVOICES = 2, 3
"""Who reads, and the offer; the pool's figures, the first invoice and the seller, once for both answers about the pension."""


@pytest.fixture
def statements():
    """A list that every statement of this process is added to."""
    sent = []

    def note(connection, cursor, statement, *_):
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


def accepted(browser, offer, statements):
    """How many statements the second tap takes."""
    mark = token_of(browser.get(f"/offers/{offer.id}").text)
    statements.clear()
    answer = browser.post(f"/offers/{offer.id}/accept", data={"csrf_token": mark, "pension": "no"})
    assert answer.status_code == 303
    return len(statements)


@pytest.mark.parametrize("terms", [{}, {"engagement": "bank_worker"}], ids=["may pension it", "no choice"])
def test_the_page_of_an_offer_reads_each_fact_once(app, signed_in, statements, terms):
    """Two answers about the pension are two bills, of the same facts."""
    pool, person = a_pool(), a_person("Dr Jay Finch")
    offer = an_offer(a_session(a_practice(pool)), a_clinician(pool, person=person, **terms))
    browser = signed_in(read(Person, person.id))
    statements.clear()
    assert browser.get(f"/offers/{offer.id}").status_code == 200
    usual_answer = 0 if terms else 1
    assert len(statements) == SIGNED_IN + PAGE + INVOICES + usual_answer


@pytest.mark.parametrize("terms", [{}, EVERY_LIMIT], ids=["no limits", "every limit"])
def test_an_acceptance_reads_each_fact_once(app, signed_in, statements, terms):
    """Whatever limits the clinician has set, and in how many pools they work."""
    pool, person = a_pool(), a_person("Dr Jay Finch")
    clinician = a_clinician(pool, person=person, **terms)
    practice = a_practice(pool)
    if terms:
        there = a_pool()
        elsewhere = a_clinician(there, person=person, **terms)
        a_booking(session=a_session(a_practice(there), on=next_week(3)), clinician=elsewhere)
        a_booking(session=a_session(practice, on=next_week(4)), clinician=clinician)
    offer = an_offer(a_session(practice), clinician)
    browser = signed_in(read(Person, person.id))
    assert accepted(browser, offer, statements) == SIGNED_IN + HELD + FACTS + WRITTEN
    assert again(offer).state == "accepted"
