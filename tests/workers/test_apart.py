"""The engine's process: it never silences its parent, ends at its limits, and leaves the best plan that it handed out."""

import ctypes
import os
import signal
import threading
from contextlib import nullcontext
from itertools import count

import pytest

from matching import MatchingError, ProblemError, StopReason
from tests.builders import again
from tests.workers.places import a_market
from workers import apart, match, ownership, processes
from workers.apart import ChildFailed, Ended, Limits
from workers.watching import done_apart

PLENTY = Limits(stage_seconds=600, megabytes=4_096)
BEATS_HEARD = 12
GIVEN_UP_AFTER = 60_000
"""Milliseconds after which a child that waits for its parent's heart gives up, so that the test fails and does not hang."""

POLLIN = 1


class PollFd(ctypes.Structure):
    """What poll(2) looks at."""

    _fields_ = (("fd", ctypes.c_int), ("events", ctypes.c_short), ("revents", ctypes.c_short))


def hold_the_interpreter_until(fd: int) -> bool:
    """Waits in native code, as the flow does, without letting any other thread of the process run."""
    wanted = PollFd(fd, POLLIN, 0)
    return ctypes.PyDLL(None).poll(ctypes.byref(wanted), 1, GIVEN_UP_AFTER) == 1


class Quiet:
    """Nobody looks and nobody asks, unless told so."""

    def __init__(self, asked=lambda: False):
        self.heard, self.is_asked = [], asked

    def hear(self, stage, share):
        self.heard.append((stage, share))


def ran(work, *, watch=None, limits=PLENTY):
    """The work in a child process."""
    return apart.run(work, watch or Quiet(), limits, nullcontext())


def test_the_answer_and_what_was_told_come_back():
    watch = Quiet()

    def work(say):
        say.told("flow", 0.5)
        return os.getpid(), os.getppid()

    child, parent = ran(work, watch=watch)
    assert child != parent == os.getpid()
    assert watch.heard == [("flow", 0.5)]
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_the_heart_beats_while_native_code_holds_the_interpreter(app, monkeypatch):
    """Counted: the child lets go only when the lease has been renewed a dozen times meanwhile."""
    monkeypatch.setattr(ownership, "BEATS", 600)
    market = a_market()
    run = market.request()
    ears, mouth = os.pipe()
    with app.app_context():
        owned = match.claim(market.system, run.id)
        renewed, renew = count(1), owned.renew

        def renew_and_tell(work):
            if next(renewed) == BEATS_HEARD:
                os.write(mouth, b"!")
            return renew(work)

        owned.renew = renew_and_tell
        with ownership.owning(owned):
            assert done_apart(lambda say: hold_the_interpreter_until(ears), owned), "the heart stood still"
    assert again(run).attempt == 1


def test_a_stage_that_takes_too_much_is_ended_with_the_best_plan():
    def work(say):
        say.keep({"S1": "C1"})
        say.told("repair", 0.6)
        while True:
            pass

    with pytest.raises(Ended) as ended:
        ran(work, limits=Limits(stage_seconds=0.05, megabytes=4_096))
    assert (ended.value.stopped.stage, ended.value.stopped.why, ended.value.plan) == (
        "repair",
        StopReason.CPU,
        {"S1": "C1"},
    )
    assert "CPU seconds" in str(ended.value)


def test_native_code_is_ended_as_well():
    """Spinning where no signal is heard: the parent only looks at the processor's time."""
    spin = ctypes.PyDLL(None)

    def work(say):
        buffer = ctypes.create_string_buffer(1 << 22)
        while True:
            spin.memset(buffer, 0, len(buffer))

    with pytest.raises(Ended) as ended:
        ran(work, limits=Limits(stage_seconds=0.05, megabytes=4_096))
    assert (ended.value.stopped.why, ended.value.plan) == (StopReason.CPU, None)


def test_memory_is_limited():
    def work(say):
        held = [b"x" * (1 << 20) for _ in range(200)]
        signal.pause()
        return held

    with pytest.raises(Ended) as ended:
        ran(work, limits=Limits(stage_seconds=600, megabytes=64))
    assert ended.value.stopped.why == StopReason.MEMORY


def test_a_single_request_for_very_much_is_refused():
    with pytest.raises(Ended) as ended:
        ran(lambda say: bytearray(1 << 44), limits=Limits(stage_seconds=600, megabytes=64))
    assert ended.value.stopped.why == StopReason.MEMORY


def test_a_process_that_the_system_ends_leaves_its_plan():
    def work(say):
        say.keep({"S1": None})
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(Ended) as ended:
        ran(work)
    assert (ended.value.stopped.why, ended.value.plan) == (StopReason.DIED, {"S1": None})


def test_whoever_asks_is_heard_in_the_child():
    def work(say):
        say.told("tighten", 0.2)
        while not say.asked():
            signal.sigtimedwait([], 0.01)
        return "its best"

    assert ran(work, watch=Quiet(asked=lambda: True)) == "its best"


def test_a_child_that_does_not_hear_is_ended(monkeypatch):
    monkeypatch.setattr(apart, "PATIENCE", 0.05)

    def work(say):
        while True:
            pass

    with pytest.raises(Ended) as ended:
        ran(work, watch=Quiet(asked=lambda: True))
    assert ended.value.stopped.why == StopReason.ASKED


def test_what_goes_wrong_is_raised_by_the_parent():
    def refuse(say):
        raise ProblemError("must not be empty", table="clinicians", row=3, column="profession")

    def fail(say):
        raise LookupError(threading.Lock())

    with pytest.raises(MatchingError, match="clinicians, row 3"):
        ran(refuse)
    with pytest.raises(ChildFailed, match="LookupError"):
        ran(fail)


def test_a_watch_that_gives_up_ends_the_child():
    pids = []

    class Lost(Quiet):
        def hear(self, stage, share):
            pids.append(int(stage))
            raise ownership.Lost

    def work(say):
        say.told(str(os.getpid()), 0.0)
        signal.pause()

    with pytest.raises(ownership.Lost):
        ran(work, watch=Lost())
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)


def test_what_a_process_holds_and_has_had_is_read_from_the_system():
    assert 0 < processes.pages(os.getpid()).resident < processes.pages(os.getpid()).size
    assert processes.cpu_seconds(os.getpid()) > 0
    assert (processes.pages(2**22 + 1), processes.cpu_seconds(2**22 + 1)) == ((0.0, 0.0), 0.0)
