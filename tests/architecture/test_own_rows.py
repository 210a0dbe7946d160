"""A function named own_… gives the asker's own rows: without a look at the role it would give those of everybody."""

import ast
from collections.abc import Iterator
from pathlib import Path

SERVICES = Path("pool/services")


def own_functions(source: str) -> Iterator[ast.FunctionDef]:
    """Functions of that name which read rows for the one who asks."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.FunctionDef)
            and node.name.startswith("own_")
            and "work" in {argument.arg for argument in node.args.args}
        ):
            yield node


def asserts_the_role(function: ast.FunctionDef) -> bool:
    """Directly, or by asking another such function first."""
    words = {ast.unparse(node) for node in ast.walk(function) if isinstance(node, ast.Attribute)}
    called = {ast.unparse(node.func).split(".")[-1] for node in ast.walk(function) if isinstance(node, ast.Call)} - {
        function.name
    }
    return not words.isdisjoint({"work.actor.only", "work.actor.role"}) or any(
        name.startswith("own_") for name in called
    )


def test_own_functions_assert_the_role():
    """Each of them, in every service."""
    found = {
        f"{path}: {function.name}": asserts_the_role(function)
        for path in SERVICES.rglob("*.py")
        for function in own_functions(path.read_text())
    }
    assert len(found) >= 4
    assert [name for name, asserted in found.items() if not asserted] == []


def test_a_function_that_asserts_nothing_is_found():
    """The check sees what it is for."""
    (function,) = own_functions("def own_clinicians(work):\n    return work.all(select(Clinician))\n")
    assert not asserts_the_role(function)
