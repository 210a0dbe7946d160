"""Pools of one care system matched in one run: a part for each pool, one plan for each, all published together."""

import dataclasses
import gzip
import json
import re
from datetime import datetime, time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select, text, update

import matching
from pool import clock
from pool.errors import NotFound
from pool.models.clinician import Clinician
from pool.models.match_run import MatchRun, Proposal, UnfilledReason
from pool.models.run_part import RunPart
from pool.models.session import PracticeSession
from pool.services.eligibility.pool_facts import Window
from pool.services.runs import run_groups, run_leases, run_parts, run_requests, run_tables
from pool.services.runs.joint_problem import JointProblem
from pool.services.runs.run_groups import WAITS
from tests.builders import a_booking, a_clinician, a_practice, a_session, again, next_week, read, working_as
from tests.workers.neighbours import AFTERNOON, agree, change, divided, everybody, joined, planned, runs_of, three_pools
from tests.workers.places import a_market
from workers import housekeeping, match, match_parts, sweeper

AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}")


def optimum(markets, run):
    """The best plan of all pools together, from the rows as they are, solved in one piece."""
    with working_as(everybody(markets)) as work:
        tables = run_tables.tables_between(work, Window(run.first_day, run.last_day))
        person_of = {str(clinician.id): str(clinician.person_id) for clinician in work.all(select(Clinician))}
    return matching.solve(JointProblem.of(tables, person_of).problem, weights=matching.Weights.from_dict(run.weights))


def alone_and_together(work_off, markets):
    """How many sessions of all pools have a clinician who can come to all of them: plans apart, then one plan."""
    agreed = [read(type(market.pool), market.pool.id).policy["together"] for market in markets]
    for market in markets:
        change(market, together=[])
        market.request()
    assert work_off() == 0
    apart = planned(markets)
    for market, ids in zip(markets, agreed, strict=True):
        change(market, together=ids)
    markets[0].request()
    assert work_off() == 0
    return apart, planned(markets)


def test_three_pools_are_matched_in_one_run_with_one_plan_each(app, work_off):
    """The optimum of the whole to the point, nobody twice at once, and the sessions of a week counted over all pools."""
    markets = three_pools()
    asked = markets[1].request()
    best = optimum(markets, asked)
    assert work_off() == 0
    runs = [run for market in markets for run in runs_of(market)]
    assert [run.state for run in runs] == ["published"] * 3
    assert [run.led_by_id for run in runs] == [asked.id, None, asked.id]
    assert {(run.objective, run.bound, run.gap) for run in runs} == {(best.objective, best.bound, 0.0)}
    parts = [part for market in markets for part in market.rows(select(RunPart))]
    assert [(part.state, part.pool_id) for part in parts] == [("solved", market.pool.id) for market in markets]
    plan = planned(markets)
    assert len(plan) == best.filled == 9
    assert sum(run.summary["proposed"] for run in runs) == 9
    assert all(run.summary["proposed"] + run.summary["unfilled"] == 5 for run in runs)
    sessions = {session.id: session for market in markets for session in market.sessions}
    for person in set(plan.values()):
        held = sorted(
            (sessions[session_id].starts_at, sessions[session_id].ends_at)
            for session_id, who in plan.items()
            if who == person
        )
        assert len(held) == 3
        assert all(first[1] <= second[0] for first, second in pairwise(held))


def test_one_plan_fills_what_plans_apart_cannot(app, work_off):
    """Apart both pools propose the person whom both know; together the other one takes what only they can take."""
    here, there = a_market(sessions=1, clinicians=1), a_market(sessions=1, clinicians=0)
    joined(there, here.clinicians[0])
    far = a_clinician(here.pool, home_easting=here.clinicians[0].home_easting + 9000)
    agree(here, there)
    apart, together = alone_and_together(work_off, [here, there])
    both = here.clinicians[0].person_id
    assert apart == {here.sessions[0].id: both, there.sessions[0].id: both}
    assert together == {here.sessions[0].id: far.person_id, there.sessions[0].id: both}


