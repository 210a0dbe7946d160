"""Waiting for what happens elsewhere, in another process or in a browser: the one place that says how long.

A wait ends when what it waits for is there, so patience costs nothing where all is well, and a busy machine is no fault.
Only a wait in vain takes its whole time.
"""

import time
from collections.abc import Callable

HOPELESS = 300
"""Seconds after which a wait is given up. No test names a shorter one of its own (tests/architecture/test_deadlines.py)."""

LOOK_SECONDS = 0.05


def wait_for(
    condition: Callable[[], object], *, seconds: float = HOPELESS, moving: Callable[[], object] = bool
) -> bool:
    """Whether `condition` came true before `seconds` had passed in which nothing moved.

    `moving` gives anything that changes while the others get on; each change begins the wait anew. What came true is not
    asked again: workers that have come to rest may be woken the next moment.
    """
    before, deadline = moving(), time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_SECONDS)
        if (now := moving()) != before:
            before, deadline = now, time.monotonic() + seconds
    return True
