"""No constant, function, class or method is left that the product does not use: what only tests call misleads readers."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.product_names import DEFINITIONS, Module, modules, targets, words_of_templates

BY_OTHERS = {
    "deploy.gunicorn_conf.": "the settings that gunicorn reads",
    "deploy.punctual_worker.PunctualWorker": "gunicorn loads it by name",
    "matching.study.": "measures the engine; benchmarks/ and the tests of the engine call it",
    "pool.doors.validation.validated": "for doors whose input is not a form; tests/doors/json_door.py is one",
    "pool.lifecycle.LIVES": "docs/draw_lifecycle.py draws all of them",
    "pool.log_lines.LogLines.msg": "structlog calls it",
    "pool.operations.database_checks.too_old": "migrations/env.py asks it first",
    "workers.match_parts.run": "a job: workers/queues.py names it",
    "workers.messages.deliver": "a job: workers/queues.py names it",
    "workers.outbox.relay": "a job: workers/queues.py names it",
    "workers.outbox.relay_slow": "a job: workers/queues.py names it",
}
"""Names (or all that begin so) that something outside the product's own Python uses, and who."""

DECORATORS_ONLY = {"cache", "lru_cache", "contextmanager", "dataclass", "compiled", "wraps", "even_time"}
"""Decorators that hand nothing on; all others give what they decorate to somebody who calls it, such as a route."""

OWN_KIND = {"property", "cached_property", "classmethod", "staticmethod"}
PLAIN_BASES = {"NamedTuple", "Protocol", "Exception"}


def name_of(decorator: ast.expr) -> str:
    """dataclass for @dataclass(frozen=True)."""
    return ast.unparse(decorator).split("(")[0].split(".")[-1]


def handed_on(statement: ast.stmt, only: set[str]) -> bool:
    """Does a decorator give it to somebody who calls it: a route, a command, a listener?"""
    return isinstance(statement, DEFINITIONS) and any(name_of(one) not in only for one in statement.decorator_list)


def is_table(module: Module, name: str) -> bool:
    """Tables are used by the database; migrations and foreign keys name them."""
    return module.name.startswith("pool.models.") and name[0].isupper()


def unused_names(found: list[Module]) -> Iterator[str]:
    """What stands at the top level and nothing uses. Of names that are given values together one use is enough:
    `MOD10, MOD11, DOUBLE = …` is one list of words."""
    used = {use for module in found for use in module.uses()}
    words = words_of_templates()
    shown = {name for module in found for name in module.handed_over()}
    for module in found:
        for name, statement in module.defined.items():
            together = targets(statement) or [name]
            if not used.isdisjoint(f"{module.name}.{one}" for one in together):
                continue
            if (
                handed_on(statement, DECORATORS_ONLY)
                or is_table(module, name)
                or (module.name in shown and name in words)
            ):
                continue
            yield f"{module.name}.{name}"


def unused_methods(found: list[Module]) -> Iterator[str]:
    """Methods of classes of our own whose name is said nowhere, neither in Python nor in a template."""
    said = {word for module in found for word in module.words()} | words_of_templates()
    for module in found:
        for owner in (node for node in module.defined.values() if isinstance(node, ast.ClassDef)):
            if {ast.unparse(base).split("[")[0] for base in owner.bases} - PLAIN_BASES:
                continue
            for method in (node for node in owner.body if isinstance(node, ast.FunctionDef)):
                if not (method.name.startswith("_") or method.name in said or handed_on(method, OWN_KIND)):
                    yield f"{module.name}.{owner.name}.{method.name}"


@pytest.fixture(scope="module")
def unused() -> set[str]:
    """Full names of all that nothing uses."""
    found = modules()
    return {*unused_names(found), *unused_methods(found)}


def test_everything_that_is_defined_is_used(unused):
    """What only tests call goes, with its tests."""
    assert sorted(name for name in unused if not name.startswith(tuple(BY_OTHERS))) == []


def test_each_exception_is_still_one(unused):
    """A name that is used after all, or gone, has to leave the list."""
    assert [entry for entry in BY_OTHERS if not any(name.startswith(entry) for name in unused)] == []
