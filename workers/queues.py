"""Which background jobs there are, on which queue each runs and how long it may take: one table.

A queue is a wake-up signal. Nothing is retried by RQ: rows are due or done, and the worker that wakes up reads them. So a
job that Valkey loses, doubles or delays changes nothing (docs/adr/0004-runs-survive.md).
"""

from dataclasses import dataclass

from pool import queue
from pool.queue import LATER, MAIL, MATCH, NOW

RELAY = "workers.outbox.relay"
RELAY_SLOW = "workers.outbox.relay_slow"
DELIVER = "workers.messages.deliver"
MATCH_RUN = "workers.match.run"
MATCH_PART = "workers.match_parts.run"


@dataclass(frozen=True)
class Policy:
    """The queue of a job, and after how many seconds it is stopped as a last resort."""

    queue: str
    seconds: int


JOBS: dict[str, Policy] = {
    RELAY: Policy(NOW, 60),
    RELAY_SLOW: Policy(LATER, 300),
    DELIVER: Policy(MAIL, 300),
    MATCH_RUN: Policy(MATCH, 1_800),
    MATCH_PART: Policy(MATCH, 900),
}
"""Every function that may be asked for by name. A worker refuses any other."""


def signal(job: str, *ids: object) -> bool:
    """Ask for a job of the table. False when Valkey is away: the sweeper asks again."""
    policy = JOBS[job]
    return queue.enqueue(policy.queue, job, *map(str, ids), timeout=policy.seconds)


def signal_when_idle(job: str, *ids: object) -> bool:
    """Ask for a job unless its queue still holds others; for callers that ask again and again."""
    return not queue.waits(JOBS[job].queue) and signal(job, *ids)
