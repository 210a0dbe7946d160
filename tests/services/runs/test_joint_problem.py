"""Several pools as one problem: a person is one clinician, each pool's own rules decide, each pool sees its share alone."""

import random
from collections import defaultdict
from datetime import timedelta
from uuid import UUID, uuid5

import pytest

from matching import check, reasons_against, solve
from matching.rules.eligibility import RULES
from pool.services.runs.joint_problem import JointProblem
from pool.services.runs.run_snapshots import by_pool, put_together
from tests.matching.builders import HOURS, MONDAY, a_clinician, a_practice, a_session, free, tables

POOLS = [uuid5(UUID(int=0), f"pool {number}") for number in range(3)]
ALONE = {rule.code for rule in RULES}


def of_three_pools(seed):
    """Random practices of three pools, and people with one to three memberships that say different things."""
    dice = random.Random(seed)
    one = tables(seed, sessions=14, clinicians=5, practices=6, days=3, fixed=0.1, remote=0.2)
    practices = [
        row | {"pool_id": str(POOLS[index % 3]), "members_only": True} for index, row in enumerate(one["practices"])
    ]
    pool_of = {row["practice_id"]: row["pool_id"] for row in practices}
    joined = {row["clinician_id"]: dice.sample(POOLS, dice.randint(1, 3)) for row in one["clinicians"]}
    members = {name: {str(pool_id): f"{name}@{pool_id}" for pool_id in pools} for name, pools in joined.items()}
    twin = tables(f"twin {seed}", sessions=0, clinicians=5, practices=1)
    person_of = {member: name for name, own in members.items() for member in own.values()}

    def membership(session, name):
        return members[name].get(pool_of[session["practice_id"]], "") if name else ""

    def own(row, pools_row):
        return [pools_row | {"clinician_id": member, "pool_id": pool_id} for pool_id, member in members[row].items()]

    def session_row(row):
        lists = {
            name: {who for one in row[name] if (who := membership(row, one))} for name in ("declined_by", "barred")
        }
        one_of = {name: membership(row, row[name]) for name in ("fixed_clinician_id", "previous_clinician_id")}
        return row | lists | one_of | {"outsiders": set()}

    clinicians = [
        (row if dice.random() < 0.6 else twin["clinicians"][index])
        | {key: own_row[key] for key in ("clinician_id", "pool_id")}
        for index, row in enumerate(one["clinicians"])
        for own_row in own(row["clinician_id"], row)
    ]
    found = {
        "practices": practices,
        "clinicians": clinicians,
        "sessions": [session_row(row) for row in one["sessions"]],
        "availability": [
            row | {"clinician_id": member}
            for row in one["availability"]
            for member in members[row["clinician_id"]].values()
            if dice.random() < 0.9
        ],
        "pairs": [
            row | {"clinician_id": member}
            for row in one["pairs"]
            if (member := members[row["clinician_id"]].get(pool_of[row["practice_id"]]))
        ],
        "elsewhere": [
            row | {"clinician_id": member}
            for row in one["elsewhere"]
            for member in members[row["clinician_id"]].values()
        ],
    }
    return JointProblem.of(found, person_of)


@pytest.mark.parametrize("seed", range(60))
def test_a_person_may_take_what_their_membership_of_the_pool_may(seed):
    """Pair by pair: the whole allows exactly what the pool of the session allows, never less and never more. A person
    with two professions is the one exception: they count with that of their first membership."""
    whole = of_three_pools(seed)
    members = defaultdict(list)
    for row in whole.memberships.rows["clinicians"]:
        members[whole.person_of[row["clinician_id"]]].append(row)
    for session in whole.memberships.rows["sessions"]:
        for person, rows in members.items():
            if session["fixed_clinician_id"] or len({row["profession"] for row in rows}) > 1:
                continue
            own = any(not alone(whole.memberships, session, row["clinician_id"]) for row in rows)
            assert own == (not alone(whole.problem, session, person)), (session, person)


def alone(problem, session, clinician):
    """The rules about one session and one clinician that stand against them."""
    return [
        reason.code for reason in reasons_against(problem, session["session_id"], clinician) if reason.code in ALONE
    ]


@pytest.mark.parametrize("seed", range(60))
def test_each_pool_sees_a_plan_that_keeps_its_rules(seed):
    """The share of a pool, measured with its own rows and the time that its members' other work takes, breaks nothing."""
    whole = of_three_pools(seed)
    plan = solve(whole.problem)
    filled = 0
    for pool_id in POOLS:
        seen, own = whole.of_pool(pool_id, plan)
        assert check(seen, own.assignment) == []
        assert {row["pool_id"] for row in seen.rows["practices"]} <= {str(pool_id)}
        assert all(row["pool_id"] == {str(pool_id)} for row in seen.rows["clinicians"])
        filled += own.filled
    assert filled == plan.filled


@pytest.mark.parametrize("seed", range(20))
def test_the_tables_of_the_pools_put_together_are_the_whole(seed):
    """What is kept pool by pool gives the same problem again."""
    whole = of_three_pools(seed)
    apart = by_pool(as_given(whole), POOLS)
    for pool_id, own in apart.items():
        assert {row["pool_id"] for row in own["practices"]} <= {str(pool_id)}
    again = JointProblem.of(put_together(apart.values()), whole.person_of)
    assert again.problem.hash() == whole.problem.hash()


def as_given(whole):
    """The tables as the product writes them: a membership is of one pool."""
    rows = {
        name: list(table) for name, table in whole.memberships.rows.items() if name not in ("site_travel", "sharing")
    }
    return rows | {"clinicians": [row | {"pool_id": next(iter(row["pool_id"]))} for row in rows["clinicians"]]}


