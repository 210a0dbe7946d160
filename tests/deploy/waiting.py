"""Waiting for what happens in another process."""

import time
from collections.abc import Callable


def wait_for(condition: Callable[[], object], *, seconds: float = 20) -> bool:
    """Whether `condition` came true in time."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(condition())