def test_a_session_goes_to_members_of_its_pool_only(app, work_off):
    """Being matched together makes nobody a member."""
    here, there = a_market(sessions=1, clinicians=0), a_market(sessions=1, clinicians=2)
    agree(here, there)
    here.request()
    assert work_off() == 0
    assert planned([here, there]).keys() == {there.sessions[0].id}
    (reason,) = here.reasons(runs_of(here)[0])
    assert reason.sentences
    assert reason.counts == {}


def test_each_pool_keeps_and_reads_its_own_rows_only(app, work_off):
    """Snapshots, reports, plans and parts: nothing of one pool stands with another, and nobody reads across."""
    markets = three_pools()
    markets[0].request()
    assert work_off() == 0
    for market in markets:
        (run,) = runs_of(market)
        with working_as(market.manager) as work:
            row = work.get(MatchRun, run.id)
            kept = json.loads(gzip.decompress(row.snapshot_gz))
            own = {str(clinician_id) for clinician_id in work.all(select(Clinician.id))}
            assert {person["clinician_id"] for person in kept["clinicians"]} == own
            assert {practice["pool_id"] for practice in kept["practices"]} == {str(market.pool.id)}
            assert {share["clinician_id"] for share in row.report["shares"]} <= own
            assert {one["clinician_id"] for row in work.all(select(Proposal)) for one in row.alternatives} <= own
            assert len(work.all(select(MatchRun))) == len(work.all(select(RunPart))) == 1
            assert work.store.scalar(text("SELECT count(*) FROM run_part")) == 1
            assert work.store.scalar(text("SELECT count(*) FROM match_run WHERE snapshot_gz IS NOT NULL")) == 1
            proposals = work.all(select(Proposal))
            sentences = [json.dumps(proposal.reasons) for proposal in proposals]
            sentences += [one for left in work.all(select(UnfilledReason)) for one in left.sentences]
            assert sentences
            assert not any(AN_ID.search(sentence) for sentence in sentences)
            for other in markets:
                if other is not market:
                    with pytest.raises(NotFound):
                        work.get(MatchRun, runs_of(other)[0].id)


@pytest.mark.parametrize("cap", [{"weekly_cap": 2}, {"four_week_cap": 2}])
@pytest.mark.parametrize("booked", [0, 1, 2])
def test_caps_count_bookings_of_every_pool(app, work_off, cap, booked):
    """Two sessions: of them one is booked in a pool of the run, or in a pool that the run does not cover, or none."""
    markets = [a_market(sessions=0, clinicians=0) for _ in range(3)]
    person = a_clinician(markets[0].pool, **cap)
    for market in markets[1:]:
        joined(market, person, **cap)
    agree(*markets[:2])
    for market in markets[:2]:
        market.sessions += [a_session(market.practice, on=next_week(day), **AFTERNOON) for day in (1, 3)]
    holder = (None, markets[0], markets[2])[booked]
    if holder is not None:
        member = person if holder is markets[0] else markets[2].clinicians[0]
        a_booking(session=a_session(holder.practice, on=next_week(2)), clinician=member)
    markets[1].request()
    assert work_off() == 0
    assert len(planned(markets)) == (2 if holder is None else 1)


def test_a_large_pool_has_several_parts(app, work_off, monkeypatch):
    """Areas within each pool; the plans are worth what they are worth in one piece."""
    config = dataclasses.replace(app.extensions["pool_config"], area_sessions=3)
    monkeypatch.setitem(app.extensions, "pool_config", config)
    markets = three_pools()
    far = a_practice(markets[0].pool, position=("IP1 1AA", 616000, 244000))
    markets[0].sessions += [a_session(far, on=next_week(day)) for day in range(1, 4)]
    a_clinician(markets[0].pool, home_easting=616000, home_northing=244000)
    run = markets[0].request()
    best = optimum(markets, run)
    assert work_off() == 0
    parts = [market.rows(select(RunPart).order_by(RunPart.number)) for market in markets]
    assert [[(part.number, part.state) for part in piece] for piece in parts] == [
        [(1, "solved"), (2, "solved")],
        [(1, "solved")],
        [(1, "solved")],
    ]
    assert again(run).objective == best.objective


