"""Why a session is empty, why a clinician did not get one: from the rules, the diary and the prices of the flow.

Sentences name no other clinician and no fee or floor. What concerns several people is only said when it is true of at
least CROWD of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from matching.answers.result import Result
from matching.answers.smallest_change import SmallestChange, smallest_change
from matching.basis.errors import PlanError
from matching.flow import augmenting_path
from matching.flow.residual import Detour
from matching.problem.problem import Problem
from matching.rules.candidates import Candidates
from matching.rules.eligibility import RULES
from matching.rules.trials import Diary
from matching.rules.verdicts import reasons_against
from matching.rules.wording import clinician_count, closed_count, refusal_count, worth

CROWD = 3
SHOWN = 10


@dataclass(frozen=True)
class Alternative:
    """Another clinician for a session, and what the whole plan would lose by it, in points. `emptied`: the urgency (1 to 3)
    of each other session that would be left empty; `moved`: how many would go to another clinician."""

    clinician_id: str
    regret: int
    emptied: tuple[int, ...]
    moved: int

    @property
    def sentence(self) -> str:
        """Why the plan does not do this, in words of the objective."""
        return worth(self.regret, self.emptied, self.moved)


@dataclass(frozen=True)
class Explanation:
    """Plain sentences with the numbers behind them. `counts` gives the clinicians stopped first by each rule."""

    sentences: tuple[str, ...]
    counts: Mapping[str, int]
    smallest_change: SmallestChange | None = None
    alternatives: tuple[Alternative, ...] = ()


def explain(
    problem: Problem, result: Result, *, session: str | None = None, clinician: str | None = None
) -> Explanation:
    """Why this session went as it did, why this clinician got what they got, or why not this session to them.

    Raises PlanError when neither is given or an id is unknown.
    """
    if session is not None and clinician is not None:
        return explain_pair(problem, result, session, clinician)
    if session is not None:
        return explain_session(problem, result, problem.session(session))
    if clinician is not None:
        return explain_clinician(problem, result, problem.clinician(clinician))
    raise PlanError("Say which session or which clinician to explain.")


def explain_session(problem: Problem, result: Result, session: int) -> Explanation:
    """Who could and who could not, rule by rule, and what another clinician would cost the plan."""
    name = problem.sessions.ids[session]
    holder = result.assignment.get(name)
    counts = first_reasons(problem, result, session)
    options = alternatives(problem, result, session)
    opening = f"Session {name} is filled." if holder else f"Session {name} is empty."
    stopped = "; ".join(refusal_count(code, count) for code, count in counts.items())
    whom = clinician_count(sum(counts.values()), others=bool(holder))
    sentences = [opening, f"Of {whom}, {stopped}."] if stopped else [opening]
    if not holder and options:
        sentences.append(options[0].sentence)
    if not holder and not options:
        sentences.append("Nobody meets every rule for it.")
    change = None if holder else smallest_change(problem, session, CROWD)
    return Explanation(tuple(sentences), counts, change, options)


def first_reasons(problem: Problem, result: Result, session: int) -> dict[str, int]:
    """Clinicians other than the holder, by the rule that stops each first, in the order of the rules; "could": none."""
    pairs = Candidates.everybody(problem, session)
    holder = result.assignment.get(problem.sessions.ids[session])
    if holder:
        pairs = pairs.kept(pairs.clinician != problem.clinician(holder))
    pairs, counts = _stopped_alone(pairs)
    free = np.ones(len(pairs.session), dtype=bool)
    for code, refused in diary_of(problem, result).trial(pairs.session, pairs.clinician).refused().items():
        counts[code] = int((refused & free).sum())
        free &= ~refused
    counts["could"] = int(free.sum())
    return {code: count for code, count in counts.items() if count}


def _stopped_alone(pairs: Candidates) -> tuple[Candidates, dict[str, int]]:
    """The pairs that no rule about the pair alone refuses, and how many each rule stopped first."""
    counts: dict[str, int] = {}
    for rule in RULES:
        broken = rule.broken(pairs)
        counts[rule.code] = int(broken.sum())
        pairs = pairs.kept(~broken)
    return pairs, counts


@lru_cache(maxsize=2)
def diary_of(problem: Problem, result: Result) -> Diary:
    """What everybody holds in a plan, worked out once for all questions about it."""
    return Diary.of_plan(problem, result.assignment)


def alternatives(problem: Problem, result: Result, session: int) -> tuple[Alternative, ...]:
    """Clinicians the rules allow, best first, with what the plan would lose if the session went to them."""
    state = result.state
    if state is None or problem.sessions.fixed[session] >= 0:
        return ()
    edges = state.network.edges
    low, high = np.searchsorted(edges.session, [session, session + 1])
    likely = sorted((state.reduced_cost(arc), arc) for arc in range(low, high))[: 2 * SHOWN]
    detours: list[tuple[int, int, Detour]] = []
    for least, arc in likely:
        if len(detours) >= SHOWN and least >= sorted(detours)[SHOWN - 1][0]:
            break
        if detour := state.force(arc):
            detours.append((detour.regret, arc, detour))
    return tuple(
        Alternative(problem.clinicians.ids[edges.clinician[arc]], regret, *_effects(problem, state, session, detour))
        for regret, arc, detour in sorted(detours, key=lambda item: item[:2])[:SHOWN]
    )


def _effects(problem: Problem, state, session: int, detour: Detour) -> tuple[tuple[int, ...], int]:
    """The urgency of the other sessions that a detour leaves empty, and how many others it moves."""
    moves = augmenting_path.moves(state.network, detour.way)
    others = [move for move in moves if move.session != session]
    emptied = tuple(int(problem.sessions.urgency[move.session]) for move in others if move.taker is None)
    return emptied, len(others) - len(emptied)


def explain_pair(problem: Problem, result: Result, session: str, clinician: str) -> Explanation:
    """Why this session did not go to this clinician, in words fit for the clinician."""
    if result.assignment.get(session) == clinician:
        return Explanation((f"Session {session} is theirs in this plan.",), {})
    reasons = reasons_against(problem, session, clinician, result.assignment)
    counts = {reason.code: 1 for reason in reasons}
    if reasons:
        return Explanation(tuple(reason.sentence for reason in reasons), counts)
    own = [
        option for option in alternatives(problem, result, problem.session(session)) if option.clinician_id == clinician
    ]
    better = "All rules are met; the plan gains more by giving the session to somebody else or keeping them elsewhere."
    if not own:
        return Explanation((better,), {})
    cost = f"Giving it to them would cost the plan about {own[0].regret:,} points."
    return Explanation((better, cost), {}, None, tuple(own))


def explain_clinician(problem: Problem, result: Result, clinician: int) -> Explanation:
    """What a clinician got out of how many chances, and which rules closed the others."""
    everything = np.flatnonzero(problem.sessions.fixed < 0)
    pairs, counts = _stopped_alone(Candidates(problem, everything, np.full(len(everything), clinician)))
    name = problem.clinicians.ids[clinician]
    got = sum(who == name for who in result.assignment.values())
    sentences = [
        f"{got} session{'' if got == 1 else 's'} in this plan, out of {len(pairs.session)} that meet every rule."
    ]
    wanted = int(problem.clinicians.minimum[clinician])
    if wanted:
        sentences.append(f"The minimum asked for is {wanted}: it is {'met' if got >= wanted else 'not met'}.")
    counts = {code: count for code, count in counts.items() if count}
    return Explanation((*sentences, *(closed_count(code, count) for code, count in counts.items())), counts)
