"""The most that a stage of a solve may take, so that every solve ends: CPU seconds, memory, and a request to stop.

A limit is never what usually ends a stage: that is the proof, or a budget of operations, which give the same plan
everywhere. A stage that comes to a limit leaves the best plan that it has, and the result says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

MEGABYTE = 1 << 20
STATM, PAGE = Path("/proc/self/statm"), 4_096

FIRST_SECONDS, PAIRS_A_SECOND = 20.0, 5_000
"""What a stage may take by size: about twenty times what it takes on the instances of benchmarks/matching.md."""
FIRST_MEGABYTES, PAIRS_A_MEGABYTE = 1_024, 2_000

STAGES = {
    "edges": "looking who could take each session",
    "flow": "looking for the best plan",
    "tighten": "proving how good the plan is",
    "repair": "fitting each clinician's sessions together",
    "polish": "looking for something better still",
    "check": "checking every rule",
}
"""What each stage does, in words."""


BEST_SO_FAR = "It was ended because somebody asked for it; the plan is the best that had been found by then."


class StopReason(StrEnum):
    """Why a stage ended before its work was done."""

    CPU = "cpu"
    MEMORY = "memory"
    ASKED = "asked"
    DIED = "died"


@dataclass(frozen=True)
class Stopped:
    """A stage that ended before its work was done, why, and the limit it came to (CPU seconds or megabytes; 0: none)."""

    stage: str
    why: StopReason
    most: float = 0

    @property
    def sentence(self) -> str:
        """The same for people."""
        reason = {
            StopReason.CPU: f"took the {self.most:,.0f} CPU seconds that it may take",
            StopReason.MEMORY: f"took the {self.most:,.0f} MB of memory that it may take",
            StopReason.ASKED: "was ended because somebody asked for it",
            StopReason.DIED: "was ended by the system, most likely because the machine had no memory left",
        }[self.why]
        return f"{STAGES.get(self.stage, self.stage).capitalize()} {reason}."


def in_words(stopped: Iterable[Stopped]) -> list[str]:
    """One sentence for each stage that came to a limit, and one for all that were ended on request."""
    stopped = tuple(stopped)
    asked = any(stop.why == StopReason.ASKED for stop in stopped)
    return [stop.sentence for stop in stopped if stop.why != StopReason.ASKED] + ([BEST_SO_FAR] if asked else [])


def never() -> bool:
    """No request to stop."""
    return False


def resident_megabytes() -> float:
    """Memory that this process holds now; 0 where the system does not say."""
    try:
        return int(STATM.read_text().split()[1]) * PAGE / MEGABYTE
    except OSError:
        return 0.0


@dataclass
class StageLimits:
    """Watches one stage after another; until the first one is entered nothing is watched.

    `seconds` and `megabytes` hold for each stage; None: by the size of the problem. Memory is what has been added since
    the start of the solve.
    """

    seconds: float | None
    megabytes: float | None
    asked: Callable[[], bool]
    pairs: int = 0
    stopped: list[Stopped] = field(default_factory=list)
    _stage: str = ""
    _began: float = 0.0
    _held: float = 0.0

    def start(self) -> None:
        """Record the start of a solve."""
        self.stopped, self.pairs, self._held, self._stage = [], 0, resident_megabytes(), ""

    def enter(self, stage: str) -> None:
        """Record the start of a stage."""
        self._stage, self._began = stage, time.process_time()

    def most_seconds(self) -> float:
        """CPU seconds that a stage may take."""
        return self.seconds if self.seconds is not None else FIRST_SECONDS + self.pairs / PAIRS_A_SECOND

    def most_megabytes(self) -> float:
        """Memory that a solve may add."""
        return self.megabytes if self.megabytes is not None else FIRST_MEGABYTES + self.pairs / PAIRS_A_MEGABYTE

    def reached(self) -> bool:
        """Whether the present stage has to end now."""
        if not self._stage:
            return False
        if not self._is_stopped() and (why := self._why()):
            self.stopped.append(why)
        return self._is_stopped()

    def _is_stopped(self) -> bool:
        return bool(self.stopped) and self.stopped[-1].stage == self._stage

    def _why(self) -> Stopped | None:
        if self.asked():
            return Stopped(self._stage, StopReason.ASKED)
        if time.process_time() - self._began >= self.most_seconds():
            return Stopped(self._stage, StopReason.CPU, self.most_seconds())
        if resident_megabytes() - self._held >= self.most_megabytes():
            return Stopped(self._stage, StopReason.MEMORY, self.most_megabytes())
        return None
