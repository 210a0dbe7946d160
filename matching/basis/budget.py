"""How much work a solve may do: operations first, because they give the same plan everywhere; seconds as a backstop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from matching.basis.stage_limits import StageLimits, never


@dataclass
class Budget:
    """What a solve may spend; the defaults suit a place or an ICS while a person waits for the answer.

    `operations` are searches spent on the bound (None: no limit), `gap` the proven share of the bound from which no
    more is spent, `tighten` rounds per step of the prices, `effort` the deterministic time of CP-SAT on a core, `core`
    the number of pairs up to which the core is solved exactly, `decisions` how many clashes of a problem that small are
    decided before CP-SAT is asked, `neighbourhoods` how many parts of a larger problem are solved again one after
    another, `split_from` the number of arcs from which areas are solved apart, in so many `processes`. `stage_seconds`
    (CPU) and `megabytes` are the limits of every stage (None: by size), `asked` says whether to stop.
    """

    operations: int | None = None
    seconds: float | None = None
    gap: float = 0.0
    tighten: int = 1
    effort: float = 10.0
    core: int = 6_000
    decisions: int = 100
    neighbourhoods: int = 0
    split_from: int = 10_000_000
    processes: int = 1
    stage_seconds: float | None = None
    megabytes: float | None = None
    asked: Callable[[], bool] = never
    spent: int = 0
    began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.limits = StageLimits(self.stage_seconds, self.megabytes, self.asked)

    def spend(self, operations: int) -> None:
        """Counts work that has to be done in any case."""
        self.spent += operations

    def left(self) -> bool:
        """Whether work that only improves the plan or the bound may go on."""
        in_count = self.operations is None or self.spent < self.operations
        in_time = self.seconds is None or time.perf_counter() - self.began < self.seconds
        return in_count and in_time and not self.over()

    def over(self) -> bool:
        """Whether the present stage has come to its limits: even work without which there is no plan ends."""
        return self.limits.reached()
