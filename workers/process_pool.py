"""The processes of one machine's background: forked from one parent that has loaded everything once, kept alive."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import structlog

from workers import processes

log = structlog.get_logger()

LOOK_SECONDS = 0.1
FIRST_DELAY = 0.5
LONGEST_DELAY = 5.0
STABLE_SECONDS = 30.0
STOP_SECONDS = 8.0
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@dataclass
class Slot:
    """A place for one process of the pool: the function it runs, its process id (0 for none), and when it may start again."""

    name: str
    target: Callable[[], object]
    pid: int = 0
    started: float = 0.0
    delay: float = 0.0
    not_before: float = 0.0

    def fork(self) -> None:
        """Start the process of this slot."""
        parent = os.getpid()
        self.started = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            run_child(self.target, parent)

    def on_exit(self, status: int) -> None:
        """The process ended: wait before the next start, longer each time unless it had run for STABLE_SECONDS."""
        now = time.monotonic()
        stable = now - self.started > STABLE_SECONDS
        self.delay = FIRST_DELAY if stable or not self.delay else min(LONGEST_DELAY, 2 * self.delay)
        self.not_before = now + self.delay
        log.warning("worker_ended", slot=self.name, status=status, again_in=self.delay)


def run_child(target: Callable[[], object], parent: int) -> None:
    """Body of the forked process: never returns, and never outlives its parent."""
    code = 1
    try:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        processes.die_with(parent)
        target()
        code = 0
    except Exception as problem:  # noqa: BLE001 - the parent starts another one
        log.error("worker_failed", error=type(problem).__name__, problem=str(problem))
    finally:
        os._exit(code)


class ProcessPool:
    """The background processes of this machine, one for each named target."""

    def __init__(self, targets: Mapping[str, Callable[[], object]]) -> None:
        self.slots = [Slot(name, target) for name, target in targets.items()]
        self.stopping = False

    def run(self) -> None:
        """Keep a process in every slot until a signal asks to stop; then end them all."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._stop_soon)
        while not self.stopping:
            for slot in self.slots:
                if not slot.pid and time.monotonic() >= slot.not_before:
                    slot.fork()
            for slot, status in self._ended():
                slot.on_exit(status)
            time.sleep(LOOK_SECONDS)
        self._stop()

    def _stop_soon(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def _ended(self) -> Iterator[tuple[Slot, int]]:
        """The slots whose process has ended since the last look, each with its exit status."""
        for slot in self.slots:
            if slot.pid:
                pid, status = os.waitpid(slot.pid, os.WNOHANG)
                if pid:
                    slot.pid = 0
                    yield slot, status

    def _stop(self) -> None:
        """Ask every process to finish, and kill those that take longer than STOP_SECONDS; the next start takes their work up."""
        self._signal_all(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while any(slot.pid for slot in self.slots):
            if time.monotonic() > deadline:
                self._signal_all(signal.SIGKILL)
            list(self._ended())
            time.sleep(LOOK_SECONDS)

    def _signal_all(self, number: int) -> None:
        for slot in self.slots:
            if slot.pid:
                os.kill(slot.pid, number)
