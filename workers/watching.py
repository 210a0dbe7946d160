"""What a job does while its child process works: tells people how far it is, and hears who asks to stop."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import current_app

from pool.services.runs import run_parts, run_stops
from pool.services.runs.run_leases import Lost
from pool.services.runs.run_stops import Dropped
from pool.unit_of_work import unit_of_work
from workers import apart
from workers.apart import Limits
from workers.ownership import Owned, OwnedPart

Answer = TypeVar("Answer")

ASK_SECONDS = 1.0


def limits() -> Limits:
    """What a stage of a run may take (settings POOL_STAGE_SECONDS and POOL_RUN_MEGABYTES)."""
    config = current_app.extensions["pool_config"]
    return Limits(config.stage_seconds, config.run_megabytes)


def done_apart(work: Callable[[apart.Say], Answer], owned: Owned) -> Answer:
    """What `work` gives, worked out in a child process. Raises what workers/apart.py says, Dropped and Lost."""
    return apart.run(work, Watching(owned), limits(), owned.between_beats)


@dataclass
class Watching:
    """Looks after the child of a run or of a part."""

    owned: Owned
    looked: float = 0.0
    asked: bool = False

    def hear(self, stage: str, share: float) -> None:
        """People see how far it is. Raises Lost when the run was taken away."""
        if not isinstance(self.owned, OwnedPart):
            self.owned.tell(stage, share)

    def is_asked(self) -> bool:
        """Is the plan wanted as it is by now? Looked up once a second. Raises Dropped when none is wanted, Lost when the run
        is over or another worker owns it."""
        if self.owned.lost.is_set():
            raise Lost
        if time.monotonic() - self.looked >= ASK_SECONDS:
            self.looked = time.monotonic()
            self.asked = self._asked_now()
        return self.asked

    def _asked_now(self) -> bool:
        with unit_of_work(self.owned.actor, read_only=True) as work:
            if isinstance(self.owned, OwnedPart):
                if not run_parts.is_wanted(work, self.owned.row_id):
                    raise Lost
                return False
            wish = run_stops.wish(work, self.owned.row_id)
        if wish == run_stops.DROP:
            raise Dropped
        return wish == run_stops.KEEP
