"""Pages that describe the code are compared with it."""

import importlib.util
import re
from dataclasses import fields
from pathlib import Path

import pytest

from pool.config import Config

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
PAGES = [PROJECT / "README.md", *DOCS.rglob("*.md")]


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


def test_every_room_has_its_row():
    """docs/structure.md says what each folder of services holds."""
    rooms = {path.name for path in (PROJECT / "pool" / "services").iterdir() if (path / "__init__.py").exists()}
    explained = set(re.findall(r"^\| `([a-z]+)` \| .+ \| `pool/services/", (DOCS / "structure.md").read_text(), re.M))
    assert explained == rooms
