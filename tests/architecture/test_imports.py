"""The picture of who may import whom holds, and nothing hides from it."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.architecture.product_names import PACKAGES

PROJECT = Path(__file__).parents[2]
LAZY_BY_DESIGN = {"matching/__init__.py"}
"""The engine's solver loads on first use, so that the portal starts without it (its docstring says so)."""


def sources():
    """Every Python file of the product."""
    return [path for package in PACKAGES for path in (PROJECT / package).rglob("*.py")]


def test_import_contracts_hold():
    """The contracts in pyproject.toml are the architecture; a broken one is a change of architecture."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    answer = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_nothing_is_imported_inside_a_function():
    """An import inside a function hides a cycle."""
    hidden = [
        f"{path.relative_to(PROJECT)}:{inner.lineno}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_modules_are_imported_by_name_only_where_it_is_by_design():
    """`import_module` and `__import__` are a way round the contracts: neither mypy nor import-linter sees through them."""
    calls = {
        path.relative_to(PROJECT).as_posix()
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__")
    }
    assert calls == LAZY_BY_DESIGN


def test_no_module_of_the_engine_imports_the_package_that_loads_it():
    """`from matching import solve` inside the engine would hide a circle behind the names that load on first use."""
    circles = [
        f"{path.relative_to(PROJECT)}:{node.lineno}"
        for path in (PROJECT / "matching").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.ImportFrom) and node.module == "matching")
        or (isinstance(node, ast.Import) and any(name.name == "matching" for name in node.names))
    ]
    assert circles == []


def test_there_is_one_commit():
    """State, audit and outbox rows are committed together, in one place (design D4)."""
    commits = [
        path.relative_to(PROJECT).as_posix()
        for path in sources()
        for _ in range(path.read_text().count(".commit("))
        if "deploy" not in path.parts
    ]
    assert commits == ["pool/unit_of_work.py"]


def test_connections_to_redis_are_opened_in_one_place():
    """Where it is said how long they listen: the client's own limit of five seconds ends every longer wait."""
    opened = [
        path.relative_to(PROJECT).as_posix()
        for path in sources()
        for _ in range(path.read_text().count("Redis.from_url(") + path.read_text().count(" Redis("))
        if "deploy" not in path.parts
    ]
    assert opened == ["pool/queue.py"]


def test_states_are_assigned_only_by_the_life_cycle():
    """`advance` is the only code that moves a thing; everything else would skip the table."""
    assigned = [
        f"{path.relative_to(PROJECT)}:{node.lineno}"
        for path in sources()
        if path.relative_to(PROJECT).as_posix() != "pool/lifecycle.py" and "pool" in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and target.attr == "state" and not _is_self(target)
    ]
    assert assigned == []


def _is_self(target: ast.Attribute) -> bool:
    return isinstance(target.value, ast.Name) and target.value.id == "self"


def test_no_drawers():
    """A file is named after a noun; a drawer takes everything and explains nothing."""
    drawers = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py"}
    assert [path for path in sources() if path.name in drawers] == []
