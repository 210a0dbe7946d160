"""Each outcome of the off-payroll rules: who must decide, what was decided, until when (domain 4.3)."""

from datetime import date

import pytest

from pool.catalogue import COVER_REASONS
from pool.rules.off_payroll import (
    ABSENCE,
    EXTRA,
    INSIDE,
    MISSING,
    OUT_OF_DATE,
    OUTSIDE,
    Bar,
    Client,
    Determination,
    against,
    answer_due,
    pattern_of,
)
from pool.rules.rule_words import Refusal, to_manager

MAY = date(2026, 5, 14)
PARK = Client("The Park Surgery", "GMS")


def decided(outcome, *, on="2026-01-10", review="2026-12-31", pattern=ABSENCE):
    """A determination."""
    return Determination(pattern, outcome, date.fromisoformat(on), date.fromisoformat(review))


def asked(*determinations, client=PARK, pattern=ABSENCE):
    """What bars a company from a session in May."""
    return against(client, determinations, pattern=pattern, on=MAY)


def said_to_manager(bar):
    """The sentence about it."""
    return to_manager(Refusal("status", bar.case, names=bar.names(PARK.name)))


def test_outside_may_be_booked():
    """The practice decided, the company invoices."""
    assert asked(decided(OUTSIDE)) is None


def test_a_missing_determination_blocks_and_says_what_to_do():
    """Nobody is booked on a guess; the practice knows where to record it."""
    bar = asked()
    assert bar == Bar(MISSING, ABSENCE)
    assert said_to_manager(bar) == (
        "The clinician works through a limited company and The Park Surgery has not recorded a status determination for it "
        "(standing in for somebody who is away). The practice records one under Company status; then the session can be "
        "booked."
    )


def test_inside_blocks():
    """Tax would have to be deducted through the practice's payroll."""
    sentence = said_to_manager(asked(decided(INSIDE)))
    assert sentence.startswith("The Park Surgery decided on 10 January 2026 that the off-payroll rules (IR35) apply")
    assert "bank worker" in sentence


def test_one_that_should_have_been_reviewed_blocks():
    """The day of the session counts, not the day of asking."""
    bar = asked(decided(OUTSIDE, review="2026-05-13"))
    assert bar.case == OUT_OF_DATE
    assert "was to be reviewed on 13 May 2026" in said_to_manager(bar)
    assert asked(decided(OUTSIDE, review="2026-05-14")) is None


def test_the_newest_decision_counts():
    """Inside replaced by outside, and the other way round."""
    inside, outside = decided(INSIDE, on="2026-01-10"), decided(OUTSIDE, on="2026-03-01")
    assert asked(inside, outside) is None
    assert asked(decided(OUTSIDE, on="2026-01-10"), decided(INSIDE, on="2026-03-01")) is not None


def test_ways_of_working_are_decided_apart():
    """Blanket determinations are not accepted: one for standing in says nothing about an extra pair of hands."""
    assert asked(decided(OUTSIDE, pattern=EXTRA)) is not None
    assert asked(decided(OUTSIDE, pattern=EXTRA), pattern=EXTRA) is None


@pytest.mark.parametrize(
    ("contract", "small", "blocked"),
    [("GMS", False, True), ("GMS", True, True), ("PMS", True, True), ("APMS", False, True), ("APMS", True, False)],
)
def test_who_must_decide(contract, small, blocked):
    """GMS and PMS practices are public authorities whatever their size; for APMS the size test decides."""
    assert bool(asked(client=Client("Shore Health", contract, small))) is blocked


@pytest.mark.parametrize(
    ("reason", "pattern"),
    [
        ("annual_leave", ABSENCE),
        ("sickness", ABSENCE),
        ("vacancy", EXTRA),
        ("surge", EXTRA),
        ("enhanced_access", EXTRA),
    ],
)
def test_the_reason_for_cover_says_how_the_clinician_works(reason, pattern):
    """Standing in the shoes of an absent GP, or an extra pair of hands (domain 2.7, 4.2)."""
    assert pattern_of(reason) == pattern


def test_every_reason_has_a_way_of_working():
    """A new reason for cover counts as extra until somebody says otherwise: the careful reading."""
    assert {pattern_of(reason) for reason in COVER_REASONS} == {ABSENCE, EXTRA}


def test_a_disagreement_is_answered_within_45_calendar_days():
    """Counted in calendar days, over the turn of a month."""
    assert answer_due(date(2026, 5, 14)) == date(2026, 6, 28)
