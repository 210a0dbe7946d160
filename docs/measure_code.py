"""Sizes of our code, printed as the table in docs/quality.md: `python docs/measure_code.py`."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = ("pool", "matching", "workers", "deploy")


class Sizes(NamedTuple):
    """What was counted in one package."""

    files: list[int]
    functions: list[int]
    public: int
    documented: int
    inner_imports: int
    commits: int


def sources(package: str) -> Iterator[str]:
    """The text of each file that has more than a line."""
    for path in sorted((PROJECT / package).rglob("*.py")):
        text = path.read_text()
        if text.count("\n") > 1:
            yield text


def measure(package: str) -> Sizes:
    """Count one package; blank lines and comments count too."""
    files, functions, public, documented, inner, commits = [], [], 0, 0, 0, 0
    for text in sources(package):
        files.append(text.count("\n"))
        commits += text.count(".commit()")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                functions.append((node.end_lineno or node.lineno) - node.lineno + 1)
                inner += sum(isinstance(child, ast.Import | ast.ImportFrom) for child in ast.walk(node))
                if not node.name.startswith("_"):
                    public += 1
                    documented += ast.get_docstring(node) is not None
    return Sizes(files, functions, public, documented, inner, commits)


def at(sizes: Sequence[int], share: float) -> int:
    """The size below which this share of them lies."""
    ordered = sorted(sizes)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def row(name: str, found: Sizes) -> str:
    """One line of the table."""
    files, functions = found.files, found.functions
    return (
        f"| {name} | {len(files)} | {sum(files):,} | {at(files, 0.5)} / {at(files, 0.9)} / {max(files)} "
        f"| {at(functions, 0.5)} / {at(functions, 0.9)} / {at(functions, 0.99)} / {max(functions)} "
        f"| {100 * found.documented // max(found.public, 1)} % | {found.inner_imports} | {found.commits} |"
    )


def together(all_found: Sequence[Sizes]) -> Sizes:
    """All packages as one."""
    return Sizes(
        [size for package in all_found for size in package.files],
        [size for package in all_found for size in package.functions],
        *(sum(getattr(package, name) for package in all_found) for name in Sizes._fields[2:]),
    )


def table() -> str:
    """The whole table."""
    found = {name: measure(name) for name in PACKAGES}
    head = (
        "| package | files | lines | file p50 / p90 / max | function p50 / p90 / p99 / max | public docstrings "
        "| imports in functions | commits |\n|---|---|---|---|---|---|---|---|"
    )
    rows = [row(f"`{name}/`", sizes) for name, sizes in found.items()]
    return "\n".join([head, *rows, row("all", together(list(found.values())))])


if __name__ == "__main__":
    print(table())
