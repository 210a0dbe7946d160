"""Hours: sent item by item, confirmed once, and silence counts as yes when it was agreed."""

from datetime import time, timedelta
from decimal import Decimal

import pytest

from pool.errors import Conflict, Invalid, WrongState
from pool.money import Money
from pool.rules.claims import Objection
from pool.services.hours import hours_pages, queries, timesheets
from tests.builders import (
    a_booking,
    a_practice,
    a_practice_manager,
    a_session,
    a_timesheet,
    actor_of,
    again,
    working_as,
    yesterday,
)


@pytest.fixture
def practice(app):
    """A practice with hours to confirm."""
    return a_practice()


@pytest.fixture
def sam(practice):
    """Its manager, acting."""
    return actor_of(a_practice_manager(practice))


def hours_of(practice, *, days_ago=1, **sent):
    """Hours that came in for a session of this practice."""
    on = yesterday() - timedelta(days=days_ago - 1)
    return a_timesheet(a_booking(session=a_session(practice, on=on)), **sent)


def test_confirming_moves_the_booking_too(practice, sam):
    """The invoice looks at the booking."""
    hours = hours_of(practice)
    with working_as(sam) as work:
        timesheets.confirm(work, hours.id)
    assert (again(hours).state, again(hours.booking).state) == ("confirmed", "confirmed")
    assert again(hours).confirmed_by_id == sam.person_id


def test_a_colleague_who_confirms_too_is_told(practice, sam):
    """And nothing is invoiced twice."""
    hours = hours_of(practice)
    with working_as(sam) as work:
        timesheets.confirm(work, hours.id)
    with pytest.raises(WrongState, match="already confirmed"), working_as(sam) as work:
        timesheets.confirm(work, hours.id)


def test_hours_before_the_end_are_refused(app):
    """Nobody knows yet."""
    booking = a_booking()
    with pytest.raises(Conflict, match="not over yet"):
        a_timesheet(booking, sent=booking.ends_at - timedelta(minutes=1))


def test_other_hours_need_a_note(practice):
    """The practice decides on the reason, not on a number."""
    with pytest.raises(Invalid) as refused:
        hours_of(practice, starts=time(8, 30), ends=time(13))
    assert list(refused.value.fields) == ["note"]


def test_silence_counts_as_yes_after_the_agreed_days(practice, sam):
    """Five days by the terms of the booking, to the minute."""
    hours = hours_of(practice)
    due = timesheets.answer_due(hours)
    assert due == hours.submitted_at + timedelta(days=5)
    with working_as(sam, now=due - timedelta(minutes=1)) as work:
        assert timesheets.accept_silence(work) == 0
    with working_as(sam, now=due) as work:
        assert timesheets.accept_silence(work) == 1
    assert again(hours).state == "confirmed"


def test_the_page_says_what_will_be_invoiced(practice, sam):
    """25 minutes beyond 250 at £357 for the session: a line of its own, rounded once."""
    hours_of(practice, starts=time(8, 30), ends=time(13, 5), note="A patient was taken ill")
    with working_as(sam) as work:
        (hours,) = hours_pages.waiting(work)
        assert (hours.minutes_more, hours.amount) == (25, Money(35700 + 3570))
        assert [line.kind for line in hours.items] == ["session", "extra_time"]


def test_a_batch_takes_what_was_ticked_and_still_waits(practice, sam):
    """Extras too, when they were ticked; what a colleague queried meanwhile stays queried."""
    plain = hours_of(practice)
    queried = hours_of(practice, days_ago=2)
    longer = hours_of(practice, days_ago=3, starts=time(8, 30), ends=time(13), note="Ran over")
    left = hours_of(practice, days_ago=4)
    with working_as(sam) as work:
        queries.query(work, queried.id, {"session": Objection("left_early", figure=Decimal(230))})
    with working_as(sam) as work:
        assert hours_pages.confirm_all(work, [plain.id, queried.id, longer.id]) == 2
    states = [again(sheet).state for sheet in (plain, queried, longer, left)]
    assert states == ["confirmed", "queried", "confirmed", "submitted"]


def test_a_practice_sees_only_its_own_hours(practice, sam):
    """Hours of another practice of the pool are not there, neither in the list nor by id."""
    other = a_timesheet()
    with working_as(sam) as work:
        assert hours_pages.waiting(work) == []
        assert hours_pages.confirm_all(work, [other.id]) == 0
    assert again(other).state == "submitted"
