"""What a forked process does first."""

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path
from typing import NamedTuple

from pool.extensions import db

PR_SET_PDEATHSIG = 1
MEGABYTE = 1 << 20
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


class Pages(NamedTuple):
    """Megabytes of a process: addresses that it was given, memory that it holds."""

    size: float
    resident: float


def pages(pid: int) -> Pages:
    """What a process holds; nothing when it has ended or the system does not say (proc(5))."""
    try:
        size, resident = (Path(f"/proc/{pid}/statm").read_text().split() + ["0", "0"])[:2]
    except OSError:
        return Pages(0.0, 0.0)
    page = resource.getpagesize() / MEGABYTE
    return Pages(int(size) * page, int(resident) * page)


def cpu_seconds(pid: int) -> float:
    """User and system time that a process has had; nothing when it has ended or the system does not say."""
    try:
        user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    except OSError:
        return 0.0
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