def test_answers_of_another_release_are_not_stitched(app, work_off):
    """The parts of every pool are drawn anew from the rows, and the plans are right."""
    markets = three_pools()
    divided(app, markets)
    with working_as(markets[2].system) as work:
        work.store.execute(update(RunPart).values(digest="older"))
    assert work_off() == 0
    with app.app_context():
        sweeper.sweep()
    assert work_off() == 0
    assert [runs_of(market)[0].state for market in markets] == ["published"] * 3
    assert len(planned(markets)) == 9


def test_an_untick_ends_it(app, work_off):
    """From the next run on; it takes both to agree and one to end it."""
    here, there = a_market(sessions=1), a_market(sessions=1)
    agree(here, there)
    change(there, together=[])
    here.request()
    assert work_off() == 0
    assert again(runs_of(here)[0]).together == []
    assert runs_of(there) == []


@pytest.mark.parametrize("policy", [{"fill_first": True}, {"own_weights": {"travel": 25}}])
def test_pools_that_count_other_points_are_matched_apart(app, work_off, policy):
    """One plan has one objective."""
    here, there = a_market(sessions=1), a_market(sessions=1)
    agree(here, there)
    change(there, **policy)
    here.request()
    assert work_off() == 0
    assert (runs_of(here)[0].state, runs_of(here)[0].together, runs_of(there)) == ("published", [], [])


def test_runs_that_wait_in_both_pools_become_one(app, work_off):
    """Both managers ask before a worker is free: one leads, over all the days that anybody asked for."""
    here, there = a_market(sessions=1), a_market(sessions=1)
    agree(here, there)
    first = here.request()
    there.sessions.append(a_session(there.practice, on=next_week(4)))
    second = there.request()
    assert work_off() == 0
    assert [len(runs_of(market)) for market in (here, there)] == [1, 1]
    runs = [again(first), again(second)]
    assert [run.state for run in runs] == ["published"] * 2
    assert sorted(run.led_by_id is None for run in runs) == [False, True]
    assert {(run.first_day, run.last_day) for run in runs} == {(next_week(1), next_week(4))}
    assert len(planned([here, there])) == 3


def test_a_run_that_is_under_way_next_door_is_waited_for(app, work_off):
    """It was started before the agreement; afterwards both are matched together."""
    here, there = a_market(sessions=1), a_market(sessions=1)
    alone = there.request()
    with app.app_context():
        owned = match.claim(there.system, alone.id)
        agree(here, there)
        asked = here.request()
        assert match.claim(here.system, asked.id) is None
        assert again(asked).stage == WAITS.format(there.pool.name)
        match.execute(owned)
        assert again(alone).state == "published"
        sweeper.sweep()
    assert work_off() == 0
    assert again(asked).state == "published"
    assert len(again(asked).together) == 2
    assert [run.led_by_id for run in runs_of(there)] == [None, asked.id]


def test_two_workers_at_once_make_one_run(app):
    """Whoever holds the rows leads; the other one leaves and comes back."""
    here, there = a_market(sessions=1), a_market(sessions=1)
    agree(here, there)
    one, two = here.request(), there.request()
    with app.app_context(), working_as(everybody([here, there])) as work:
        assert run_groups.gather(work, one.id)
        work.store.flush()
        assert match.claim(there.system, two.id) is None
        assert again(two).led_by_id is None
    with app.app_context():
        assert match.claim(there.system, two.id) is None
        assert match.claim(here.system, one.id).attempt == 1
    assert again(two).led_by_id == one.id


