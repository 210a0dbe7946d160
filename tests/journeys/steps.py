"""What people do, step by step, in their own words. Each step starts wherever its person is."""

from datetime import date

from tests.journeys.visitor import Visitor

ENDS_SOON = 60
"""Seconds for a run of a handful of sessions, on a machine that is busy with other things."""


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
    manager.press("Send all")
    manager.press("Send the offers")
    manager.sees("sent.")


def accept_in_two_taps(clinician: Visitor) -> None:
    """From the list of offers: look at the first one, and accept."""
    clinician.open("/offers")
    clinician.press("Look and accept")
    clinician.press("Accept and book")
    clinician.sees("You are booked")
