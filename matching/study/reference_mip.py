"""The same problem as one plain integer program, written from the raw rows, so that anybody's solver can verify a bound.

It shares nothing with the flow, the prices or the arrays: pairs and clashes come from the independent checker, points
are added up here again. Only for small instances: it is the slow way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from math import isfinite
from typing import Any

from ortools.linear_solver.python import model_builder
from ortools.math_opt.io.python import mps_converter
from ortools.math_opt.python import mathopt

from matching.objective.weights import Weights
from matching.problem.problem import Problem
from matching.rules.checker import broken_alone, broken_together
from matching.rules.checker_rows import Rows, away, home_minutes, instants, rows_of, site_minutes

Row = Mapping[str, Any]


def reference_model(problem: Problem, weights: Weights) -> model_builder.Model:
    """The integer program of a problem; `export_to_mps_string` of it gives a file for other solvers."""
    return _Program(rows_of(problem), weights).model


def session_points(rows: Rows, weights: Weights, session: Row) -> int:
    """Points for filling a session."""
    decile = rows.practices[session["practice_id"]]["imd_decile"]
    extra = weights.deprived if decile in (1, 2) else weights.deprived_next if decile in (3, 4, 5) else 0
    return weights.fill * (weights.urgency * session["urgency"] + extra)


def pair_points(rows: Rows, weights: Weights, session: Row, clinician: Row) -> int:
    """Points for giving a session to a clinician, without the terms that count several sessions."""
    practice, who = rows.practices[session["practice_id"]], clinician["clinician_id"]
    pair = rows.pairs.get((who, practice["practice_id"]), {})
    points = session_points(rows, weights, session)
    points -= 0 if session["remote"] else weights.travel * home_minutes(rows, practice, clinician)
    points += {1: weights.preferred, -1: -weights.avoided}.get(pair.get("preference", 0), 0)
    points += weights.continuity if pair.get("continuity") else 0
    return points + (weights.kept if session["previous_clinician_id"] == who else 0)


def tour_points(rows: Rows, weights: Weights, clinician: Row, first: Row, second: Row) -> int:
    """Points for going on from one session to another of the same day."""
    if not weights.tour or first["date"] != second["date"] or first["remote"] or second["remote"]:
        return 0
    here, there = rows.practices[first["practice_id"]], rows.practices[second["practice_id"]]
    between = 0 if here is there else site_minutes(rows, here, there)
    return weights.tour * max(0, home_minutes(rows, here, clinician) + home_minutes(rows, there, clinician) - between)


class _Program:
    """Builds the program table by table."""

    def __init__(self, rows: Rows, weights: Weights):
        self.rows, self.weights, self.model = rows, weights, model_builder.Model()
        self.worth: list = []
        self.by_session: dict[str, list] = defaultdict(list)
        self.by_clinician: dict[str, list[tuple[Row, Any]]] = defaultdict(list)
        for session, clinician in self._pairs():
            take = self.model.new_bool_var(f"{session['session_id']}|{clinician['clinician_id']}")
            self.by_session[session["session_id"]].append(take)
            self.by_clinician[clinician["clinician_id"]].append((session, take))
            self.worth.append(pair_points(rows, weights, session, clinician) * take)
        for takes in self.by_session.values():
            self.model.add(sum(takes) <= 1)
        for who, held in self.by_clinician.items():
            self._clinician(rows.clinicians[who], held)
        for practice_id in rows.practices:
            self._practice(practice_id)
        self.model.maximize(sum(self.worth))

    def _pairs(self) -> Iterator[tuple[Row, Row]]:
        for session in self.rows.sessions.values():
            booked = session["fixed_clinician_id"]
            if booked:
                yield session, self.rows.clinicians[booked]
                continue
            for clinician in self.rows.clinicians.values():
                if not any(broken_alone(self.rows, session, clinician)):
                    yield session, clinician

    def _clinician(self, clinician: Row, held: list[tuple[Row, Any]]) -> None:
        held.sort(key=lambda item: (instants(item[0]), item[0]["session_id"]))
        for (first, one), (second, two) in combinations(held, 2):
            if broken_together(self.rows, clinician, first, second):
                self.model.add(one + two <= 1)
        self.model.add(sum(take for _, take in held) <= clinician["period_cap"])
        for week in {session["date"].isocalendar()[:2] for session, _ in held}:
            own = [item for item in held if item[0]["date"].isocalendar()[:2] == week]
            room = clinician["weekly_cap"] - away(self.rows, clinician, week, "sessions")
            self.model.add(sum(take for _, take in own) <= max(0, room))
            if clinician["weekly_hours_cap"]:
                spent = sum(_minutes(session) * take for session, take in own)
                room = clinician["weekly_hours_cap"] * 60 - away(self.rows, clinician, week, "minutes")
                self.model.add(spent <= max(0, room))
        self._tours(clinician, held)
        self._steps(
            [take for _, take in held],
            (
                (clinician["min_sessions"], self.weights.minimum),
                (clinician["contracted_sessions"], self.weights.contracted),
            ),
        )

    def _tours(self, clinician: Row, held: list[tuple[Row, Any]]) -> None:
        """Points for not going home between two sessions of a day; only for those with none between them."""
        for index, (first, one) in enumerate(held):
            for other, (second, two) in enumerate(held[index + 1 :], start=index + 1):
                if points := tour_points(self.rows, self.weights, clinician, first, second):
                    goes_on = self.model.new_bool_var("")
                    for take in (one, two):
                        self.model.add(goes_on <= take)
                    for _, between in held[index + 1 : other]:
                        self.model.add(goes_on + between <= 1)
                    self.worth.append(points * goes_on)

    def _practice(self, practice_id: str) -> None:
        posted = [name for name, row in self.rows.sessions.items() if row["practice_id"] == practice_id]
        third, takes = len(posted) // 3, [take for name in posted for take in self.by_session[name]]
        if third and takes:
            steps = [self.model.new_num_var(0, third, "") for _ in range(2)]
            self.model.add(sum(steps) <= sum(takes))
            self.worth += [self.weights.first_third * steps[0], self.weights.second_third * steps[1]]

    def _steps(self, takes: list, rewards: tuple[tuple[int, int], ...]) -> None:
        """Points for each of the first so many sessions."""
        for most, points in rewards:
            if most and points:
                reached = self.model.new_num_var(0, most, "")
                self.model.add(reached <= sum(takes))
                self.worth.append(points * reached)


def _minutes(session: Row) -> int:
    start, end = instants(session)
    return int((end - start).total_seconds() // 60)


@dataclass(frozen=True)
class ReferenceAnswer:
    """What another solver says of the program: points of its best plan, points that it proves no plan can pass (None: it
    found no plan, no bound), and whether it has proven that the two are the same."""

    objective: int | None
    bound: int | None
    is_proven: bool

    @property
    def optimum(self) -> int | None:
        """Points of the best plan there is; None when the solver did not prove that it has it."""
        return self.objective if self.is_proven else None


def reference_answer(problem: Problem, weights: Weights, *, seconds: float = 60.0) -> ReferenceAnswer:
    """What HiGHS, inside OR-Tools, says of the plain program when it may stop at no gap.

    Asked through MathOpt, which reports a bound of its own: `linear_solver` gives the plan's points as the bound, and HiGHS
    by itself stops within 0.01 % of the best and calls that optimal. Only for problems whose fixed bookings break no rule.
    """
    program = mps_converter.mps_to_model_proto(reference_model(problem, weights).export_to_mps_string())
    exactly = mathopt.SolveParameters(
        relative_gap_tolerance=0.0, absolute_gap_tolerance=0.0, time_limit=timedelta(seconds=seconds)
    )
    answer = mathopt.solve(mathopt.Model.from_model_proto(program), mathopt.SolverType.HIGHS, params=exactly)
    bounds = answer.termination.objective_bounds
    objective, bound = _points(bounds.primal_bound), _points(bounds.dual_bound)
    return ReferenceAnswer(objective, bound, objective is not None and objective == bound)


def _points(bound: float) -> int | None:
    """Points are whole; so far from any of them there is no plan or no bound."""
    return round(bound) if isfinite(bound) else None
