"""Whether a session is pensioned is the clinician's choice at acceptance; the practice sees the cost before."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from pool.actor import Actor
from pool.errors import Invalid
from pool.models.pension_profile import PensionProfile
from pool.money import Money
from pool.permissions import CLINICIAN
from pool.portal.words import pension_words
from pool.rules.agreed_pension import NOT_SAID
from pool.rules.settlement import LOCUM_AB, NO_PENSION, PAYROLL, SOLO
from pool.services.bookings import offers
from pool.services.pension import pension_terms
from tests import builders
from tests.builders import working_as
from tests.money_builders import a_determination
from tests.terms_builders import an_agreement

WRONG_ROUTE = "UPDATE booking SET pension_intent = true, pension_route = 'none' WHERE id = :id"


@pytest.fixture
def practice(app):
    """A practice with its own pool."""
    return builders.a_practice()


def a_clinician(practice, **columns):
    """Somebody in the practice's pool."""
    return builders.a_clinician(builders.read(builders.Pool, practice.pool_id), **columns)


def system(practice):
    """The product itself, in the practice's pool."""
    return working_as(Actor.system(practice.pool_id))


def accepted(offer, **choice):
    """The booking after the clinician's tap."""
    actor = Actor(role=CLINICIAN, pool_ids=(offer.pool_id,), clinician_ids=(offer.clinician_id,), name="Dr Demo")
    with working_as(actor) as work:
        booking_id = offers.accept(work, offer.id, **choice).id
    return builders.read(builders.Booking, booking_id)


def test_choice_and_cost_are_frozen_in_the_booking(practice):
    """£357 × 90% × 14.38%, agreed by both sides and under the fingerprint."""
    offer = builders.an_offer(builders.a_session(practice), a_clinician(practice))
    booking = accepted(offer, pension=True)
    assert (booking.pension_intent, booking.pension_route, booking.pension_cost) == (True, LOCUM_AB, Money(4620))
    assert booking.terms.pension.intent
    assert booking.terms.pension.cost.working == "£357.00 × 90% = £321.30; £321.30 × 14.38% = £46.20"
    assert booking.terms_hash == booking.terms.check_code != offer.terms.check_code


def test_without_the_choice_the_practice_pays_nothing_on_top(practice):
    """The default is no, and the terms are word for word those that were shown."""
    booking = accepted(builders.an_offer(builders.a_session(practice), a_clinician(practice)))
    assert (booking.pension_intent, booking.pension_cost) == (False, Money(0))
    assert booking.terms == builders.read(builders.Offer, booking.offer_id).terms


@pytest.mark.parametrize(("default", "choice"), [(True, False), (False, True)])
def test_the_profile_reminds_and_the_clinician_decides(practice, default, choice):
    """What is chosen on the page is what counts, whatever is usual."""
    clinician = a_clinician(practice)
    with system(practice) as work:
        work.add(PensionProfile(clinician_id=clinician.id, pension_by_default=default))
    offer = builders.an_offer(builders.a_session(practice), clinician)
    assert accepted(offer, pension=choice).pension_intent is choice


def test_a_choice_that_was_left_open_books_nothing(practice):
    """It is final, so nobody makes it for the clinician, whatever their profile says."""
    clinician = a_clinician(practice)
    with system(practice) as work:
        work.add(PensionProfile(clinician_id=clinician.id, pension_by_default=True))
    offer = builders.an_offer(builders.a_session(practice), clinician)
    with pytest.raises(Invalid, match="you cannot change it afterwards"):
        accepted(offer, pension=None)
    assert builders.again(offer).state == "sent"


def test_nothing_is_left_open_where_there_is_no_choice(practice):
    """A bank worker is asked nothing and is booked with the tap."""
    offer = builders.an_offer(builders.a_session(practice), a_clinician(practice, engagement="bank_worker"))
    assert accepted(offer, pension=None).pension_intent is False


