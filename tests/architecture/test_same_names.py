"""Every process collects the same tests: the names of the examples hold nothing that is drawn anew or read off a clock."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.product_names import called

TESTS = Path(__file__).parents[1]
ANEW = frozenset(
    {
        "uuid1",
        "uuid4",
        "new_id",
        "token_hex",
        "token_urlsafe",
        "now",
        "today",
        "random",
        "randint",
        "next_week",
        "in_days",
    }
)
"""Calls that give another value in each process."""


def drawn_anew(source: str) -> list[str]:
    """Calls in the decorators of a test file whose value each process draws for itself: such tests get two names."""
    return [
        f"{call.lineno}: {called(call)}"
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.FunctionDef | ast.ClassDef)
        for decorator in function.decorator_list
        for call in calls(decorator)
        if called(call) in ANEW
    ]


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """What is called when the file is read; a lambda is called by the test."""
    if isinstance(node, ast.Call):
        yield node
    if not isinstance(node, ast.Lambda):
        for child in ast.iter_child_nodes(node):
            yield from calls(child)


@pytest.mark.parametrize("path", sorted(TESTS.rglob("*.py")), ids=lambda path: path.relative_to(TESTS).as_posix())
def test_the_examples_of_a_test_have_the_same_names_everywhere(path):
    """Processes that share the tests stop when they do not collect the same ones."""
    assert drawn_anew(path.read_text()) == []


def test_an_example_drawn_anew_is_found():
    """The check sees what it is for."""
    source = '@pytest.mark.parametrize("path", [f"/{uuid4()}"])\ndef test_it(path): ...\n'
    assert drawn_anew(source) == ["1: uuid4"]
