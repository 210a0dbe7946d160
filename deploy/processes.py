"""Finding and ending processes that an earlier run left behind."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def processes_with(marker: str) -> list[int]:
    """Ids of the live processes whose command line contains `marker`, this one left out."""
    wanted = marker.encode()
    return [pid for pid in _process_ids() if pid != os.getpid() and wanted in _command_line(pid)]


def children_of(parent: int) -> list[int]:
    """Ids of the direct children of a process, zombies included."""
    return [pid for pid in _process_ids() if _parent(pid) == parent]


def group_members(group: int) -> list[int]:
    """Ids of the live processes of a process group; zombies have nothing left to hold and do not count."""
    return [pid for pid in _process_ids() if _stat(pid)[2:3] == [str(group)] and _stat(pid)[0:1] != ["Z"]]


def program_of(pid: int) -> str:
    """The name of the program that a process runs; empty when there is no such process."""
    path, _, _ = _command_line(pid).decode(errors="replace").partition("\0")
    return path.partition(":")[0].rpartition("/")[2]


def end_processes(marker: str, polite: int, *, seconds: float = 30) -> bool:
    """End processes that carry `marker`: signal `polite` to those without such a parent, SIGKILL to all that are left after
    `seconds`. Returns whether there was any."""
    found = processes_with(marker)
    if not found:
        return False
    for leader in [pid for pid in found if _parent(pid) not in found]:
        _signal(leader, polite)
    deadline = time.monotonic() + seconds
    while processes_with(marker) and time.monotonic() < deadline:
        time.sleep(0.05)
    while stubborn := processes_with(marker):
        for pid in stubborn:
            _signal(pid, signal.SIGKILL)
        time.sleep(0.05)
    return True


def _process_ids() -> list[int]:
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()] if PROC.is_dir() else []


def _command_line(pid: int) -> bytes:
    try:
        return (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


def _parent(pid: int) -> int | None:
    stat = _stat(pid)
    return int(stat[1]) if stat else None


def _stat(pid: int) -> list[str]:
    """State, parent, process group and so on (proc(5)); empty when there is no such process."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
