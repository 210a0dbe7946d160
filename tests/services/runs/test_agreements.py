"""Agreements to be matched together: both name each other, both count the same points, whoever ends it ends it."""

from uuid import uuid4

import pytest

from pool.errors import Invalid
from pool.models.pool import Pool
from pool.services.runs import agreements
from pool.services.runs.agreements import AGREED, DIFFERENT, NOBODY, ONLY_THEY, ONLY_WE
from tests.builders import a_pool, read, working_as
from tests.workers.neighbours import agree, change
from tests.workers.places import a_market

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def markets():
    """Three pools of one care system that have agreed on nothing."""
    markets = [a_market(sessions=0, clinicians=0) for _ in range(3)]
    agree(*markets)
    for market in markets:
        change(market, together=[])
    return markets


def chosen(market, *others):
    """A manager ticks these pools; how all neighbours stand afterwards, by pool."""
    with working_as(market.manager) as work:
        found = agreements.choose(work, [other.pool.id for other in others])
        return {agreement.pool.id: agreement.standing for agreement in found}


def covered(market):
    """The pools of a run of this pool."""
    with working_as(market.manager) as work:
        return [agreement.id for agreement in agreements.group(work, market.pool.id)]


def test_it_takes_two_to_agree_and_one_to_end_it(markets):
    here, there, third = markets
    assert chosen(here, there) == {there.pool.id: ONLY_WE, third.pool.id: NOBODY}
    assert covered(here) == [here.pool.id]
    assert chosen(there) == {here.pool.id: ONLY_THEY, third.pool.id: NOBODY}
    assert chosen(there, here) == {here.pool.id: AGREED, third.pool.id: NOBODY}
    assert covered(here) == [here.pool.id, there.pool.id]
    assert covered(there) == [there.pool.id, here.pool.id]
    assert chosen(here) == {there.pool.id: ONLY_THEY, third.pool.id: NOBODY}
    assert covered(there) == [there.pool.id]


def test_pools_are_connected_over_each_other(markets):
    """A with B and B with C: a run covers all three, whoever starts it."""
    here, there, third = markets
    chosen(here, there)
    chosen(there, here, third)
    chosen(third, there)
    assert {frozenset(covered(market)) for market in markets} == {frozenset(market.pool.id for market in markets)}


def test_pools_that_count_other_points_are_told_which(markets):
    """The run leaves them out, and the words name each term that differs on both sides."""
    here, there, third = markets
    agree(*markets)
    change(third, own_weights={"travel": 25}, fill_first=True)
    assert covered(here) == [here.pool.id, there.pool.id]
    assert covered(third) == [third.pool.id]
    with working_as(here.manager) as work:
        pool = work.get(Pool, here.pool.id)
        words = {neighbour.pool.id: neighbour.words for neighbour in agreements.neighbours(work, pool)}
        assert agreements.together(work, pool.id) == (there.pool.name, third.pool.name)
        assert {neighbour.standing for neighbour in agreements.neighbours(work, pool)} == {AGREED, DIFFERENT}
    assert (
        f"A minute of travel (10 in {here.pool.name}, 25 in {third.pool.name}); Filling first." in words[third.pool.id]
    )


def test_a_pool_that_counts_differently_does_not_connect_others(markets):
    """A and C agreed only with B; B counts other points, so nobody is matched together."""
    here, there, third = markets
    chosen(here, there)
    chosen(there, here, third)
    chosen(third, there)
    change(there, own_weights={"travel": 25})
    assert [len(covered(market)) for market in markets] == [1, 1, 1]


def test_pools_of_other_care_systems_cannot_be_chosen(markets):
    """Nor pools that are not there."""
    here, other = markets[0], a_pool()
    for pool_id in (other.id, uuid4(), here.pool.id):
        with pytest.raises(Invalid, match="own care system"), working_as(here.manager) as work:
            agreements.choose(work, [pool_id])
    assert "together" not in read(Pool, other.id).policy


def test_the_answer_to_a_choice_says_what_is_missing(markets):
    here, there, third = markets
    chosen(there, here)
    with working_as(here.manager) as work:
        said = agreements.told(agreements.choose(work, [there.pool.id, third.pool.id]))
    assert said.startswith(f"The next run covers {there.pool.name} too. {third.pool.name} has not agreed yet.")
    with working_as(here.manager) as work:
        assert agreements.told(agreements.choose(work, [])) == "The next run covers your pool alone."


def test_a_change_is_in_the_audit_trail(markets):
    here, there, _ = markets
    chosen(here, there)
    assert [event.data["changed"] for event in here.events("PoolPolicyChanged")] == ["together"]
