"""Templates live in the folder of their noun, beside what all pages share; none is left over."""

import re
from pathlib import Path

TEMPLATES = Path("templates")
PORTAL = Path("pool/portal")
NOT_NOUNS = {"web", "words"}
SHARED = {"components", "errors", "security"}
"""Folders that belong to no noun: building blocks, error pages, and the pages that the sign-in library shows."""

PATH = re.compile(r"""["']([\w/-]+\.html)["']""")
COMPONENT = re.compile(r"\bui\.(\w+)")


def pages() -> set[str]:
    return {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}


def product_text() -> str:
    """All Python of the portal and all pages."""
    return "\n".join(path.read_text() for path in [*PORTAL.rglob("*.py"), *TEMPLATES.rglob("*.html")])


def test_each_folder_is_a_noun_of_the_portal():
    nouns = {path.name for path in PORTAL.iterdir() if path.is_dir() and path.name.isidentifier()} - NOT_NOUNS
    folders = {page.split("/")[0] for page in pages() if "/" in page}
    assert folders - SHARED <= nouns
    assert {path.name for path in TEMPLATES.glob("*.html")} == {"base.html"}


def test_each_folder_of_a_noun_is_a_module_of_its_pages():
    """templates/payments/ageing/ belongs to pool/portal/payments/ageing.py."""
    folders = [path for path in TEMPLATES.rglob("*") if path.is_dir() and path.parent != TEMPLATES]
    assert len(folders) > 20
    assert [
        str(path) for path in folders if not (PORTAL / path.relative_to(TEMPLATES)).with_suffix(".py").exists()
    ] == []


def test_each_page_that_code_or_a_page_asks_for_exists():
    asked = {path for path in PATH.findall(product_text()) if not path.startswith("nhsuk/")}
    assert sorted(asked - pages()) == []


def test_each_page_is_shown_or_included_somewhere():
    text = product_text()
    used = set(PATH.findall(text)) | {f"components/{name.replace('_', '-')}.html" for name in COMPONENT.findall(text)}
    assert sorted(pages() - used) == []
