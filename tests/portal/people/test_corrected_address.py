"""A manager mends the e-mail address of somebody who has bookings: whoever reads the new one has the last word."""

import pytest
from sqlalchemy import select

from pool.actor import Actor
from pool.models.person import SignInLink
from pool.permissions import MANAGER
from pool.services.people import corrected_address, corrected_facts
from tests import builders
from tests.builders import again, working_as
from tests.fixtures.signing_in import is_in, token_of

FREE, TAKEN = "finch.jay@surgery.example", "robin@surgery.example"


@pytest.fixture
def finch(pool):
    """A clinician with a booking."""
    clinician = builders.a_clinician(pool, name="Dr Jay Finch")
    builders.a_booking(clinician=clinician, session=builders.a_session(builders.a_practice(pool)))
    return clinician


@pytest.fixture
def stranger():
    """Somebody of another pool."""
    return builders.a_member(MANAGER, builders.a_pool().id, person=builders.a_person("Robin Marsh", email=TAKEN))


@pytest.fixture
def correct(manager, post_form):
    """correct(clinician, address): the manager's browser saves it; status, target and the whole page that follows."""

    def save(clinician, email, name="Dr Jay Finch"):
        facts = {
            "name": name,
            "email": email,
            "home_postcode": "NR31 6QB",
            "max_travel_minutes": "45",
            "weekly_cap": "6",
            "wanted_sessions": "0",
            "min_appointment_minutes": "0",
            "clinical_systems": "emis_web",
        }
        answer = post_form(manager, f"/clinicians/{clinician.id}/facts", **facts)
        return answer.status_code, answer.headers.get("Location"), manager.get(f"/clinicians/{clinician.id}").text

    return save


def newest_path():
    """Where the newest link leads."""
    with working_as(Actor.system()) as work:
        return corrected_address.open_path(work.first(select(SignInLink.id).order_by(SignInLink.created_at.desc())))


def pressed(browser, path):
    """Open the link and press its button."""
    return browser.post(path, data={"csrf_token": token_of(browser.get(path).text)})


def test_the_answer_is_the_same_for_a_strangers_address(finch, stranger, correct):
    """Alike to the letter but for what was typed; nothing has changed either time."""
    free, taken = correct(finch, FREE), correct(finch, TAKEN)
    assert free[:2] == taken[:2] == (303, f"/clinicians/{finch.id}")
    assert plain(taken[2]) == plain(free[2].replace(FREE, TAKEN))
    assert corrected_facts.WRITTEN.format(email=TAKEN) in taken[2]
    assert (again(finch.person).email, again(stranger).email) == (finch.person.email, TAKEN)


def plain(page):
    """The page without what differs each time it is asked for."""
    secrets = ("csrf", "nonce")
    return [line for line in page.splitlines() if not any(secret in line for secret in secrets)]


def test_the_link_changes_it_in_any_browser(app, finch, signed_in, correct):
    """Without signing in, once; the person is signed out everywhere and the link is no way in."""
    theirs = signed_in(finch.person)
    correct(finch, FREE)
    path, browser = newest_path(), app.test_client()
    assert FREE in browser.get(path).text
    assert again(finch.person).email == finch.person.email
    assert pressed(browser, path).headers["Location"] == "/sign-in"
    assert again(finch.person).email == FREE
    assert (is_in(theirs), is_in(browser)) == (False, False)
    assert browser.get(path).status_code == 404


def test_a_strangers_address_changes_nothing(app, finch, stranger, correct):
    """Even somebody who had the link could not use it."""
    correct(finch, TAKEN)
    assert pressed(app.test_client(), newest_path()).status_code == 409
    assert (again(finch.person).email, again(stranger).email) == (finch.person.email, TAKEN)


def test_the_link_is_worth_nothing_after_another_one(app, finch, correct):
    """A manager who mistyped the address types it again."""
    correct(finch, "mistyped@surgery.example")
    wrong = newest_path()
    correct(finch, FREE)
    assert app.test_client().get(wrong).status_code == 404
    assert pressed(app.test_client(), newest_path()).status_code == 303
    assert again(finch.person).email == FREE


def test_nor_once_the_person_belongs_to_another_pool_too(app, finch, correct):
    """From then on the address is theirs alone to change."""
    correct(finch, FREE)
    path = newest_path()
    builders.a_clinician(person=finch.person)
    assert pressed(app.test_client(), path).status_code == 404
    assert again(finch.person).email == finch.person.email


def test_it_signs_nobody_in(app, finch, correct):
    """It proves an address and opens no door."""
    correct(finch, FREE)
    token = newest_path().rpartition("/")[2]
    assert app.test_client().get(f"/sign-in/link/{token}").status_code == 410


def test_a_name_is_mended_at_once(finch, correct):
    """Only the address waits."""
    correct(finch, FREE, name="Dr Jay Finch-Hill")
    assert (again(finch.person).name, again(finch.person).email) == ("Dr Jay Finch-Hill", finch.person.email)
