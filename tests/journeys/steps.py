"""What people do, step by step, in their own words. Each step starts wherever its person is."""

import re
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from pool.models.person import Person
from tests.journeys.postman import Postman
from tests.journeys.visitor import Visitor

NOT_PENSIONED = "Do not pension it"
"""The answer on an offer of somebody who does not want this session pensioned."""

SEND = re.compile(r"Send (all \d+ offers|1 offer)")


def post_a_session(practice: Visitor, day: date) -> None:
    """A practice posts an ordinary morning of a GP."""
    practice.open("/sessions")
    practice.press("Post a session")
    practice.page.locator(f"#days-{day}").check()
    practice.choose("Reason for cover", "Annual leave")
    practice.type("Fee for the session", "357")
    practice.press("Post session")
    assert practice.heading == "Session posted"


def say_when_free(clinician: Visitor, day: date) -> None:
    """A clinician ticks the mornings of one weekday."""
    clinician.open("/availability")
    clinician.tick(f"{day:%A} morning")
    clinician.press("Save my week")
    clinician.sees("Saved.")


def start_a_run(manager: Visitor) -> None:
    """A pool manager starts a run over the usual days."""
    manager.open("/runs/")
    manager.press("Start a run")
    manager.press("Start the run")
    manager.sees("The run has started.")


def release_all(manager: Visitor) -> None:
    """On the page of a finished run: send an offer for every proposal."""
    manager.press(SEND)
    manager.press("Send the offers")
    manager.sees("sent.")


def accept_the_first_offer(clinician: Visitor) -> None:
    """From the list of offers: look at the first one, choose about the pension, and accept."""
    clinician.open("/offers")
    clinician.press("Look and accept")
    clinician.tick(NOT_PENSIONED)
    clinician.press("Accept and book")
    clinician.sees("You are booked")


def whom_a_run_asks(manager: Visitor, names: Iterable[str]) -> str:
    """A run over one open session: the name it proposes, once the offer is sent."""
    start_a_run(manager)
    manager.sees("1 of 1")
    manager.check()
    proposed = manager.page.locator(".app-plan__who > strong").all_inner_texts()
    (name,) = [name for name in names if name in proposed]
    release_all(manager)
    return name


def call_off(staff: Visitor, session_id: UUID, reason: str, *, by: str = "") -> None:
    """A practice or a pool manager calls a booking off; somebody else is wanted. Managers say who cancels."""
    staff.open(f"/sessions/{session_id}")
    staff.press("Cancel the booking")
    if by:
        staff.tick(by)
    staff.tick("Yes, open the session again")
    staff.tick(reason)
    staff.press("Cancel the booking")
    staff.sees("Nobody is booked, and nobody has an offer to answer.")


def sign_in_by_link(stranger: Visitor, person: Person, mail: Postman) -> None:
    """Ask for a link on the sign-in page, and open the newest one that the e-mails bring."""
    before = len(mail.found(person, "link to sign in"))
    stranger.open("/sign-in")
    stranger.type("Email address", person.email)
    stranger.press("Email me a link")
    stranger.open(mail.link(person, "link to sign in", after=before))
    stranger.press("Sign in")


def sign_out(visitor: Visitor) -> None:
    """From the header of any page."""
    visitor.press("Sign out", inside=visitor.page.locator("header"))
    visitor.sees("You have signed out.")
