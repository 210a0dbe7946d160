"""What a practice says about itself, and whom it is not matched with."""

import pytest
from sqlalchemy import select

from pool.models.clinician import PracticePreference
from pool.services.eligibility import session_rules
from tests.builders import (
    a_booking,
    a_clinician,
    a_pool,
    a_pool_manager,
    a_practice,
    a_practice_manager,
    a_session,
    actor_of,
    again,
    working_as,
)
from tests.portal.reading import form_of, said


@pytest.fixture
def practice(pool):
    """The practice."""
    return a_practice(pool, name="Bridge Surgery")


@pytest.fixture
def address(practice):
    """The page of its settings."""
    return f"/practice-settings/{practice.id}"


def test_settings_are_saved(desk, practice, address):
    """Phone, invoice address, system and arrival notes."""
    page = desk.get("/practice-settings", follow_redirects=True)
    changed = {"phone": "01632 960123", "invoice_email": "bills@demo.example", "clinical_system": "systmone"}
    answer = desk.post(address, data=form_of(page, address) | changed, follow_redirects=True)
    assert "Saved." in said(answer)
    saved = again(practice)
    assert (saved.phone, saved.invoice_email, saved.clinical_system) == tuple(changed.values())


def test_slips_are_told_in_words(desk, practice, address):
    """And nothing is saved."""
    typed = {"phone": "call me", "invoice_email": "nowhere", "arrival_notes": "NHS number 943 476 5919"}
    answer = desk.post(address, data=form_of(desk.get(address), address) | typed)
    assert answer.status_code == 422
    for sentence in ("Enter a phone number", "name@example.com", "looks like an NHS number"):
        assert sentence in said(answer)
    assert again(practice).phone == practice.phone


def test_a_blocked_clinician_is_matched_no_more(desk, practice, pool, address):
    """Chosen among those the practice knows; a booking that stands stays; it can be taken back."""
    clinician = a_clinician(pool, name="Dr Demo Alder")
    booking = a_booking(session=a_session(practice), clinician=clinician)
    page = desk.get(address)
    sent = form_of(page, f"{address}/blocked") | {"clinician_id": str(clinician.id)}
    assert desk.post(f"{address}/blocked", data=sent).status_code == 422, "a reason is needed"
    answer = desk.post(f"{address}/blocked", data=sent | {"reason": "Left early twice"}, follow_redirects=True)
    assert "Dr Demo Alder GMC" in said(answer)
    assert reasons(practice, clinician) == ["blocked"]
    assert again(booking).state == "accepted"
    assert "already on the list" in said(desk.post(f"{address}/blocked", data=sent | {"reason": "Again"}))
    remove = f"{address}/blocked/{preference_of(practice).id}/remove"
    desk.post(remove, data=form_of(desk.get(address), remove))
    assert reasons(practice, clinician) == []


def reasons(practice, clinician):
    """Why this clinician may not take a session of this practice."""
    session = a_session(practice, kind="evening")
    with working_as(actor_of(a_pool_manager(practice.pool_id))) as work:
        found = session_rules.against(
            work, work.get(type(session), session.id), work.get(type(clinician), clinician.id)
        )
        return [reason.code for reason in found if reason.code != "overlap"]


def preference_of(practice):
    """The one pair that the practice blocked."""
    with working_as(actor_of(a_practice_manager(practice))) as work:
        pair = work.one(select(PracticePreference))
        work.store.expunge_all()
        return pair


def test_other_practices_are_out_of_reach(desk, pool, address, practice, signed_in):
    """A practice changes its own settings, the pool manager those of the pool's practices."""
    other = a_practice(pool)
    assert desk.get(f"/practice-settings/{other.id}").status_code == 404
    sent = form_of(desk.get(address), address)
    assert desk.post(f"/practice-settings/{other.id}", data=sent).status_code == 404
    assert signed_in(a_pool_manager(pool.id)).get(address).status_code == 200
    assert signed_in(a_pool_manager(a_pool().id)).get(address).status_code == 404
