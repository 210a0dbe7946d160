"""The fee of a booking: exact to the penny, and every figure comes with its working."""

from datetime import date, time
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pool import clock
from pool.money import Money, total
from pool.rules.fees import Hours, due_on, financial_year, lines_for, share
from tests.terms_builders import an_agreement


def hours(starts, ends, on="2026-06-11"):
    """Confirmed hours by the clock in London."""
    day = date.fromisoformat(on)
    return Hours(*clock.span(day, time.fromisoformat(starts), time.fromisoformat(ends)))


def test_as_booked_is_the_agreed_fee():
    """The usual case: one line, the agreed fee, and a sentence anybody can check."""
    (line,) = lines_for(an_agreement(), hours("08:30", "12:40"))
    assert line.amount == Money(35700)
    assert line.working == "08:30–12:40 as booked: agreed session fee £357.00"
    assert line.description == "GP session (morning) by Dr Demo"


def test_other_times_of_the_same_length_cost_the_same():
    """Starting and ending a quarter of an hour later changes nothing but the words."""
    (line,) = lines_for(an_agreement(), hours("08:45", "12:55"))
    assert line.amount == Money(35700)
    assert line.working == "08:45–12:55 instead of 08:30–12:40, the same length: agreed session fee £357.00"


def test_shorter_hours_are_paid_by_the_minute():
    """210 of 250 minutes, shown as a sum."""
    (line,) = lines_for(an_agreement(), hours("08:30", "12:00"))
    assert line.amount == Money(29988)
    assert line.working == (
        "08:30–12:00, 3 hr 30 min of the 4 hr 10 min agreed (08:30–12:40): £357.00 × 210 ÷ 250 minutes = £299.88"
    )


def test_longer_hours_are_a_line_of_their_own():
    """The practice sees what it pays for the session and what for the time beyond it."""
    session, extra = lines_for(an_agreement(), hours("08:30", "13:10"))
    assert session.amount == Money(35700)
    assert extra.amount == Money(4284)
    assert (session.kind, extra.kind) == ("session", "extra_time")
    assert "30 min beyond the 4 hr 10 min agreed: £357.00 × 30 ÷ 250 minutes = £42.84" in extra.working


def test_the_night_the_clocks_go_back_has_an_hour_more():
    """22:00 to 06:00 is nine hours that night; the agreed fee is for all nine."""
    night = an_agreement(on=date(2026, 10, 24), starts=time(22), ends=time(6), fee=Money(90000))
    (line,) = lines_for(night, hours("22:00", "06:00", on="2026-10-24"))
    assert line.amount == Money(90000)
    (short,) = lines_for(night, hours("22:00", "05:00", on="2026-10-24"))
    assert short.amount == Money(80000)


@given(fee=st.integers(0, 200_000), agreed=st.integers(30, 960), worked=st.integers(1, 960))
def test_rounding_is_half_up_once_and_never_off(fee, agreed, worked):
    """The share is the exact fraction rounded half up; no division is rounded on the way."""
    exact = Fraction(fee * worked, agreed)
    assert share(Money(fee), worked, agreed).pence == int(exact + Fraction(1, 2))


@given(minutes=st.integers(1, 900))
def test_lines_add_up_to_the_time_confirmed(minutes):
    """However long it took, the lines together are the agreed fee by the minute."""
    start, _ = clock.span(date(2026, 5, 14), time(0, 0), time(1, 0))
    worked = Hours(start, start + (minutes * (clock.span(date(2026, 5, 14), time(0, 0), time(0, 1))[1] - start)))
    assert total([line.amount for line in lines_for(an_agreement(), worked)]) == share(Money(35700), minutes, 250)


def test_payment_is_due_after_the_later_of_issue_and_service():
    """An invoice sent before the work does not shorten the time to pay (domain 6.5)."""
    assert due_on(date(2026, 5, 14), date(2026, 5, 10), 30) == date(2026, 6, 13)
    assert due_on(date(2026, 5, 10), date(2026, 5, 14), 30) == date(2026, 6, 13)


def test_the_financial_year_turns_in_april():
    """31 March belongs to the year that began the April before."""
    assert financial_year(date(2027, 3, 31)) == 2026
    assert financial_year(date(2027, 4, 1)) == 2027