HERE, THERE = (str(pool_id) for pool_id in POOLS[:2])
SITES = [a_practice("P1", pool_id=HERE, members_only=1), a_practice("P2", pool_id=THERE, members_only=1)]


def of_two_pools(sessions, elsewhere=(), **facts):
    """One person in two pools, whose memberships differ in what is given (a pair of values each)."""
    one, two = ({name: pair[side] for name, pair in facts.items()} for side in (0, 1))
    people = [a_clinician("A", pool_id=HERE, **one), a_clinician("B", pool_id=THERE, **two)]
    days = [MONDAY + timedelta(days) for days in range(-1, 9)]
    found = {
        "practices": SITES,
        "clinicians": people,
        "sessions": sessions,
        "availability": [free(name, day) for name in "AB" for day in days],
        "elsewhere": elsewhere,
    }
    return JointProblem.of(found, {"A": "person", "B": "person"})


@pytest.mark.parametrize(
    ("facts", "filled"),
    [
        ({}, {"S1", "S2"}),
        ({"weekly_cap": (5, 1)}, {"S1"}),
        ({"period_cap": (1, 5)}, {"S1"}),
        ({"weekly_hours_cap": (0, 7)}, {"S1"}),
        ({"weekly_hours_cap": (7, 0)}, {"S1"}),
        ({"skills": ({"IUD"}, set())}, {"S1", "S2"}),
        ({"compliant_until": (MONDAY, MONDAY + timedelta(30))}, {"S1", "S2"}),
        ({"compliant_until": (MONDAY + timedelta(30), MONDAY)}, {"S1"}),
        ({"min_fee_pence": (0, 50_000)}, {"S1"}),
        ({"max_travel_min": (60, 60)}, {"S1", "S2"}),
        ({"easting": (600_000, 690_000)}, {"S1"}),
    ],
)
def test_limits_are_a_persons_and_the_rest_is_asked_of_the_membership(facts, filled):
    """The first session is of one pool and urgent, the second, a day later, of the other."""
    sessions = [
        a_session("S1", practice_id="P1", urgency=3),
        a_session("S2", practice_id="P2", date=MONDAY + timedelta(1)),
    ]
    plan = solve(of_two_pools(sessions, **facts).problem).assignment
    assert {name for name, who in plan.items() if who} == filled


@pytest.mark.parametrize(("rest_hard", "filled"), [((False, False), 2), ((True, False), 1), ((False, True), 1)])
def test_rest_that_binds_in_one_pool_binds_between_pools(rest_hard, filled):
    """An evening here and the next morning there: eight hours in between."""
    sessions = [
        a_session("S1", practice_id="P1", start="20:00", end="23:59"),
        a_session("S2", practice_id="P2", date=MONDAY + timedelta(1), start="08:00", end="12:00"),
    ]
    assert solve(of_two_pools(sessions, rest_hard=rest_hard).problem).filled == filled


def test_work_outside_all_pools_of_the_run_counts_once():
    """Each membership is told of it; the person has worked it once, so one of two sessions a week is left."""
    sessions = [
        a_session("S1", practice_id="P1", urgency=3),
        a_session("S2", practice_id="P2", date=MONDAY + timedelta(1)),
    ]
    outside = [{"clinician_id": name, "week": MONDAY, "sessions": 1, "minutes": 60} for name in "AB"]
    plan = solve(of_two_pools(sessions, outside, weekly_cap=(2, 2)).problem).assignment
    assert plan == {"S1": "person", "S2": None}


def test_nobody_is_in_two_pools_at_once():
    """Two sessions of one morning: one of them, and the pool that does not have it sees the time as taken."""
    sessions = [a_session(f"S{row}", practice_id=f"P{row}", urgency=row) for row in (1, 2)]
    whole = of_two_pools(sessions)
    plan = solve(whole.problem)
    assert plan.assignment == {"S1": None, "S2": "person"}
    seen, own = whole.of_pool(POOLS[0], plan)
    assert own.assignment == {"S1": None}
    assert [reason.code for reason in reasons_against(seen, "S1", "A")] == ["available"]


def test_work_in_another_pool_of_the_run_counts_against_what_was_asked_for():
    """A person who asked for two sessions, has one there and could have another here, is owed one more, not two."""
    sessions = [a_session("S1", practice_id="P1"), a_session("S2", practice_id="P2", date=MONDAY + timedelta(1))]
    whole = of_two_pools(sessions, min_sessions=(2, 2), weekly_cap=(3, 3))
    seen, _ = whole.of_pool(POOLS[0], solve(whole.problem))
    (row,) = seen.rows["clinicians"]
    assert (row["min_sessions"], row["period_cap"]) == (1, 39)
    (week,) = seen.rows["elsewhere"]
    assert (week["sessions"], week["minutes"]) == (1, 240)


@pytest.mark.parametrize(("start", "end"), HOURS)
def test_the_time_of_other_work_is_cut_out_of_the_days_it_touches(start, end):
    """Nights too: what is left of the free time touches the other work and does not overlap it."""
    sessions = [
        a_session("S1", practice_id="P1", date=MONDAY + timedelta(7)),
        a_session("S2", practice_id="P2", start=start, end=end),
    ]
    whole = of_two_pools(sessions)
    seen, _ = whole.of_pool(POOLS[0], solve(whole.problem))
    taken = whole.memberships.sessions
    two = whole.memberships.session("S2")
    free_times = seen.availability
    assert ((free_times.end <= taken.start[two]) | (free_times.start >= taken.end[two])).all()
    assert taken.start[two] in free_times.end
    assert taken.end[two] in free_times.start
