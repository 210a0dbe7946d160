"""A child process that has its own group, writes to its own log and never outlives its parent."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy import moved_clock
from deploy.errors import CannotStart
from deploy.processes import group_members

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
LOG_TAIL_BYTES = 2_000
GROUP_SECONDS = 10


def die_with_parent(number: int) -> Callable[[], None]:
    """What a child runs before its program starts: the kernel sends it `number` when its parent dies."""
    parent = os.getpid()

    def tie() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:
            os._exit(1)

    return tie


@dataclass
class Child:
    """One program that the supervisor or a test session keeps running; started from the main thread only."""

    name: str
    command: Sequence[str | Path]
    log: Path
    env: Mapping[str, str]
    cwd: str | Path = "/"
    stop_signal: int = signal.SIGTERM
    stop_seconds: float = 20
    run_as: Mapping[str, Any] = field(default_factory=dict)
    process: subprocess.Popen | None = None
    started: float = 0

    def start(self) -> None:
        """Start the program; its output is appended to the log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.started = time.time()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.cwd,
                env=moved_clock.handed_on() | dict(self.env),
                start_new_session=True,
                preexec_fn=die_with_parent(self.stop_signal),
                **self.run_as,
            )

    def is_alive(self) -> bool:
        """Whether the program runs."""
        return self.process is not None and self.process.poll() is None

    def run_to_end(self, *, seconds: float, show: Callable[[str], None]) -> str:
        """Run a command that ends by itself, `show` its latest line meanwhile, and return all that it printed.

        Raises CannotStart with the end of its log when it fails.
        """
        before = self.log.stat().st_size if self.log.exists() else 0
        self.start()
        deadline = time.monotonic() + seconds
        try:
            while self.is_alive() and time.monotonic() < deadline:
                show(self._printed(before).rstrip().rpartition("\n")[2])
                time.sleep(0.1)
        finally:
            self.stop()
        if self.process is None or self.process.returncode != 0:
            raise CannotStart(f"{self.name} failed ({self.how_it_ended()}).\n{self.log_tail()}")
        return self._printed(before)

    def _printed(self, start: int) -> str:
        return self.log.read_bytes()[start:].decode(errors="replace")

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Wait for `ready`; raises CannotStart with the end of the log when the program ends or takes too long."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.is_alive():
                raise CannotStart(f"{self.name} stopped while starting ({self.how_it_ended()}).\n{self.log_tail()}")
            if time.monotonic() > deadline:
                raise CannotStart(f"{self.name} was not ready after {seconds:.0f} seconds.\n{self.log_tail()}")
            time.sleep(0.05)

    def how_it_ended(self) -> str:
        """Exit code or signal, in words."""
        code = self.process.poll() if self.process else None
        if code is None:
            return "it took too long"
        return f"exit code {code}" if code >= 0 else f"ended by {signal.Signals(-code).name}"

    def log_tail(self) -> str:
        """The last lines of the log, for an error that a person has to act on."""
        text = self.log.read_bytes()[-LOG_TAIL_BYTES:].decode(errors="replace") if self.log.exists() else ""
        return f"The end of {self.log}:\n{text}"

    def stop(self) -> None:
        """Ask the program to stop, then insist; afterwards nothing of its process group is left."""
        if self.process is None:
            return
        if self.is_alive():
            self.process.send_signal(self.stop_signal)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(self.stop_seconds)
        end_group(self.process.pid)
        self.process.wait()


def end_group(group: int) -> None:
    """Kill what is left of a process group and wait until it is gone: a dying process still holds its port."""
    deadline = time.monotonic() + GROUP_SECONDS
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    while group_members(group) and time.monotonic() < deadline:
        time.sleep(0.01)
