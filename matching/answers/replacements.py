"""Live questions on a solved pool: who can replace, and what a cancellation changes, without solving again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from matching.answers.result import Result
from matching.answers.solver import solve
from matching.basis.budget import Budget
from matching.basis.errors import PlanError, UnsafePlan
from matching.exact.repair import Holdings, take_out_clashes
from matching.flow import augmenting_path
from matching.flow.residual import Residual
from matching.objective import scoring
from matching.problem.problem import Problem
from matching.rules.candidates import Candidates
from matching.rules.checker import check
from matching.rules.clashes import Clashes
from matching.rules.eligibility import RULES
from matching.rules.trials import Diary
from matching.rules.wording import refusal_count


@dataclass(frozen=True)
class Replacement:
    """A clinician who can take a session as things stand; `points` is what the pair is worth, best first."""

    clinician_id: str
    points: int
    travel_min: int


@dataclass(frozen=True)
class Chain:
    """A replacement by moving others: (session, from, to) ids; `loss` is about what the plan loses against now."""

    loss: int
    moves: tuple[tuple[str, str | None, str | None], ...]


@dataclass(frozen=True)
class Replacements:
    """Direct replacements, why everybody else is not among them (code -> clinician ids), and the best chain."""

    best: tuple[Replacement, ...]
    rejected: Mapping[str, tuple[str, ...]]
    chain: Chain | None

    def sentences(self) -> tuple[str, ...]:
        """Counts of those rejected, rule by rule."""
        return tuple(refusal_count(code, len(ids)) + "." for code, ids in self.rejected.items())


class State:
    """A pool's plan kept ready for live questions. Rebuild it from the rows when it is lost: it holds nothing else.

    Pairs in use count the points of `Weights.kept` more, as in a re-solve: people keep what they were told unless moving
    them is worth more than that. `objective` is what the plan is worth as it stands.
    """

    def __init__(self, problem: Problem, result: Result | None = None):
        self.problem = problem
        solved = result if result is not None and result.state is not None else solve(problem)
        self.residual: Residual = solved.state.copy()
        self.residual.hold(self.residual.network.weights.kept)
        self.take_over(solved.assignment)

    def take_over(self, assignment: Mapping[str, str | None]) -> None:
        """Makes the plan of the flow, given by its ids too, the present one."""
        self.assignment = dict(assignment)
        chosen = self.residual.network.clinician_of()
        held = np.flatnonzero(chosen >= 0)
        self.diary = Diary(self.problem, held, chosen[held])
        self.objective = sum(scoring.terms(self.problem, self.residual.network.weights, chosen).values())


@dataclass(frozen=True)
class Withdrawal:
    """A clinician can no longer take a session."""

    session_id: str
    clinician_id: str


@dataclass(frozen=True)
class Repaired:
    """The plan after changes: what moved, what it costs."""

    assignment: Mapping[str, str | None]
    moved: tuple[tuple[str, str | None, str | None], ...]
    loss: int


def replacements(state: State, session_id: str, k: int = 10) -> Replacements:
    """The k best clinicians who could take a session now, and the best chain. Raises PlanError for an unknown id."""
    problem, session = state.problem, state.problem.session(session_id)
    holder = state.assignment.get(session_id)
    others = Candidates.everybody(problem, session)
    if holder:
        others = others.kept(others.clinician != problem.clinician(holder))
    free, rejected = _sorted_out(state, others)
    points = scoring.pair_points(problem, state.residual.network.weights, free.session, free.clinician)
    best = np.lexsort((free.clinician, -points))[:k]
    trips = problem.trip_minutes(free.session, free.clinician)
    people = [problem.clinicians.ids[who] for who in free.clinician[best]]
    columns = zip(people, points[best].tolist(), trips[best].tolist(), strict=True)
    return Replacements(tuple(Replacement(*column) for column in columns), rejected, reroute(state, session_id))


def _sorted_out(state: State, pairs: Candidates) -> tuple[Candidates, dict[str, tuple[str, ...]]]:
    """The pairs that break no rule, and the ids of those stopped by each rule first."""
    names, rejected = state.problem.clinicians.ids, {}
    for rule in RULES:
        broken = rule.broken(pairs)
        rejected[rule.code] = pairs.clinician[broken]
        pairs = pairs.kept(~broken)
    left = np.ones(len(pairs.session), dtype=bool)
    for code, mask in state.diary.trial(pairs.session, pairs.clinician).refused().items():
        rejected[code] = pairs.clinician[mask & left]
        left &= ~mask
    named = {code: tuple(names[who] for who in stopped) for code, stopped in rejected.items() if len(stopped)}
    return pairs.kept(left), named


def reroute(state: State, session_id: str) -> Chain | None:
    """The cheapest re-arrangement that takes the session from its holder, when that is a movable pair."""
    network, holder = state.residual.network, state.assignment.get(session_id)
    arc = _arc(state, state.problem.session(session_id), holder) if holder else None
    if arc is None or not network.flow[arc]:
        return None
    detour = state.residual.detour(arc)
    return Chain(detour.regret, _named(state.problem, augmenting_path.moves(network, (~arc, *detour.way))))


def _arc(state: State, session: int, holder: str) -> int | None:
    edges = state.residual.network.edges
    low, high = np.searchsorted(edges.session, [session, session + 1])
    hits = np.flatnonzero(edges.clinician[low:high] == state.problem.clinician(holder))
    return int(low + hits[0]) if len(hits) else None


def _named(problem: Problem, moved: Iterable[augmenting_path.Move]) -> tuple[tuple[str, str | None, str | None], ...]:
    people = problem.clinicians.ids
    return tuple(
        (
            problem.sessions.ids[move.session],
            None if move.giver is None else people[move.giver],
            None if move.taker is None else people[move.taker],
        )
        for move in moved
    )


def repair(state: State, changes: Iterable[Withdrawal]) -> Repaired:
    """Takes withdrawals into the plan, moving as few others as the best plan needs; the result is checked.

    Raises PlanError for unknown ids and for bookings that are fixed.
    """
    before, worth = dict(state.assignment), state.objective
    for change in changes:
        _take_out(state, change)
    take_out_clashes(state.residual, Holdings(state.residual, Clashes(state.problem)), Budget())
    after = state.problem.assignment_of(state.residual.network.clinician_of())
    moved = tuple((name, before[name], who) for name, who in after.items() if who != before[name])
    _refuse_broken(state.problem, after, {taker for _, _, taker in moved})
    state.take_over(after)
    return Repaired(after, moved, worth - state.objective)


def _take_out(state: State, change: Withdrawal) -> None:
    """Closes a pair for good. Raises PlanError for one that the plan cannot change."""
    arc = _arc(state, state.problem.session(change.session_id), change.clinician_id)
    if arc is None:
        raise PlanError(f"{change.clinician_id} and session {change.session_id} are not a pair this plan can change.")
    if state.residual.network.flow[arc]:
        state.residual.forbid(arc)
    state.residual.network.capacity[arc] = 0


def _refuse_broken(problem: Problem, after: Mapping[str, str | None], takers: set[str | None]) -> None:
    """Checks, independently of the solver, all that the clinicians who take something new would hold."""
    booked = problem.sessions.fixed >= 0
    part = {name: who for name, who, kept in zip(after, after.values(), booked, strict=True) if who in takers or kept}
    if broken := check(problem, part):
        raise UnsafePlan(f"The change was thrown away because it breaks a rule: {broken[0].sentence}")
