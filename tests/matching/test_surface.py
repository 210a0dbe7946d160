"""The public surface is exactly what the documentation promises, and light to import."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import matching
from matching import PlanError, Problem, State, evaluate, explain, repair, replacements, solve, what_if
from matching.__main__ import main
from matching.answers.fairness import fair_share
from matching.answers.plan_files import write_problem
from matching.answers.replacements import Withdrawal
from matching.problem.changes import Change, changed
from matching.rules.wording import change_sentence
from tests.matching.builders import a_clinician, a_problem, a_session, tables

PAGE = (Path(__file__).parents[2] / "docs" / "matching.md").read_text(encoding="utf-8")


def test_the_public_names_are_those_that_the_page_lists():
    """Adding a name is a promise; taking one away breaks somebody."""
    listed = PAGE.partition("<!-- public names -->")[2].partition("<!-- end -->")[0]
    assert sorted(re.findall(r"`(\w+)`", listed)) == sorted(matching.__all__)
    assert all(hasattr(matching, name) for name in matching.__all__)


def test_asking_for_a_rule_loads_no_solver():
    """A web process answers "may this clinician take this session?" without 100 MB of solver."""
    names = "[name for name in ('ortools', 'numba') if name in sys.modules]"
    code = f"import matching, pool.services.plans.what_if, sys; print({names})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_folder_is_solved_checked_and_explained_on_the_command_line(tmp_path, capsys):
    """The same engine without the product."""
    write_problem(tmp_path / "in", Problem.from_tables(tables(3, sessions=20, clinicians=6)).rows)
    assert main(["solve", str(tmp_path / "in"), "--out", str(tmp_path / "out")]) == 0
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["sessions"] == 20
    assert summary["bound"] >= summary["objective"]
    assert main(["check", str(tmp_path / "in"), str(tmp_path / "out" / "plan.csv")]) == 0
    assert main(["explain", str(tmp_path / "in"), "--session", "S1"]) == 0
    assert "Session S1 is" in capsys.readouterr().out
    assert main(["check", str(tmp_path / "nowhere"), "plan.csv"]) == 2


def test_a_cancelled_session_finds_its_replacement():
    """The second clinician is free: they are the answer, and the plan is mended without a new solve."""
    problem = a_problem(clinicians=[a_clinician("C1"), a_clinician("C2"), a_clinician("C3", profession="Nurse")])
    result = solve(problem)
    first = result.assignment["S1"]
    state = State(problem, result)
    found = replacements(state, "S1")
    other = {"C1": "C2", "C2": "C1"}[first]
    assert [option.clinician_id for option in found.best] == [other]
    assert found.rejected == {"profession": ("C3",)}
    assert found.chain.moves == (("S1", first, other),)
    assert repair(state, [Withdrawal("S1", first)]).moved == (("S1", first, other),)


def test_a_plan_from_the_database_is_worth_what_it_was():
    """State is lost when a worker restarts: the plan alone brings it back, with a bound and live questions."""
    problem = Problem.from_tables(tables(4, sessions=20, clinicians=8))
    result = solve(problem)
    again = evaluate(problem, result.assignment)
    assert (again.objective, again.assignment) == (result.objective, result.assignment)
    assert again.bound >= result.bound
    name, who = next((name, who) for name, who in result.assignment.items() if who)
    assert repair(State(problem, again), [Withdrawal(name, who)]).assignment[name] != who
    assert fair_share(problem, again).shares == fair_share(problem, result).shares


def test_a_plan_that_breaks_a_rule_cannot_be_brought_back():
    """What a person changed by hand is checked like everything else."""
    problem = a_problem(sessions=[a_session("S1"), a_session("S2")])
    with pytest.raises(PlanError, match="overlap"):
        evaluate(problem, {"S1": "C1", "S2": "C1"})


def test_an_empty_session_says_why_and_what_would_open_it():
    """The nearest miss is half an hour."""
    problem = a_problem(availability=[{"clinician_id": "C1", "date": "2026-11-23", "start": "09:00", "end": "18:00"}])
    why = explain(problem, solve(problem), session="S1")
    assert why.counts == {"available": 1}
    change = why.smallest_change
    assert (change.code, change.figures) == ("available", {"later": 30, "earlier": 0, "count": 1})
    assert change_sentence(change.code, change.figures) == "Starting 30 minutes later would open it to one clinician."


def test_a_session_worth_more_elsewhere_says_what_would_be_lost():
    """C1 can work only one of two: the routine one stays empty, for the sake of the urgent one."""
    problem = a_problem(sessions=[a_session("S1"), a_session("S2", urgency=2)])
    result = solve(problem)
    taken = explain(problem, result, session="S2")
    assert (taken.sentences, taken.counts, taken.alternatives) == (("Session S2 is filled.",), {}, ())
    why = explain(problem, result, session="S1")
    assert why.alternatives[0].clinician_id == "C1"
    assert why.alternatives[0].regret == 10_000
    assert "leave an urgent session empty" in why.sentences[-1]
    assert explain(problem, result, session="S1", clinician="C1").counts == {"overlap": 1}
    assert explain(problem, result, clinician="C1").sentences[0].startswith("1 session in this plan, out of 2")


def test_what_if_says_what_one_more_clinician_is_worth():
    """Two sessions at a time need two people; the answer says that the prices gave it and that it is exact."""
    problem = a_problem(sessions=[a_session("S1"), a_session("S2")])
    twin = {**problem.rows["clinicians"][0], "clinician_id": "C2"}
    hours = tuple({**row, "clinician_id": "C2"} for row in problem.rows["availability"])
    answer = what_if(problem, Change("clinicians", add={"clinicians": (twin,), "availability": hours}))
    assert (answer.filled, answer.exact, answer.how) == (1, True, "from the prices")


def test_an_answer_from_the_prices_is_what_solving_again_gives():
    """Dearer sessions, wider limits, more skills: when the prices say "no difference", there is none."""
    changes = [
        Change("sessions", lambda row: row["session_id"] in {"S1", "S2"}, lambda row: {"fee_pence": 50_000}),
        Change("clinicians", lambda row: row["clinician_id"] == "C2", lambda row: {"max_travel_min": 90}),
        Change("clinicians", lambda row: row["clinician_id"] == "C1", lambda row: {"skills": {"IUD", "minor"}}),
    ]
    ways = set()
    for seed in range(40):
        problem, change = Problem.from_tables(tables(seed, sessions=14, clinicians=5, days=4)), changes[seed % 3]
        base = solve(problem)
        answer = what_if(problem, change, base=base)
        ways.add(answer.how)
        assert answer.objective == solve(changed(problem, change)).objective - base.objective
    assert ways == {"from the prices", "solved again"}
