"""What every module of the product defines, and who uses it: read from the syntax, nothing is imported."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

PACKAGES = ("pool", "matching", "workers", "deploy")
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
WORD = re.compile(r"[A-Za-z_]\w+")


@dataclass
class Module:
    """One file: `name` as it is imported, and its syntax tree."""

    name: str
    path: Path
    tree: ast.Module
    bound: dict[str, str] = field(default_factory=dict)
    """Names in this file that stand for a module or for a name of another one: offers -> pool.services.bookings.offers."""

    @cached_property
    def defined(self) -> dict[str, ast.stmt]:
        """Functions, classes and constants of the top level, by name."""
        found: dict[str, ast.stmt] = {}
        for statement in self.tree.body:
            if isinstance(statement, DEFINITIONS):
                found[statement.name] = statement
            for target in targets(statement):
                found[target] = statement
        return {name: statement for name, statement in found.items() if not name.startswith("__")}

    def bind(self, names: set[str]) -> None:
        """Note what the imports of this file stand for."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                self.bound |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
            if isinstance(node, ast.Import):
                self.bound |= {name.asname or name.name: name.name for name in node.names if name.name in names}

    def uses(self) -> Iterator[str]:
        """Full names of what this file uses: its own, unless the use is inside the definition itself, and others'."""
        yield from self.bound.values()
        for statement in self.tree.body:
            own = {name for name, definition in self.defined.items() if definition is statement}
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in own:
                    yield f"{self.name}.{node.id}"
                if isinstance(node, ast.Attribute):
                    yield self.full(node)

    def handed_over(self) -> Iterator[str]:
        """Modules that this file gives to somebody as a whole: a page gives its words to its template."""
        heads = {id(node.value) for node in ast.walk(self.tree) if isinstance(node, ast.Attribute)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name) and id(node) not in heads and node.id in self.bound:
                yield self.bound[node.id]

    def words(self) -> Iterator[str]:
        """Attributes, keywords and strings of one word: every way to name a method."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute):
                yield node.attr
            if isinstance(node, ast.keyword) and node.arg:
                yield node.arg
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value

    def full(self, node: ast.Attribute) -> str:
        """pool.services.bookings.offers.accept for offers.accept."""
        head, _, rest = ast.unparse(node).partition(".")
        return f"{self.bound.get(head, head)}.{rest}"


def targets(statement: ast.stmt) -> list[str]:
    """The names that an assignment at the top level gives a value."""
    if isinstance(statement, ast.AnnAssign):
        assigned = [statement.target] if statement.value else []
    else:
        assigned = statement.targets if isinstance(statement, ast.Assign) else []
    return [node.id for target in assigned for node in ast.walk(target) if isinstance(node, ast.Name)]


def called(call: ast.Call) -> str:
    """The last word of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def modules() -> list[Module]:
    """Every module of the product, the file that servers start included."""
    paths = [path for package in PACKAGES for path in sorted(Path(package).rglob("*.py"))] + [Path("wsgi.py")]
    found = [Module(dotted(path), path, ast.parse(path.read_text())) for path in paths]
    names = {module.name for module in found}
    for module in found:
        module.bind(names)
    return found


def dotted(path: Path) -> str:
    """pool.services.bookings.offers for its file."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def words_of_templates() -> set[str]:
    """Every word of a page or e-mail: macros, filters and methods are called there."""
    return {word for path in Path("templates").rglob("*.*") for word in WORD.findall(path.read_text())}
