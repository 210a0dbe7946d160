"""Starts every part of the product in order, keeps them running, and stops them in reverse order."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from deploy.child import LIBC
from deploy.errors import CannotStart
from deploy.machine import Machine
from deploy.processes import children_of
from deploy.program import Part, Program
from deploy.progress import Progress

PR_SET_CHILD_SUBREAPER = 36
LOOK_SECONDS = 0.5
FIRST_DELAY_SECONDS = 1
LONGEST_DELAY_SECONDS = 30
STABLE_SECONDS = 60
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """Ctrl-C, or another signal that asks the whole product to stop."""


@dataclass
class Watched:
    """A part and how it has behaved."""

    name: str
    part: Part
    is_server: bool = False
    failures: int = 0
    started: float = 0
    not_before: float = 0
    awaited: bool = False

    def start(self) -> None:
        """Start the part, wait until it answers, and remember when."""
        self.part.start()
        self.started = time.monotonic()

    def start_again(self) -> None:
        """As `start`; but a program is not waited for, because another part may end meanwhile: it is `awaited`."""
        if isinstance(self.part, Program):
            self.part.begin()
            self.started, self.awaited = time.monotonic(), True
        else:
            self.start()

    def has_come(self) -> bool:
        """Whether a program that was awaited answers now; raises CannotStart when it takes too long."""
        if not isinstance(self.part, Program) or not self.part.is_ready():
            if time.monotonic() - self.started > self.seconds:
                raise CannotStart(f"{self.name} was not ready after {self.seconds:.0f} seconds.")
            return False
        self.awaited = False
        return True

    @property
    def seconds(self) -> float:
        """How long the part may take to answer."""
        return self.part.seconds if isinstance(self.part, Program) else 0

    def postpone(self) -> float:
        """Count a failure; returns the seconds to wait, twice as long each time until it has been stable."""
        now = time.monotonic()
        it_ran = self.not_before <= self.started
        self.failures = 1 if it_ran and now - self.started > STABLE_SECONDS else self.failures + 1
        delay = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** (self.failures - 1))
        self.not_before = now + delay
        return delay


class Supervisor:
    """One run of the product on this machine."""

    def __init__(self, machine: Machine, progress: Progress) -> None:
        self.machine = machine
        self.progress = progress
        self.watched: list[Watched] = []

    def run(self) -> None:
        """Get ready, say where the product answers, and watch until asked to stop."""
        with self.machine.var.held(), stop_signals(), no_orphans():
            try:
                self._get_ready()
                self._announce()
                self._watch()
            except StopRequested:
                self.progress.say("\nStopping ...")
            finally:
                self._stop()

    def _get_ready(self) -> None:
        self.progress.say(f"Getting ready; the logs are in {self.machine.var.logs}")
        for name, part in self.machine.servers():
            self._start(name, part, is_server=True)
        for name, prepare in self.machine.preparations():
            with self.progress.step(name):
                prepare(self.progress.show)
        for name, part in self.machine.programs():
            self._start(name, part)

    def _start(self, name: str, part: Part, *, is_server: bool = False) -> None:
        watched = Watched(name, part, is_server)
        self.watched.append(watched)
        with self.progress.step(name):
            watched.start()

    def _announce(self) -> None:
        self.machine.var.note_running(f"at {self.machine.address}")
        with self.progress.step("Sign-in links"):
            welcome = self.machine.welcome(self.progress.show)
        self.progress.say(f"\n{welcome}\nCtrl-C stops it.")

    def _watch(self) -> None:
        while True:
            self.look()
            reap_children()
            time.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Start again whatever has ended. Programs wait for the servers: started without them they would wait in vain,
        and hold up the server's own start."""
        for watched in self.watched:
            if watched.part.is_alive():
                self._look_whether_it_answers(watched)
            elif time.monotonic() >= watched.not_before and (watched.is_server or self._servers_run()):
                self._start_again(watched)

    def _servers_run(self) -> bool:
        return all(watched.part.is_alive() for watched in self.watched if watched.is_server)

    def _start_again(self, watched: Watched) -> None:
        """Whatever goes wrong – a full disk shows itself in a hundred ways – is said, and tried again."""
        if watched.not_before <= watched.started:
            seconds = watched.postpone()
            self.progress.say(f"{watched.name} stopped by itself; starting it again in {seconds} s")
            return
        try:
            watched.start_again()
        except Exception as problem:  # noqa: BLE001 - one part that cannot start must not end the others
            self._give_up_for_now(watched, problem)
        else:
            self._say_when_it_answers(watched)

    def _look_whether_it_answers(self, watched: Watched) -> None:
        try:
            if watched.awaited and watched.has_come():
                self._say_when_it_answers(watched)
        except Exception as problem:  # noqa: BLE001 - as above
            self._give_up_for_now(watched, problem)

    def _say_when_it_answers(self, watched: Watched) -> None:
        if not watched.awaited:
            self.progress.say(f"{watched.name} runs again")

    def _give_up_for_now(self, watched: Watched, problem: Exception) -> None:
        watched.awaited = False
        with suppress(Exception):
            watched.part.stop()
        reason = str(problem) if isinstance(problem, CannotStart) else f"{watched.name} could not start: {problem!r}"
        self.progress.say(f"{reason}\nTrying again in {watched.postpone()} s")

    def _stop(self) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        for watched in reversed(self.watched):
            with suppress(OSError):
                watched.part.stop()


@contextmanager
def stop_signals() -> Iterator[None]:
    """Turn the signals that ask to stop into StopRequested; those the caller ignores (nohup) stay ignored."""
    before: dict[int, Any] = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN or number != signal.SIGHUP:
            signal.signal(number, _request_stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def no_orphans() -> Iterator[None]:
    """Whatever a part leaves behind becomes our child (Linux) and is ended with us."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_CHILD_SUBREAPER, ctypes.c_ulong(1))
    try:
        yield
    finally:
        while left := children_of(os.getpid()):
            for pid in left:
                _end(pid)


def reap_children() -> None:
    """Wait for adopted children that have ended, so that none stays a zombie."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _end(pid: int) -> None:
    with suppress(ProcessLookupError, ChildProcessError):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _request_stop(number: int, frame: object) -> None:
    raise StopRequested
