"""What one sheet of hours claims: each extra by itself, priced by the terms, and priced again at another figure."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pool import clock
from pool.money import Money, total
from pool.rules.claims import EXTRA_VISITS, MILEAGE, Worked, in_measure, item_at, items_of
from pool.rules.fees import EXTRA_TIME, SESSION, Hours
from tests.terms_builders import an_agreement

DAY = date(2026, 6, 11)


def worked(starts="08:30", ends="12:40", on=DAY, **extras):
    """What was sent the same day."""
    return Worked(Hours(*clock.span(on, time.fromisoformat(starts), time.fromisoformat(ends))), known_by=on, **extras)


def test_as_booked_is_one_item():
    """Nothing extra, nothing to approve apart."""
    (item,) = items_of(an_agreement(), worked())
    assert (item.kind, item.amount, item.unit, item.pensionable) == (SESSION, Money(35700), "session", True)


def test_each_extra_is_an_item_of_its_own_with_its_working():
    """25 minutes over, two visits at the agreed fee, 24.6 miles."""
    items = items_of(an_agreement(), worked(ends="13:05", visits=2, visit_fee=Money(3000), miles=Decimal("24.6")))
    assert [(item.kind, item.amount.pence) for item in items] == [
        (SESSION, 35700),
        (EXTRA_TIME, 3570),
        (EXTRA_VISITS, 6000),
        (MILEAGE, 1353),
    ]
    assert [item.working for item in items[1:]] == [
        "08:30–13:05, 25 min beyond the 4 hr 10 min agreed: £357.00 × 25 ÷ 250 minutes = £35.70",
        "2 extra visits at £30.00 each, agreed in the terms = £60.00",
        "24.6 miles at 55p (HMRC approved rate from 6 April 2026) = £13.53",
    ]


def test_mileage_is_no_pay():
    """It is never pensioned (domain 11.3); time and visits are."""
    items = items_of(an_agreement(), worked(ends="13:05", visits=1, visit_fee=Money(3000), miles=Decimal(10)))
    assert [item.pensionable for item in items] == [True, True, True, False]


def test_a_fee_that_nobody_agreed_is_called_proposed():
    """The practice sees that the terms do not have it."""
    item = items_of(an_agreement(extra_visit_fee=None), worked(visits=1, visit_fee=Money(4000)))[-1]
    assert item.working == "1 extra visit at £40.00 each, proposed with the hours = £40.00"


def test_an_early_finish_is_less_of_the_session_and_extras_stay():
    """40 minutes early after 10 miles."""
    session, way = items_of(an_agreement(), worked(ends="12:00", miles=Decimal(10)))
    assert (session.amount, way.amount) == (Money(29988), Money(550))


def test_the_night_the_clocks_go_back_counts_real_minutes():
    """22:00 to 06:30 booked until 06:00 is nine hours and thirty minutes that night; the extra is 30 minutes, not 90."""
    night = an_agreement(on=date(2026, 10, 24), starts=time(22), ends=time(6), fee=Money(54000))
    sent = worked("22:00", "06:30", on=date(2026, 10, 24))
    whole, extra = items_of(night, sent)
    assert (whole.amount, extra.amount) == (Money(54000), Money(3000))
    assert "30 min beyond the 9 hr agreed" in extra.working


def test_the_night_the_clocks_go_forward_counts_real_minutes():
    """22:00 to 06:00 is seven hours that night; leaving at 05:00 is six of seven."""
    night = an_agreement(on=date(2027, 3, 27), starts=time(22), ends=time(6), fee=Money(42000))
    (item,) = items_of(night, worked("22:00", "05:00", on=date(2027, 3, 27)))
    assert item.amount == Money(36000)


def test_an_employers_miles_are_counted_through_the_tax_year():
    """The threshold falls inside this drive."""
    item = items_of(an_agreement(engagement_type="bank_worker"), worked(miles=Decimal(30), miles_before=Decimal(9980)))[
        -1
    ]
    assert (item.amount, item.unit) == (Money(1350), "item")


@pytest.mark.parametrize(
    ("kind", "figure", "pence"),
    [(SESSION, 230, 32844), (EXTRA_TIME, 10, 1428), (EXTRA_VISITS, 1, 3000), (MILEAGE, Decimal("20.2"), 1111)],
)
def test_the_same_item_at_another_figure(kind, figure, pence):
    """By the rules of the first one, rounded once."""
    sent = worked(ends="13:05", visits=2, visit_fee=Money(3000), miles=Decimal("24.6"))
    assert item_at(kind, Decimal(figure), an_agreement(), sent).amount == Money(pence)


def test_figures_in_words():
    """As people say them."""
    said = [
        in_measure(*pair)
        for pair in (
            (EXTRA_TIME, Decimal(25)),
            (SESSION, Decimal(250)),
            (EXTRA_VISITS, Decimal(1)),
            (MILEAGE, Decimal("24.60")),
        )
    ]
    assert said == ["25 min", "4 hr 10 min", "1 visit", "24.6 miles"]


@given(
    fee=st.integers(0, 200_000),
    minutes=st.integers(1, 900),
    visits=st.integers(0, 9),
    visit_fee=st.integers(0, 10_000),
    tenths=st.integers(0, 3000),
)
def test_an_item_at_its_own_figure_is_the_item(fee, minutes, visits, visit_fee, tenths):
    """Claimed and worked out again at what was claimed, every item is the same to the penny; at nought it is nothing.
    And what a document shows, quantity times price, is the amount within two pence."""
    agreed = an_agreement(fee=Money(fee))
    start, _ = clock.span(DAY, time(0, 0), time(1, 0))
    sent = Worked(
        Hours(start, start + minutes * (clock.span(DAY, time(0, 0), time(0, 1))[1] - start)),
        known_by=DAY,
        visits=visits,
        visit_fee=Money(visit_fee),
        miles=Decimal(tenths) / 10,
    )
    claimed = {
        SESSION: min(minutes, 250),
        EXTRA_TIME: minutes - 250,
        EXTRA_VISITS: visits,
        MILEAGE: sent.miles,
    }
    for item in items_of(agreed, sent):
        assert item_at(item.kind, Decimal(claimed[item.kind]), agreed, sent).amount == item.amount
        assert item_at(item.kind, Decimal(0), agreed, sent).amount == Money(0)
        assert abs(item.quantity * item.price.pence - item.amount.pence) <= 2
    assert total([item.amount for item in items_of(agreed, sent)]).pence >= 0
