"""Pages that describe the code are compared with it."""

import functools
import importlib.util
import re
from dataclasses import fields
from pathlib import Path

import pytest

from pool.config import Config

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
THIS = Path(__file__)
PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *DOCS.rglob("*.md")]
FOLDERS = (
    "pool",
    "matching",
    "workers",
    "deploy",
    "tests",
    "templates",
    "data",
    "migrations",
    "benchmarks",
    "static",
    "docs",
)
KINDS = {".py", ".html", ".sql", ".csv", ".toml", ".typ", ".txt", ".js", ".css", ".sh", ".yaml", ".conf", ".service"}
NAME = r"[A-Za-z_]\w*"
FORMULAS = {"f_p", "g_c", "_K"}
"""Names of docs/matching.md that are mathematics."""


def test_the_life_cycle_page_is_drawn_from_the_tables():
    """`make docs` draws it anew."""
    spec = importlib.util.spec_from_file_location("draw_lifecycle", DOCS / "draw_lifecycle.py")
    drawing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drawing)
    assert (DOCS / "lifecycle.md").read_text() == drawing.page()


def test_every_setting_is_explained():
    """The table of settings names every environment variable that the code reads, and no other."""
    source = (PROJECT / "pool" / "config.py").read_text()
    read = set(re.findall(r'(?:env\.get\(|required\(env, )"([A-Z_]+)"', source))
    explained = set(re.findall(r"^\| `([A-Z_]+)`", (DOCS / "settings.md").read_text(), re.M))
    assert explained == read
    assert len(read) >= len(fields(Config)) - 1


def test_every_dependency_has_its_reason():
    """docs/dependencies.md says for each library why it is here."""
    project = (PROJECT / "pyproject.toml").read_text()
    listed = set(re.findall(r'^  "([a-z0-9-]+)[\[~>=]', project, re.M))
    explained = set(re.findall(r"^\| `([a-z0-9.@/-]+)`", (DOCS / "dependencies.md").read_text(), re.M))
    assert listed <= explained, listed - explained


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    """A link to a file that is not there is a dead end."""
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


def anchors(page):
    """The names by which the headings of a page can be linked, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_headings_lead_to_one(page):
    """A heading that was renamed takes its links with it."""
    targets = re.findall(r"\]\(([\w./-]*\.md|)#([^)]+)\)", page.read_text())
    missing = [(file, name) for file, name in targets if name not in anchors(page.parent / file if file else page)]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_named_files_exist(page):
    """A file named in code quotes is there."""
    named = set(
        re.findall(
            r"`((?:pool|matching|workers|deploy|docs|templates|tests|migrations|data|benchmarks)/[\w./-]+)`",
            page.read_text(),
        )
    )
    assert sorted(name for name in named if not (PROJECT / name).exists()) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_named_tests_exist(page):
    """A page that promises a test names one that is there."""
    named = re.findall(r"`(tests/[\w/.]+\.py)::(test_\w+)`", page.read_text())
    assert [(path, test) for path, test in named if f"def {test}(" not in (PROJECT / path).read_text()] == []


@functools.cache
def names_in_the_code():
    """Every name that the code, its templates and its tables use; and the names of its modules."""
    files = [path for folder in FOLDERS for path in (PROJECT / folder).rglob("*") if path.suffix in KINDS]
    files += [PROJECT / "Makefile", PROJECT / "pyproject.toml", PROJECT / "wsgi.py"]
    files = [path for path in files if path.is_file() and path != THIS and "node_modules" not in path.parts]
    return {path.stem for path in files} | {
        name for path in files for name in re.findall(NAME, path.read_text(errors="replace"))
    }


def names_of_code(text):
    """The names in code quotes that can only be names of code: with an underscore, or with capitals inside."""
    quoted = re.findall(r"`([^`\n/]+)`", re.sub(r"```.*?```", "", text, flags=re.S))
    names = {name for code in quoted for name in re.findall(NAME, code)}
    return {name for name in names if "_" in name or re.match(r"[A-Z][a-z]+[A-Z]", name)} - FORMULAS


def gone(text):
    """What a page says of the code that is not there: names, names of a file, functions of a module."""
    missing = names_of_code(text) - names_in_the_code()
    for path, name in re.findall(rf"`([\w/]+\.py)`: `({NAME})`", text):
        if not re.search(rf"\b{name}\b", (PROJECT / path).read_text()):
            missing.add(f"{path}: {name}")
    return sorted(missing)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_named_functions_exist(page):
    """A function, class or column that was renamed takes its name in the pages with it."""
    assert gone(page.read_text()) == []


@pytest.mark.parametrize(
    "text",
    ["`bill_the_booking`", "`billing.sums_of_it`", "`PaymentListWasTaken`", "`pool/money.py`: `Shillings`"],
)
def test_a_name_that_is_gone_is_noticed(text):
    """Should the search break, the test above would pass for ever."""
    assert gone(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_quoted_code_is_the_code(page):
    """What a page quotes from a file stands there, letter by letter."""
    quoted = re.findall(r"From `([\w/.]+)`:\n\n```\w+\n(.*?)\n```", page.read_text(), re.S)
    assert [path for path, code in quoted if code not in (PROJECT / path).read_text()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_paragraph_is_a_wall(page):
    """A thought of more than 600 characters is a list, a table or a drawing. The engine's page is for its own readers."""
    lines = page.read_text().splitlines() if page.name != "matching.md" else []
    assert [line[:60] for line in lines if len(line) > 600] == []


def test_every_room_has_its_row():
    """docs/structure.md says what each folder of services holds."""
    rooms = {path.name for path in (PROJECT / "pool" / "services").iterdir() if (path / "__init__.py").exists()}
    explained = set(re.findall(r"^\| `([a-z]+)` \| .+ \| `pool/services/", (DOCS / "structure.md").read_text(), re.M))
    assert explained == rooms
