"""What a forked process does first."""

import ctypes
import os
import signal
import sys

from pool.extensions import db

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with(parent: int) -> None:
    """Be killed by the kernel when the parent ends, however it ends; at once when it is gone already (Linux)."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))
    if os.getppid() != parent:
        os._exit(1)


def forget_connections() -> None:
    """Leave the parent's database connections alone: two processes must never speak on one (needs an app context)."""
    db.engine.dispose(close=False)
