"""The engine's work in a child process of the job, watched by its parent.

Native code holds the interpreter and cannot be interrupted. So the parent, which does not work itself, renews the lease,
tells people how far it is, hears who asks to stop, and ends the child when a stage takes more than it may. The child dies
with its parent and never speaks to a server.
"""

import os
import pickle
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe
from typing import Any, NoReturn, Protocol, TypeVar

from matching import MatchingError, Stopped, StopReason
from workers import processes
from workers.failures import described

Answer = TypeVar("Answer")
Plan = dict[str, str | None]

LOOK_SECONDS = 0.2
PATIENCE = 30.0
"""CPU seconds that the stage may go on for in which it was asked to come to its end."""
TOLD, KEPT, DONE, WRONG = "told", "kept", "done", "wrong"
ENOUGH_ADDRESSES = 4
"""Addresses are handed out before memory is used, so a child may have some times as many."""


@dataclass(frozen=True)
class Limits:
    """What one stage may take of the processor, and the child of memory, before it is ended: CPU seconds, megabytes."""

    stage_seconds: float
    megabytes: float


class Ended(Exception):
    """The child was ended; `stopped` says in which stage and why, `plan` is the best checked plan it had handed out."""

    def __init__(self, stopped: Stopped, plan: Plan | None) -> None:
        super().__init__(stopped.sentence)
        self.stopped, self.plan = stopped, plan


class ChildFailed(Exception):
    """Something unexpected went wrong in the child; the words say what."""


class Watch(Protocol):
    """What the parent does meanwhile: hears how far the child is, and says whether it shall come to its end."""

    def hear(self, stage: str, share: float) -> None:
        """A stage has begun or got on. May raise, which ends the child."""

    def is_asked(self) -> bool:
        """Shall it end with what it has? May raise, which ends the child at once."""


class Say:
    """What the child uses to speak to its parent."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe, self.is_asked = pipe, False
        signal.signal(signal.SIGUSR1, self._ask)

    def _ask(self, _number: int, _frame: object) -> None:
        self.is_asked = True

    def asked(self) -> bool:
        """Has the parent asked to come to an end?"""
        return self.is_asked

    def told(self, stage: str, share: float) -> None:
        """How far it is."""
        self._pipe.send((TOLD, stage, share))

    def keep(self, plan: Any) -> None:
        """A better plan, checked, in case that this process is ended."""
        self._pipe.send((KEPT, dict(plan), 0.0))


def run(work: Callable[[Say], Answer], watch: Watch, limits: Limits, still: AbstractContextManager[Any]) -> Answer:
    """What `work` gives, done in a child process. `still` keeps other threads quiet while it is forked.

    Raises Ended when the child came to a limit or died, what `watch` raises, MatchingError and other exceptions of the
    work that can travel, ChildFailed for those that cannot.
    """
    mine, theirs = Pipe(duplex=False)
    parent = os.getpid()
    with still, _unheard(signal.SIGUSR1):
        pid = os.fork()
        if pid == 0:
            mine.close()
            _work_and_exit(work, theirs, parent, limits)
    theirs.close()
    child = _Child(pid, mine, watch, limits)
    try:
        return child.until_done()
    finally:
        child.end()


@contextmanager
def _unheard(number: int) -> Iterator[None]:
    """Holds a signal back, so that a child that is not ready for it yet does not die of it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})


def _work_and_exit(work: Callable[[Say], Any], pipe: Connection, parent: int, limits: Limits) -> NoReturn:
    """The child: never returns."""
    try:
        for number in (signal.SIGTERM, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        processes.die_with(parent)
        _limit_addresses(limits.megabytes)
        say = Say(pipe)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
        pipe.send(_outcome(work, say))
    finally:
        os._exit(0)


def _outcome(work: Callable[[Say], Any], say: Say) -> tuple[str, Any, float]:
    try:
        return DONE, work(say), 0.0
    except MemoryError:
        return WRONG, MemoryError(), 0.0
    except Exception as problem:  # noqa: BLE001 - it is raised again by the parent
        return WRONG, _travelling(problem), 0.0


def _travelling(problem: Exception) -> Exception:
    """The exception itself, or one that says the same and can be sent to another process."""
    with suppress(Exception):
        pickle.loads(pickle.dumps(problem))  # noqa: S301 - what was written in this line
        return problem
    return MatchingError(str(problem)) if isinstance(problem, MatchingError) else ChildFailed(described(problem))


def _limit_addresses(megabytes: float) -> None:
    """A single request for much more than is allowed is refused by the kernel, before the parent can see it."""
    own = processes.pages(os.getpid()).size
    most = int((own + ENOUGH_ADDRESSES * megabytes) * processes.MEGABYTE)
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


@dataclass
class _Child:
    """The child as its parent sees it."""

    pid: int
    pipe: Connection
    watch: Watch
    limits: Limits
    plan: Plan | None = None
    stage: str = "edges"
    began: float = 0.0
    asked: tuple[str, float] | None = None
    held: float = field(init=False)

    def __post_init__(self) -> None:
        self.held = processes.pages(self.pid).resident

    def until_done(self) -> Any:
        """Listens and looks until the answer is there; what was said already is heard before anything is ended."""
        while True:
            if not self.pipe.poll(LOOK_SECONDS):
                self._look()
                continue
            kind, what, share = self._heard()
            if kind == DONE:
                return what
            self._take(kind, what, share)
            if not self.pipe.poll():
                self._look()

    def _heard(self) -> tuple[str, Any, float]:
        try:
            message: tuple[str, Any, float] = self.pipe.recv()
        except EOFError:
            raise Ended(Stopped(self.stage, StopReason.DIED), self.plan) from None
        return message

    def _take(self, kind: str, what: Any, share: float) -> None:
        if kind == WRONG:
            raise (
                Ended(Stopped(self.stage, StopReason.MEMORY, self.limits.megabytes), self.plan)
                if isinstance(what, MemoryError)
                else what
            )
        if kind == KEPT:
            self.plan = what
            return
        if what != self.stage:
            self.stage, self.began = what, processes.cpu_seconds(self.pid)
        self.watch.hear(what, share)

    def _look(self) -> None:
        """Ends what takes too much, and passes on that the child shall come to its end."""
        used = processes.cpu_seconds(self.pid)
        if self.watch.is_asked() and self.asked is None:
            self.asked = (self.stage, used)
            os.kill(self.pid, signal.SIGUSR1)
        if self.asked and self.asked[0] == self.stage and used - self.asked[1] > PATIENCE:
            raise Ended(Stopped(self.stage, StopReason.ASKED), self.plan)
        if used - self.began > self.limits.stage_seconds:
            raise Ended(Stopped(self.stage, StopReason.CPU, self.limits.stage_seconds), self.plan)
        if processes.pages(self.pid).resident - self.held > self.limits.megabytes:
            raise Ended(Stopped(self.stage, StopReason.MEMORY, self.limits.megabytes), self.plan)

    def end(self) -> None:
        """Nothing is left of it."""
        self.pipe.close()
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