@pytest.mark.parametrize(
    ("engagement", "session", "route"),
    [
        ("sole_trader", {}, LOCUM_AB),
        ("limited_company", {}, NO_PENSION),
        ("bank_worker", {}, PAYROLL),
        ("salaried", {}, PAYROLL),
        ("sole_trader", {"contract_context": "pcn_enhanced_access", "engaging_org": "Coast PCN"}, SOLO),
        ("sole_trader", {"contract_context": "out_of_hours", "engaging_org": "Coast OOH"}, SOLO),
        ("sole_trader", {"contract_context": "private"}, NO_PENSION),
    ],
)
def test_only_forms_a_and_b_leave_a_choice(practice, engagement, session, route):
    """A company or enhanced access never gets onto forms A and B, whatever is sent (domain 11.4)."""
    clinician = a_clinician(practice, engagement=engagement)
    if engagement == "limited_company":
        a_determination(practice, clinician, "outside")
    offer = builders.an_offer(builders.a_session(practice, **session), clinician)
    terms = offer.terms.chosen(True)
    assert terms.pension.route == route
    assert terms.pension.intent is (route == LOCUM_AB)


def test_the_database_refuses_intent_without_the_route(practice):
    """Even SQL cannot put a company's work onto Form A."""
    booking = accepted(builders.an_offer(builders.a_session(practice), a_clinician(practice)))
    with pytest.raises(DBAPIError, match=r"intent_needs_the_route|never change"), system(practice) as work:
        work.store.execute(text(WRONG_ROUTE), {"id": booking.id})


def test_the_choice_never_changes_after_booking(practice):
    """The practice has reckoned with it."""
    booking = accepted(builders.an_offer(builders.a_session(practice), a_clinician(practice)))
    with pytest.raises(DBAPIError, match="never change"), system(practice) as work:
        work.store.execute(text("UPDATE booking SET pension_intent = true WHERE id = :id"), {"id": booking.id})


def test_the_practice_reads_the_possible_cost_before_anybody_is_booked(practice):
    """For a GP session in core hours; not where forms A and B cannot be used."""
    said = pension_words.possible(pension_terms.possible(builders.a_session(practice)))
    assert said.startswith("Up to £46.20 on top of the fee (14.38% of 90% of it), if a self-employed GP chooses it.")
    nurse = builders.a_session(practice, on=builders.next_week(2), profession="nurse")
    assert pension_words.possible(pension_terms.possible(nurse)) == ""


def test_an_unconfirmed_rate_is_said_to_be_so(practice):
    """2026/27 has not been published."""
    said = pension_words.possible(pension_terms.possible(builders.a_session(practice)))
    assert pension_words.UNCONFIRMED in said


def test_offers_sent_before_this_release_still_book(practice):
    """Terms without a pension part mean: nothing chosen."""
    chosen = an_agreement(pension=NOT_SAID).chosen(True)
    assert (chosen.pension.route, chosen.pension.intent, chosen.pension.practice_pays) == (NO_PENSION, False, Money(0))


def test_the_offer_page_asks_and_the_answer_counts(practice, signed_in, token_for):
    """Two answers above the button, neither chosen, even by a usual choice; the one chosen is frozen with the tap."""
    clinician = a_clinician(practice)
    with system(practice) as work:
        work.add(PensionProfile(clinician_id=clinician.id, pension_by_default=True))
    offer = builders.an_offer(builders.a_session(practice), clinician)
    browser = signed_in(clinician.person)
    page = browser.get(f"/offers/{offer.id}").text
    assert "The practice pays £46.20 on top of the fee (14.38% of 90% of it)" in page
    assert "you usually pension your sessions" in page
    assert "checked" not in page
    sent = {"csrf_token": token_for(browser)}
    unsaid = browser.post(f"/offers/{offer.id}/accept", data=sent)
    assert unsaid.status_code == 422
    assert "Choose whether this session is pensioned" in unsaid.text
    assert browser.post(f"/offers/{offer.id}/accept", data=sent | {"pension": "yes"}).status_code == 303
    booking_id = offer_booking(offer)
    diary = browser.get(f"/diary/{booking_id}").text
    assert "Pensioned by forms A and B. The practice pays £46.20 on top" in diary


def offer_booking(offer):
    """The id of the booking that an offer became."""
    with working_as(Actor.system(offer.pool_id)) as work:
        return work.one(select(builders.Booking).where(builders.Booking.offer_id == offer.id)).id


def test_a_company_is_told_why_there_is_no_choice(practice, signed_in):
    """The page says the route instead of asking."""
    clinician = a_clinician(practice, engagement="limited_company")
    a_determination(practice, clinician, "outside")
    offer = builders.an_offer(builders.a_session(practice), clinician)
    page = signed_in(clinician.person).get(f"/offers/{offer.id}").text
    assert "Pension this session" not in page
    assert "Work through a limited company cannot be pensioned by GP locum forms." in page
