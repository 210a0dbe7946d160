"""A loop variable says what it holds: `each` makes the reader look for the start of the loop."""

import ast
from pathlib import Path

import pytest
from jinja2 import nodes

PROJECT = Path(__file__).parents[2]
FOLDERS = ("pool", "matching", "workers", "deploy", "benchmarks", "docs", "tests", "migrations")
NAMELESS = "each"


def python_files():
    """Every file of ours that Python reads."""
    return [path for folder in FOLDERS for path in sorted((PROJECT / folder).rglob("*.py"))]


def nameless(source):
    """Lines of a file where a loop, a function or a lambda gives its values that name."""
    found = []
    for node in ast.walk(ast.parse(source)):
        stored = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == NAMELESS
        if stored or (isinstance(node, ast.arg) and node.arg == NAMELESS):
            found.append(node.lineno)
    return found


def nameless_in_template(tree):
    """Lines of a template with such a loop."""
    return [node.lineno for node in tree.find_all(nodes.Name) if node.ctx == "store" and node.name == NAMELESS]


def test_loop_variables_of_python_are_nouns():
    """In the product, its tests and its tools."""
    assert [f"{path}:{line}" for path in python_files() for line in nameless(path.read_text())] == []


def test_loop_variables_of_templates_are_nouns(app):
    """Pages and e-mails."""
    environment = app.jinja_env
    found = [
        f"{path}:{line}"
        for path in sorted((PROJECT / "templates").rglob("*.*"))
        for line in nameless_in_template(environment.parse(path.read_text()))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    ["for each in offers:\n    pass", "[each.id for each in offers]", "lambda each: each.id", "def key(each): ..."],
)
def test_a_nameless_variable_is_found(source):
    """The check sees what it is for."""
    assert nameless(source) == [1]


def test_a_nameless_variable_of_a_template_is_found(app):
    """There too."""
    tree = app.jinja_env.parse("{% for each in offers %}{{ each.id }}{% endfor %}")
    assert nameless_in_template(tree) == [1]
