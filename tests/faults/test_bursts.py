"""Many bookings at once: what follows from each follows soon, and the e-mails about them hold up nothing."""

import time
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles

import pytest

from tests.builders import a_practice, a_practice_manager, next_week
from tests.faults.crowds import AT_ONCE, accept, clinicians, offered, overlapping_sessions, passes

pytestmark = pytest.mark.faults

BOOKINGS, IN_SECONDS = 325, 14
OFFERED_AND_TOLD = 3 * BOOKINGS
"""E-mails: one about each offer, two about each booking."""
FOLLOWED_UP = """
    SELECT extract(epoch FROM done_at - at)::float FROM outbox_message WHERE name = 'BookingMade' AND failure = ''
"""


@pytest.fixture
def crowd(app, pool):
    """One open offer for each of so many clinicians, and their browsers."""
    practice = a_practice(pool)
    a_practice_manager(practice)
    people = clinicians(pool.id, BOOKINGS)
    asked = offered(overlapping_sessions(practice, next_week(), BOOKINGS), [person.id for person in people], pool.id)
    return list(zip(asked, passes(app, [person.person_id for person in people]), strict=True))


def test_every_booking_of_a_burst_is_followed_up(crowd, live_server, live_workers, capsys):
    """Half of a city answers after one e-mail, and each booking is told to two people. Prints how soon (docs/quality.md)."""
    live_workers.rest()
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(lambda pair: press(live_server, began, *pair), enumerate(crowd)))
    pressed = time.monotonic() - began
    assert {answer.status for answer in answers} == {303}
    live_workers.rest()
    waits = [seconds for (seconds,) in live_workers.rows.execute(FOLLOWED_UP)]
    assert len(waits) == BOOKINGS
    half, late = quantiles(waits, n=20)[9], quantiles(waits, n=20)[18]
    with capsys.disabled():
        print(
            f"\n{BOOKINGS} bookings in {pressed:.1f} s: half followed up within {half:.2f} s, 19 in 20 within {late:.2f} s"
        )
        print(f"all of {written(live_workers)} e-mails sent after {time.monotonic() - began:.1f} s", end=" ")
    assert written(live_workers) == OFFERED_AND_TOLD


def press(server, began, number, person):
    """Accept when it is this one's turn: evenly over the seconds of the burst."""
    time.sleep(max(0.0, began + number * IN_SECONDS / BOOKINGS - time.monotonic()))
    return accept(server, *person)


def written(workers):
    """How many e-mails were sent, about offers and bookings."""
    return workers.rows.execute("SELECT count(*) FROM message WHERE state = 'sent'").fetchone()[0]