def test_people_of_every_pool_see_how_far_the_run_is_and_join_it(app, signed_in):
    """Those who did not ask, too: progress, the areas of their own pool, who else is in it."""
    markets = three_pools()
    run = markets[0].request()
    with app.app_context():
        match.run(str(markets[0].pool.id), str(run.id))
    (led,) = runs_of(markets[1])
    assert (led.state, led.stage) == ("divided", run_parts.words(0, 3))
    page = (
        signed_in(read(type(markets[1].clinicians[0].person), markets[1].manager.person_id)).get(f"/runs/{led.id}").text
    )
    assert "3 areas: 0 of 3 solved" in page
    assert "Area 1, 5 sessions" in page
    assert markets[0].pool.name in page
    with working_as(markets[1].manager) as work:
        assert run_requests.request(work, run.first_day, run.last_day).id == led.id


def test_only_who_acts_for_all_pools_carries_the_run_through(app):
    """A worker that sees one pool alone could not know which parts are solved."""
    here, there = a_market(sessions=1), a_market(sessions=1)
    agree(here, there)
    run = here.request()
    with app.app_context():
        match.run(str(here.pool.id), str(run.id))
    with working_as(here.system) as work:
        work.store.execute(update(RunPart).values(state="solved"))
        assert run_leases.claim(work, run.id) is None


def test_the_run_goes_on_when_the_parts_of_every_pool_are_solved(app):
    """Not before: the part of a pool that follows counts as much as that of the pool that asked."""
    here, there = a_market(sessions=1), a_market(sessions=1)
    agree(here, there)
    divided(app, [here, there])
    (run,) = runs_of(here)
    for market, attempt in ((here, None), (there, 2)):
        (part,) = market.rows(select(RunPart))
        with app.app_context():
            match_parts.run(str(market.pool.id), str(part.id))
            owned = match.claim(here.system, run.id)
        assert (owned and owned.attempt) == attempt


def test_a_run_that_fails_fails_for_every_pool(app):
    """With the sentence, and a message to the managers of each."""
    here, there = a_market(sessions=1), a_market(sessions=1)
    agree(here, there)
    run = here.request()
    with app.app_context():
        match.run(str(here.pool.id), str(run.id))
        (part,) = there.rows(select(RunPart))
        with working_as(there.system) as work:
            work.store.execute(update(RunPart).where(RunPart.id == part.id).values(attempt=run_parts.MOST_ATTEMPTS))
        match_parts.run(str(there.pool.id), str(part.id))
    for market in (here, there):
        assert [(run.state, run.failure) for run in runs_of(market)] == [("failed", run_parts.STOPPED)]
        assert len(market.events("RunFailed")) == 1
    with app.app_context():
        assert sweeper.parts_waiting(everybody([here, there])) == []


def test_signals_that_were_lost_are_given_again(app, valkey, work_off):
    """Everything in Valkey is gone, twice; parts and stitching are asked for by the rows of whichever pool."""
    markets = three_pools()
    run = markets[0].request()
    with app.app_context():
        match.run(str(markets[0].pool.id), str(run.id))
        valkey.flushdb()
        sweeper.sweep()
        for market in markets:
            for part in market.rows(select(RunPart)):
                match_parts.run(str(market.pool.id), str(part.id))
        valkey.flushdb()
        sweeper.sweep()
    assert work_off() == 0
    assert [runs_of(market)[0].state for market in markets] == ["published"] * 3
    assert [len(market.events("RunPublished")) for market in markets] == [1, 1, 1]


def test_a_worker_that_was_given_up_on_publishes_nothing_in_any_pool(app, work_off):
    """The fence is that of the leading run, and it holds for all plans."""
    markets = three_pools()
    run = markets[0].request()
    with app.app_context():
        match.run(str(markets[0].pool.id), str(run.id))
        for market in markets:
            for part in market.rows(select(RunPart)):
                match_parts.run(str(market.pool.id), str(part.id))
        late = match.claim(markets[0].system, run.id)
        with working_as(markets[0].system) as work:
            work.store.execute(update(MatchRun).where(MatchRun.id == run.id).values(lease_until=func.now()))
        assert match.claim(markets[0].system, run.id).attempt == late.attempt + 1
        with pytest.raises(match.Lost):
            match.execute(late)
    assert planned(markets) == {}
    assert [runs_of(market)[0].state for market in markets] == ["running"] * 3


