"""The course of a solve: seconds of each stage, what was proven when, progress."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from matching.basis.stage_limits import StageLimits

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Milestone:
    """From this CPU second on, a plan of `objective` points was there, and a proof that none has more than `bound`."""

    cpu: float
    bound: int
    objective: int

    @property
    def gap(self) -> float:
        """How far that plan can be from the best possible at most, as a fraction of the bound."""
        return (self.bound - self.objective) / abs(self.bound) if self.bound else 0.0


def cpu_seconds() -> float:
    """User and system time of this process and of those it started and waited for."""
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


class Stages:
    """Times each stage, notes each better plan or bound, and reports progress."""

    def __init__(self, progress: Progress | None, limits: StageLimits):
        self.tell, self.limits = progress or (lambda stage, done: None), limits
        limits.start()
        self.began = (time.perf_counter(), cpu_seconds())
        self.seconds: dict[str, float] = {}
        self.milestones: list[Milestone] = []

    @contextmanager
    def stage(self, name: str, done: float) -> Iterator[None]:
        """Times one stage, and watches what it takes."""
        self.now = name
        self.limits.enter(name)
        self.tell(name, done)
        began = cpu_seconds()
        yield
        self.seconds[name] = cpu_seconds() - began

    def within(self, low: float, high: float) -> Callable[[float], None]:
        """Tells progress inside a stage that takes long."""
        return lambda share: self.tell(self.now, low + share * (high - low))

    def note(self, bound: int, objective: int) -> Milestone:
        """Keeps what is proven now, when it is more than before."""
        now = Milestone(cpu_seconds() - self.began[1], bound, objective)
        if not self.milestones or now.gap < self.milestones[-1].gap:
            self.milestones.append(now)
        return now

    def finish(self) -> dict[str, float]:
        """Seconds of all stages and of the whole."""
        self.tell("done", 1.0)
        return {
            **self.seconds,
            "total_cpu": cpu_seconds() - self.began[1],
            "total_wall": time.perf_counter() - self.began[0],
        }
