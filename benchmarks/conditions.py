"""Under which conditions a figure was taken: without them it means nothing."""

import os
import platform

from pool import clock

NOISY = "noisy: more was running than this machine has processors"


def conditions() -> str:
    """Date, processors, Python and load, as one line."""
    load, processors = os.getloadavg()[0], os.cpu_count() or 1
    quiet = NOISY if load > processors else "quiet"
    return f"{clock.today()}, {processors} processors, Python {platform.python_version()}, load {load:.1f} ({quiet})"
