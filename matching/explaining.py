"""Why a session is empty, why a clinician did not get one: from the rules, the diary and the prices of the flow.

Sentences name no other clinician and no fee or floor. What concerns several people is only said when it is true of at
least CROWD of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching import chain
from matching.eligibility import RULES, Candidates, reasons_against
from matching.errors import PlanError
from matching.nearest_change import smallest_change
from matching.pairing import Diary
from matching.problem import Problem
from matching.result import Result

CROWD = 3
SHOWN = 10
SENTENCES = {
    "profession": "{n} have another profession", "skills": "{n} lack a skill the session needs",
    "system": "{n} do not know the practice's clinical system", "compliance": "{n} have documents that are not complete",
    "available": "{n} are not free for the whole session", "fee": "for {n} the fee is too low",
    "blocked": "{n} are not matched with this practice", "travel": "{n} live too far away",
    "pool": "{n} are outside the pool", "appointment": "for {n} the appointments are too short",
    "overlap": "{n} have another session at that time",
    "between_sites": "{n} could not get there from their other session in time",
    "remote_gap": "{n} have too little time between a remote and an on-site session",
    "rest": "{n} would have too little rest", "weekly_cap": "{n} have reached the sessions they want in that week",
    "period_cap": "{n} have reached the sessions they want in this period",
    "weekly_hours": "{n} would work too many hours in that week", "could": "{n} could take it",
}


@dataclass(frozen=True)
class Alternative:
    """Another clinician for a session, what the whole plan would lose by it, and why."""

    clinician_id: str
    regret: int
    sentence: str


@dataclass(frozen=True)
class Explanation:
    """Plain sentences with the numbers behind them. `counts` gives the clinicians stopped first by each rule."""

    sentences: tuple[str, ...]
    counts: Mapping[str, int]
    smallest_change: str | None = None
    alternatives: tuple[Alternative, ...] = ()


def explain(problem: Problem, result: Result, *, session: str | None = None,
            clinician: str | None = None) -> Explanation:
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
    """Who could and who could not, rule by rule, and what taking somebody else would cost the plan."""
    name = problem.sessions.ids[session]
    holder = result.assignment.get(name)
    counts = first_reasons(problem, result, session)
    options = alternatives(problem, result, session)
    opening = f"Session {name} is filled." if holder else f"Session {name} is empty."
    said = [SENTENCES[code].format(n=count) for code, count in counts.items()]
    sentences = [opening, f"Of {len(problem.clinicians.ids)} clinicians, {'; '.join(said)}."] if said else [opening]
    if not holder and options:
        sentences.append(options[0].sentence)
    if not holder and not options:
        sentences.append("Nobody meets every rule for it.")
    change = None if holder else smallest_change(problem, session, CROWD)
    return Explanation(tuple(sentences), counts, change, options)


def first_reasons(problem: Problem, result: Result, session: int) -> dict[str, int]:
    """Number of clinicians stopped first by each rule, in the order of the rules; "could" for the rest."""
    pairs = Candidates.everybody(problem, session)
    counts: dict[str, int] = {}
    for rule in RULES:
        broken = rule.broken(pairs)
        counts[rule.code] = int(broken.sum())
        pairs = pairs.kept(~broken)
    trial = Diary.of_plan(problem, result.assignment).trial(pairs.session, pairs.clinician)
    free = np.ones(len(pairs.session), dtype=bool)
    for code, refused in trial.refused().items():
        counts[code] = int((refused & free).sum())
        free &= ~refused
    counts["could"] = int(free.sum())
    return {code: count for code, count in counts.items() if count}


def alternatives(problem: Problem, result: Result, session: int) -> tuple[Alternative, ...]:
    """Clinicians the rules allow, best first, with what the plan would lose if the session went to them."""
    state = result.state
    if state is None or problem.sessions.fixed[session] >= 0:
        return ()
    edges = state.network.edges
    low, high = np.searchsorted(edges.session, [session, session + 1])
    likely = sorted(range(low, high), key=lambda arc: (state.reduced_cost(arc), arc))[:2 * SHOWN]
    priced = ((arc, state.force(arc)) for arc in likely)
    found = [(detour.regret, arc, detour) for arc, detour in priced if detour is not None]
    return tuple(Alternative(problem.clinicians.ids[edges.clinician[arc]], regret, _worth(problem, state, session, detour))
                 for regret, arc, detour in sorted(found, key=lambda item: item[:2])[:SHOWN])


def _worth(problem: Problem, state, session: int, detour) -> str:
    """Why the plan does not do this, in words of the objective."""
    effect = chain.consequence(problem, chain.moves(state.network, detour.way), session)
    loss = f"the plan as a whole would lose about {detour.regret:,} points"
    if not effect:
        return f"Somebody could take it, but {loss}."
    return f"Somebody could take it, but that would {effect}; {loss}."


def explain_pair(problem: Problem, result: Result, session: str, clinician: str) -> Explanation:
    """Why this session did not go to this clinician, in words fit for the clinician."""
    if result.assignment.get(session) == clinician:
        return Explanation((f"Session {session} is theirs in this plan.",), {})
    reasons = reasons_against(problem, session, clinician, result.assignment)
    counts = {reason.code: 1 for reason in reasons}
    if reasons:
        return Explanation(tuple(reason.sentence for reason in reasons), counts)
    found = [option for option in alternatives(problem, result, problem.session(session))
             if option.clinician_id == clinician]
    better = "All rules are met; the plan gains more by giving the session to somebody else or keeping them elsewhere."
    if not found:
        return Explanation((better,), {})
    cost = f"Giving it to them would cost the plan about {found[0].regret:,} points."
    return Explanation((better, cost), {}, None, tuple(found))


def explain_clinician(problem: Problem, result: Result, clinician: int) -> Explanation:
    """What a clinician got out of how many chances, and which rules closed the others."""
    everything = np.flatnonzero(problem.sessions.fixed < 0)
    pairs = Candidates(problem, everything, np.full(len(everything), clinician))
    counts: dict[str, int] = {}
    for rule in RULES:
        broken = rule.broken(pairs)
        counts[rule.code] = int(broken.sum())
        pairs = pairs.kept(~broken)
    name = problem.clinicians.ids[clinician]
    got = sum(who == name for who in result.assignment.values())
    sentences = [f"{got} session{'' if got == 1 else 's'} in this plan, out of {len(pairs.session)} that meet every rule."]
    wanted = int(problem.clinicians.minimum[clinician])
    if wanted:
        sentences.append(f"The minimum asked for is {wanted}: it is {'met' if got >= wanted else 'not met'}.")
    counts = {code: count for code, count in counts.items() if count}
    return Explanation((*sentences, *(_closed(code, count) for code, count in counts.items())), counts)


def _closed(code: str, count: int) -> str:
    words = {"profession": "are for another profession", "skills": "need a skill not held",
             "system": "need a clinical system not known", "compliance": "are after a document runs out",
             "available": "are outside the times marked as free", "fee": "pay less than asked for",
             "blocked": "are at practices not matched with", "travel": "are beyond the travel limit",
             "pool": "are remote in another pool", "appointment": "have shorter appointments than asked for"}
    return f"{count} session{'' if count == 1 else 's'} {words[code]}."
