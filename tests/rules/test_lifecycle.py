"""The life-cycle tables are the law: no path leaves them, none skips confirmation before the invoice."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pool.errors import WrongState
from pool.lifecycle import BOOKING, LIVES, SESSION, advance, allows, stage


@dataclass
class Thing:
    """Something with a life."""

    state: str


ALL_VERBS = sorted({verb for life in LIVES for steps in life.steps.values() for verb in steps})


@given(life=st.sampled_from(LIVES), verbs=st.lists(st.sampled_from(ALL_VERBS), max_size=30))
def test_no_verbs_lead_outside_the_table(life, verbs):
    """Random verbs in any order: each moves as the table says or is refused and changes nothing."""
    thing = Thing(life.initial)
    for verb in verbs:
        before = thing.state
        if allows(life, thing, verb):
            advance(life, thing, verb)
            assert thing.state == life.steps[before][verb]
        else:
            with pytest.raises(WrongState):
                advance(life, thing, verb)
            assert thing.state == before
        assert thing.state in life.states


@given(verbs=st.lists(st.sampled_from(sorted({v for steps in BOOKING.steps.values() for v in steps})), max_size=20))
def test_nothing_is_invoiced_before_it_is_confirmed(verbs):
    """However the verbs come, an invoiced booking has been confirmed first."""
    booking, seen = Thing(BOOKING.initial), []
    for verb in verbs:
        if allows(BOOKING, booking, verb):
            advance(BOOKING, booking, verb)
            seen.append(booking.state)
    if "invoiced" in seen:
        assert "confirmed" in seen[: seen.index("invoiced")]


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.noun)
def test_every_state_can_be_reached_and_every_step_leads_to_a_state(life):
    """A state nobody can reach, or a step into nowhere, is a mistake in the table."""
    reached, waiting = set(), [life.initial]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += life.steps[state].values()
    assert reached == set(life.states)


def test_a_refused_step_says_what_is_the_matter():
    """The sentence names the thing and its state, in words."""
    with pytest.raises(WrongState, match="You cannot cancel this booking: it is already no show"):
        advance(BOOKING, Thing("no_show"), "cancel")


def test_people_see_one_word_for_a_session():
    """Until somebody is booked it is the session's state, then the booking's."""
    assert stage(Thing("offered"), None) == "offered"
    assert stage(Thing("filled"), Thing("confirmed")) == "confirmed"
    assert stage(Thing("posted"), Thing("cancelled")) == "posted"
    assert SESSION.initial == "draft"
