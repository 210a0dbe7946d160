"""The same moment, over HTTP, against the running application: exactly one booking, kind answers, nothing breaks."""

import time
from collections import Counter

import pytest
from sqlalchemy import func, select

from pool.actor import Actor
from pool.models.booking import Booking
from pool.models.offer import Offer
from pool.models.session import PracticeSession
from tests.builders import a_practice, a_session, next_week, working_as
from tests.faults.crowds import accept, accept_all, clinicians, offered, overlapping_sessions, passes

pytestmark = pytest.mark.faults

CROWD = 200


@pytest.fixture
def pressed(live_server, capsys):
    """Everybody presses at once; prints how long it took."""

    def pressed(offer_ids, whose):
        began = time.monotonic()
        answers = accept_all(live_server, offer_ids, whose)
        seconds = time.monotonic() - began
        with capsys.disabled():
            print(f"\n{len(answers)} acceptances in {seconds:.1f} s", end=" ")
        return answers

    return pressed


def counted(pool, model, column) -> dict:
    """Rows of a table by one of its columns."""
    with working_as(Actor.system(pool.id)) as work:
        return dict(work.store.execute(select(column, func.count()).select_from(model).group_by(column)).all())


def winner_of(answers) -> int:
    """The position of the only one who was booked; all others were refused as a conflict."""
    assert Counter(answer.status for answer in answers) == {303: 1, 409: len(answers) - 1}
    return next(position for position, answer in enumerate(answers) if answer.status == 303)


def test_two_hundred_clinicians_accept_one_session(app, pool, pressed, live_server):
    """One is booked; 199 read that somebody was first; pressing again changes nothing for anybody."""
    session, crowd = a_session(a_practice(pool)), clinicians(pool.id, CROWD)
    asked = offered([session.id] * CROWD, [person.id for person in crowd], pool.id)
    whose = passes(app, [person.person_id for person in crowd])
    answers = pressed(asked, whose)
    winner = winner_of(answers)
    assert all("This session has been taken" in answer.page for answer in answers if answer.status == 409)
    assert counted(pool, Booking, Booking.state) == {"accepted": 1}
    assert counted(pool, Offer, Offer.state) == {"accepted": 1, "withdrawn": CROWD - 1}
    again = accept(live_server, asked[winner], whose[winner])
    assert (again.status, again.location) == (303, answers[winner].location)


def test_one_clinician_accepts_two_hundred_overlapping_sessions(app, pool, pressed):
    """One booking; 199 read that they are booked then; those offers are closed and their sessions are open again."""
    (clinician,) = clinicians(pool.id, 1)
    overlapping = overlapping_sessions(a_practice(pool), next_week(), CROWD)
    asked = offered(overlapping, [clinician.id] * CROWD, pool.id)
    answers = pressed(asked, passes(app, [clinician.person_id]) * CROWD)
    winner_of(answers)
    assert all("You are booked then" in answer.page for answer in answers if answer.status == 409)
    assert counted(pool, Booking, Booking.state) == {"accepted": 1}
    assert counted(pool, Offer, Offer.state) == {"accepted": 1, "withdrawn": CROWD - 1}
    assert counted(pool, PracticeSession, PracticeSession.state) == {"filled": 1, "posted": CROWD - 1}