def test_a_booking_while_the_engine_works_is_seen_across_pools(app, work_off, monkeypatch):
    """The person was booked in one pool after the snapshot: their pair in the other pool is left out, with the reason."""
    here, there = a_market(sessions=1, clinicians=1), a_market(sessions=1, clinicians=0)
    joined(there, here.clinicians[0])
    clash = a_session(here.practice, on=there.sessions[0].on, **AFTERNOON)
    agree(here, there)
    with working_as(there.system) as work:
        work.get(Clinician, there.clinicians[0].id).weekly_cap = 1
        work.get(PracticeSession, there.sessions[0].id).urgency = 3
    publish = match.writing.publish

    def publish_after_a_booking(*args):
        a_booking(session=clash, clinician=here.clinicians[0])
        publish(*args)

    monkeypatch.setattr(match.writing, "publish", publish_after_a_booking)
    there.request()
    assert work_off() == 0
    assert there.proposals() == []
    (reason,) = there.reasons(runs_of(there)[0])
    assert "before the plan was published something changed" in reason.sentences[0]


def test_each_pool_releases_by_its_own_rules(app, work_off):
    """One sends its offers by itself, the other waits for its manager."""
    here, there = a_market(sessions=1), a_market(sessions=1)
    agree(here, there)
    change(there, auto_release=True)
    here.request()
    assert work_off() == 0
    assert [len(market.proposals()) for market in (here, there)] == [1, 0]
    assert len(there.proposals(state="released")) == 1


def test_plans_that_people_changed_stay_in_every_pool(app, work_off):
    """The next run over all pools keeps the manager's choice, and drops nothing of a pool it did not plan for."""
    markets = three_pools()
    markets[0].request()
    assert work_off() == 0
    chosen = markets[1].proposals()[0]
    with working_as(markets[1].system) as work:
        work.get(Proposal, chosen.id).changed_by_id = markets[1].manager.person_id
    markets[2].request()
    assert work_off() == 0
    assert markets[1].holders(read(MatchRun, chosen.run_id)) == {chosen.session_id: chosen.clinician_id}
    assert len(planned(markets)) == 9


def night(hour: int, minute: int = 0) -> datetime:
    """A London time of the coming night."""
    return clock.instant(clock.today() + timedelta(days=1), time(hour, minute))


def test_the_night_asks_once_for_all_pools_of_a_group(app, work_off):
    """Every pool asks; before a worker comes these are one run, afterwards nobody asks again."""
    markets = three_pools()
    for market in markets:
        change(market, nightly_run=True)
    with app.app_context():
        assert [housekeeping.nightly_run(market.system, night(2)) for market in markets[:2]] == [1, 1]
    assert work_off() == 0
    with app.app_context():
        assert [housekeeping.nightly_run(market.system, night(2, 5)) for market in markets] == [0, 0, 0]
    assert [len(runs_of(market)) for market in markets] == [1, 1, 1]
    assert len({tuple(sorted(runs_of(market)[0].together)) for market in markets}) == 1


def test_a_system_of_pools_without_sessions_has_plans_without_sessions(app, work_off):
    """Nothing to divide, nothing to stitch, nothing that fails."""
    here, there = a_market(sessions=0, clinicians=1), a_market(sessions=0, clinicians=0)
    agree(here, there)
    with working_as(here.manager) as work:
        run_requests.request(work, next_week(), next_week())
    assert work_off() == 0
    assert [runs_of(market)[0].state for market in (here, there)] == ["published"] * 2
