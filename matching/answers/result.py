"""What a solve gives back: the plan, what it is worth, and how near it provably is to the best possible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from matching.answers.figures import figures
from matching.basis.reasons import Violation
from matching.basis.stage_limits import Stopped, in_words
from matching.basis.stages import Milestone
from matching.objective.weights import Weights
from matching.problem.problem import Problem

VERSION = "1"
SPENT = "The search ended when it had done the work that it may do: a better plan may exist, within the gap."
OPTIMAL, FEASIBLE = "optimal", "feasible"


@dataclass(frozen=True)
class Certificate:
    """Proof of the bound: prices of the flow network under which no arc has a reduced cost of the wrong sign.

    `flow_bound` is what the flow alone proves, `priced_bound` what prices on `prices` cliques prove, `tours` what
    going on from one session to another on the same day can add to that at most. Where a plan is
    proven optimal by solving its core, the bound of the result is lower still.
    """

    arcs: int
    violations: int
    flow_bound: int
    priced_bound: int
    prices: int
    tours: int = 0

    @property
    def holds(self) -> bool:
        """Whether the proof has no hole."""
        return self.violations == 0


@dataclass(frozen=True, eq=False)
class Result:
    """A checked plan. `assignment` gives each session's clinician id or None; points are whole; `gap` is a fraction.

    `open_to` counts the clinicians who meet every rule for a session; `milestones` say what was proven when, `stopped`
    which stages came to a ceiling; `state` serves explanations and live questions, `proof` holds the prices behind the bound.
    """

    assignment: Mapping[str, str | None]
    travel: Mapping[str, int]
    objective: int
    terms: Mapping[str, int]
    bound: int
    status: str
    certificate: Certificate
    regrets: tuple[int, ...]
    fixed_conflicts: tuple[Violation, ...]
    timings: Mapping[str, float]
    seed: int
    weights: Weights
    figures: Mapping[str, Any]
    open_to: Mapping[str, int]
    state: Any = field(default=None, repr=False)
    proof: Any = field(default=None, repr=False)
    milestones: tuple[Milestone, ...] = ()
    stopped: tuple[Stopped, ...] = ()

    @property
    def gap(self) -> float:
        """How far the plan can be from the best possible at most, as a fraction of the bound."""
        return (self.bound - self.objective) / abs(self.bound) if self.bound else 0.0

    @property
    def why_it_ended(self) -> list[str]:
        """Sentences about what stopped the search before a proof that no plan is better; none when there is that proof."""
        return in_words(self.stopped) or ([SPENT] if self.status == FEASIBLE else [])

    def proven_after(self, gap: float) -> float | None:
        """CPU seconds after which a checked plan within this gap was there, None when none ever was."""
        reached = [step.cpu for step in self.milestones if step.gap <= gap]
        return reached[0] + self.timings["check"] if reached else None

    @property
    def filled(self) -> int:
        """Number of sessions with a clinician."""
        return sum(who is not None for who in self.assignment.values())

    def summary(self) -> dict[str, Any]:
        """Everything worth publishing with the plan, as plain values."""
        return {
            "objective": self.objective,
            "bound": self.bound,
            "gap": self.gap,
            "status": self.status,
            "objective_terms": dict(self.terms),
            "filled": self.filled,
            "sessions": len(self.assignment),
            **self.figures,
            "stopped": in_words(self.stopped),
            "violations": 0,
            "fixed_conflicts": len(self.fixed_conflicts),
            "seconds": dict(self.timings),
            "seed": self.seed,
            "weights": self.weights.to_dict(),
            "version": VERSION,
        }

    def __str__(self) -> str:
        share = 100 * self.filled / len(self.assignment) if self.assignment else 100.0
        return (
            f"{self.filled} of {len(self.assignment)} sessions filled ({share:.1f} %), {self.objective:,} points; "
            f"no plan can have more than {self.bound:,} (gap {100 * self.gap:.3f} %)."
            + "".join(f" {sentence}" for sentence in self.why_it_ended)
        )


def facts_of_plan(problem: Problem, clinician_of: np.ndarray, chances: np.ndarray) -> dict[str, Any]:
    """What a Result says of the plan itself: assignment, travel, figures, open_to.

    `clinician_of` is int64[sessions], positions, -1 for unfilled; `chances` is int64[sessions], the clinicians who meet
    every rule for a session.
    """
    held = np.flatnonzero(clinician_of >= 0)
    trips = problem.trip_minutes(held, clinician_of[held]).tolist()
    return {
        "assignment": problem.assignment_of(clinician_of),
        "travel": {problem.sessions.ids[session]: trip for session, trip in zip(held.tolist(), trips, strict=True)},
        "figures": figures(problem, clinician_of, chances > 0),
        "open_to": dict(zip(problem.sessions.ids, chances.tolist(), strict=True)),
    }
