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
class Post:
    """A job in the crew: what is done, which process does it now, and how it has been going."""

    name: str
    duty: Callable[[], object]
    pid: int = 0
    started: float = 0.0
    delay: float = 0.0
    not_before: float = 0.0

    def fill(self) -> None:
        """Fork a process for this post."""
        parent = os.getpid()
        self.started = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            on_duty(self.duty, parent)

    def lost(self, status: int) -> None:
        """Its process ended: wait a little before the next one, longer each time unless it had been stable."""
        now = time.monotonic()
        stable = now - self.started > STABLE_SECONDS
        self.delay = FIRST_DELAY if stable or not self.delay else min(LONGEST_DELAY, 2 * self.delay)
        self.not_before = now + self.delay
        log.warning("worker_ended", post=self.name, status=status, again_in=self.delay)


def on_duty(duty: Callable[[], object], parent: int) -> None:
    """The forked process: never returns, and never outlives its parent."""
    code = 1
    try:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        processes.die_with(parent)
        duty()
        code = 0
    except Exception as problem:  # noqa: BLE001 - the parent starts another one
        log.error("worker_failed", error=type(problem).__name__, problem=str(problem))
    finally:
        os._exit(code)


class Crew:
    """All posts of this machine."""

    def __init__(self, duties: Mapping[str, Callable[[], object]]) -> None:
        self.posts = [Post(name, duty) for name, duty in duties.items()]
        self.stopping = False

    def run(self) -> None:
        """Keep every post filled until a signal asks to stop; then nothing of the crew is left."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._stop_soon)
        while not self.stopping:
            for post in self.posts:
                if not post.pid and time.monotonic() >= post.not_before:
                    post.fill()
            for post, status in self._ended():
                post.lost(status)
            time.sleep(LOOK_SECONDS)
        self._stop()

    def _stop_soon(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def _ended(self) -> Iterator[tuple[Post, int]]:
        """The posts whose process has ended since the last look."""
        for post in self.posts:
            if post.pid:
                pid, status = os.waitpid(post.pid, os.WNOHANG)
                if pid:
                    post.pid = 0
                    yield post, status

    def _stop(self) -> None:
        """Ask everybody to finish; whoever takes too long is ended, and what it did is taken up by the next start."""
        self._signal_all(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while any(post.pid for post in self.posts):
            if time.monotonic() > deadline:
                self._signal_all(signal.SIGKILL)
            list(self._ended())
            time.sleep(LOOK_SECONDS)

    def _signal_all(self, number: int) -> None:
        for post in self.posts:
            if post.pid:
                os.kill(post.pid, number)
