"""Laws that hold for any problem: against an outside solver, under relaxation, without numba, at any interruption."""

import subprocess
import sys
from pathlib import Path

import pytest

from matching import Budget, Problem, Weights, check, solve
from matching.basis.errors import UnsafePlan
from matching.problem.generate import generate
from matching.study.reference_mip import reference_answer, reference_model
from tests.matching.builders import a_clinician, free, tables

RELAXED = {
    "clinicians": {
        "max_travel_min": 1_000,
        "min_fee_pence": 0,
        "weekly_cap": 50,
        "period_cap": 50,
        "rest_hard": False,
        "weekly_hours_cap": 0,
        "min_appointment_min": 0,
        "systems": {"EMIS", "TPP"},
    },
    "sessions": {"skills": set(), "system_required": False},
}


def middling(seed, **more):
    return tables(seed, sessions=40, clinicians=16, practices=6, days=5, **more)


@pytest.mark.parametrize("seed", range(4))
def test_an_outside_solver_finds_the_same_optimum(seed):
    """HiGHS on a plain program written from the raw rows: another model, another method, the same points."""
    problem = Problem.from_tables(middling(seed))
    result = solve(problem)
    assert result.status == "optimal"
    assert reference_answer(problem, Weights.v1()).optimum == result.objective


@pytest.mark.slow
@pytest.mark.parametrize(("scenario", "seed"), [("surplus", 2), ("shortage", 30)])
def test_a_place_week_is_proven_optimal_and_an_outside_solver_agrees(scenario, seed):
    """The scale of a place: 300 sessions, 150 clinicians. On the second HiGHS would stop 60 points short of the best, which
    is less than the gap that it leaves unless told otherwise."""
    problem = Problem.from_tables(generate("place", scenario, seed))
    result = solve(problem)
    assert result.status == "optimal"
    answer = reference_answer(problem, Weights.v1())
    assert (answer.objective, answer.bound, answer.is_proven) == (result.objective, result.bound, True)


@pytest.mark.slow
def test_an_outside_solver_without_time_proves_nothing():
    """No plan and no bound are not made up."""
    problem = Problem.from_tables(generate("place", "shortage", 30))
    answer = reference_answer(problem, Weights.v1(), seconds=0.0)
    assert not answer.is_proven
    assert reference_answer(problem, Weights.v1(), seconds=0.0).optimum is None


def test_the_model_can_be_given_to_anybody():
    """An MPS file opens in every solver."""
    text = reference_model(Problem.from_tables(middling(1)), Weights.v1()).export_to_mps_string()
    assert "ROWS" in text
    assert "S1|C" in text


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_one_more_clinician_never_lowers_the_optimum(seed):
    """They can stay at home."""
    given = middling(seed)
    more = {
        **given,
        "clinicians": [*given["clinicians"], a_clinician("C99")],
        "availability": [*given["availability"], free("C99")],
    }
    before, after = solve(Problem.from_tables(given)), solve(Problem.from_tables(more))
    assert after.objective >= before.objective
    assert after.certificate.flow_bound >= before.certificate.flow_bound


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "column", "value"),
    [(table, column, value) for table, columns in RELAXED.items() for column, value in columns.items()],
)
def test_relaxing_a_rule_never_lowers_optimum_or_bound(table, column, value):
    """A rule that gives more choice cannot make the best plan worse."""
    given = middling(3)
    eased = {**given, table: [{**row, column: value} for row in given[table]]}
    before, after = solve(Problem.from_tables(given)), solve(Problem.from_tables(eased))
    assert after.objective >= before.objective
    assert after.certificate.flow_bound >= before.certificate.flow_bound


@pytest.mark.slow
def test_the_same_seed_gives_the_same_plan_with_neighbourhoods():
    """Chance has a seed, effort is counted in operations: no clock decides."""
    problem = Problem.from_tables(generate("place", "shortage", 2))
    plans = [solve(problem, budget=Budget(core=0, neighbourhoods=1), seed=7).assignment for _ in range(2)]
    assert plans[0] == plans[1]


@pytest.mark.parametrize("operations", [0, 1, 5, 40])
def test_a_small_budget_still_gives_a_checked_plan_and_a_bound(operations):
    """Stop at any time."""
    problem = Problem.from_tables(generate("place", "shortage", 1))
    result = solve(problem, budget=Budget(operations=operations, effort=0))
    assert check(problem, result.assignment) == []
    assert result.objective <= result.bound <= result.certificate.flow_bound
    assert result.certificate.holds


@pytest.mark.slow
def test_killing_a_solve_leaves_no_half_plan(tmp_path):
    """The plan file appears whole or not at all: killed before the end, there is none."""
    stages = ["flow", "repair", "check"]
    for stage in stages:
        code = (
            "import os, sys\n"
            "from matching import Problem, solve\n"
            "from matching.answers.plan_files import write_plan\n"
            "from matching.problem.generate import generate\n"
            "from pathlib import Path\n"
            "problem = Problem.from_tables(generate('place', 'shortage', 1))\n"
            f"result = solve(problem, progress=lambda name, done: os._exit(9) if name == '{stage}' else None)\n"
            f"write_plan(Path({str(tmp_path / stage)!r}), problem, result)\n"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], check=False)
        assert done.returncode == 9
        assert not (tmp_path / stage).exists()


@pytest.mark.slow
def test_without_numba_the_plan_is_the_same(tmp_path):
    """numba makes it fast, not different."""
    (tmp_path / "numba.py").write_text("raise ImportError('not installed here')\n")
    code = (
        "from matching import Problem, solve\n"
        "from matching.basis.compiled import COMPILED\n"
        "from matching.problem.generate import generate\n"
        "result = solve(Problem.from_tables(generate('place', 'shortage', 2)))\n"
        "print(COMPILED, result.objective, hash(tuple(sorted(map(str, result.assignment.items())))))\n"
    )
    root = Path(__file__).parents[3]
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": path, "PYTHONHASHSEED": "0"},
        ).stdout.split()
        for path in (str(root), f"{tmp_path}:{root}")
    ]
    assert (outputs[0][0], outputs[1][0]) == ("True", "False")
    assert outputs[0][1:] == outputs[1][1:]


def test_a_plan_that_breaks_a_rule_never_leaves_the_engine(monkeypatch):
    """If the arrays and the rows ever disagree, there is an error and no plan."""
    monkeypatch.setattr(
        "matching.answers.solve_stages.check",
        lambda problem, plan, **more: check(Problem.from_tables({**problem.rows, "availability": []}), plan, **more),
    )
    with pytest.raises(UnsafePlan, match="thrown away"):
        solve(Problem.from_tables(generate("place", "shortage", 1)))


def test_a_solve_stops_at_the_gap_asked_for_and_says_when_it_got_there():
    """Whoever waits gets a proven plan early; the milestones are what the bench prints."""
    problem = Problem.from_tables(generate("place", "shortage", 3))
    slow, quick = solve(problem), solve(problem, budget=Budget(gap=0.01))
    assert slow.status == "optimal"
    assert quick.gap <= 0.01
    assert quick.objective <= slow.objective <= quick.bound
    assert [step.gap for step in slow.milestones] == sorted((step.gap for step in slow.milestones), reverse=True)
    assert slow.milestones[-1].objective == slow.objective
    assert 0 < quick.proven_after(0.01) <= quick.timings["total_cpu"]
    assert quick.proven_after(-1) is None
