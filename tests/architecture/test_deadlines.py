"""No test names a deadline of its own: on a busy machine each short one is red some day, and none finds a fault."""

import ast
from pathlib import Path

import pytest

from tests.architecture.product_names import called
from tests.deploy.waiting import wait_for

TESTS = Path(__file__).parents[1]
WAITS = frozenset(
    {
        "wait_for",
        "wait_until",
        "until",
        "shows",
        "sees",
        "reloads_until",
        "wait",
        "join",
        "get",
        "run",
        "urlopen",
        "open",
        "to_contain_text",
        "to_have_text",
        "to_be_visible",
        "to_have_count",
        "wait_for_selector",
        "goto",
        "create_connection",
        "HTTPConnection",
        "set_default_timeout",
    }
)
"""Calls that give up after a while; shorter ones belong to what is tested, such as a sleeper that is killed at once."""

LONG = 60
A_LOOK = 1
"""Seconds. A shorter wait only checks that a state has not changed yet, and a busy machine cannot make that check fail."""

A_MOMENT, STEPS = 0.2, 20


def short_deadlines(source: str) -> list[str]:
    """Waits of a test file that end after a number of seconds which stands there."""
    return [
        f"{node.lineno}: {called(node)} ends after {value} s"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and called(node) in WAITS
        for value in seconds_of(node)
        if A_LOOK <= value < LONG or (0 < value < LONG and called(node) not in {"wait", "join"})
    ]


def seconds_of(call: ast.Call) -> list[float]:
    """Numbers that a call gives as its deadline; the browser's are milliseconds."""
    own = [word.value for word in call.keywords if word.arg in {"seconds", "timeout"}]
    if called(call) in {"wait", "join"}:
        own += call.args
    numbers = [
        argument.value
        for argument in own
        if isinstance(argument, ast.Constant) and isinstance(argument.value, int | float)
    ]
    return [number / 1000 if number >= 1000 else number for number in numbers]


def test_no_test_has_a_short_deadline_of_its_own():
    """tests/deploy/waiting.py says how long everybody waits."""
    found = {
        path.relative_to(TESTS).as_posix(): short
        for path in TESTS.rglob("*.py")
        if (short := short_deadlines(path.read_text()))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    ["wait_for(done, seconds=30)", "process.join(20)", "page.locator('h1').wait_for(timeout=10_000)", "child.wait(9)"],
)
def test_a_short_deadline_is_found(source):
    assert short_deadlines(source)


def test_a_wait_begins_anew_with_each_step_forward():
    """What gets on slowly is not hopeless: the whole takes far longer than one wait, in counted looks."""
    steps = iter(range(10_000))
    looks = [0]

    def done():
        looks[0] = next(steps)
        return looks[0] > STEPS

    assert wait_for(done, seconds=A_MOMENT, moving=lambda: looks[0])


def test_what_came_true_once_is_believed():
    """Asked a second time, workers that had come to rest were found at work again, and a journey was red."""
    answers = iter([False, True, False])
    assert wait_for(lambda: next(answers))


def test_a_wait_in_vain_ends():
    assert not wait_for(lambda: False, seconds=A_MOMENT)
