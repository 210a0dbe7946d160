"""The work planned in a session as it is kept: only what was said, readable for ever."""

import json
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pool.rules.session_plan import COUNT, INPUTS, TICK, SessionPlan
from pool.rules.versioned import WrittenByNewerRelease


def values(asked):
    """Whatever may be typed into one field."""
    if asked.kind == TICK:
        return st.booleans()
    if asked.kind == COUNT:
        return st.just(0) | st.integers(asked.least, asked.most)
    return st.none() | st.builds(time, st.integers(0, 23), st.integers(0, 59))


plans = st.builds(SessionPlan, **{name: values(asked) for name, asked in INPUTS.items()})


@given(plans)
def test_written_and_read_again_it_is_the_same(plan):
    """from_json(to_json(x)) == x, and a second writing changes nothing."""
    written = json.loads(json.dumps(plan.to_json()))
    again = SessionPlan.from_json(written)
    assert again == plan
    assert again.to_json() == written


def test_only_what_was_said_is_written():
    """With the version, so that a later release knows how to read it."""
    plan = SessionPlan(appointments=12, minutes_each=15, latest_visit=time(11), duty=True)
    assert plan.to_json() == {
        "version": 1,
        "appointments": 12,
        "minutes_each": 15,
        "duty": True,
        "latest_visit": "11:00",
    }


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"appointments": 15, "minutes_each": 10, "latest_visit": "11:00", "documents": True},
        {"appointments": 12, "minutes_each": 15, "video": 0, "duty": False, "visits": 0},
    ],
)
def test_a_plan_of_before_is_read_and_written_as_it_stands(written):
    """Without a version, and with noughts that were spelled out: check codes of terms that hold it depend on it."""
    plan = SessionPlan.from_json(written)
    assert plan.to_json() == written
    assert SessionPlan(**plan.said) == plan


@pytest.mark.parametrize("written", [{"version": 2}, {"acupuncture": 3}])
def test_what_a_newer_release_wrote_is_refused(written):
    """Nothing is dropped in silence."""
    with pytest.raises(WrittenByNewerRelease, match="A session plan"):
        SessionPlan.from_json(written)
