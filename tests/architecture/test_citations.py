"""Every source that code, tests, templates, data and pages cite opens in docs/.

There are three forms: `domain 5.2` is a heading in docs/domain, `design D9` one in docs/design.md, `docs/adr/0004` a file.
"""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
FOLDERS = (
    "pool",
    "matching",
    "workers",
    "deploy",
    "tests",
    "templates",
    "data",
    "docs",
    "migrations",
    "benchmarks",
    "findings",
)
KINDS = {".py", ".md", ".html", ".txt", ".csv", ".toml", ".typ", ".sql", ".yaml", ".css", ".js"}
OWN = Path(__file__)

NUMBER = r"\d+(?:\.\d+)?"
LIST = rf"{NUMBER}(?:(?:, | and | to )\d+\.\d+)*"
DOMAIN = re.compile(rf"\bdomain ({LIST})", re.I)
DESIGN = re.compile(r"\bdesign (D\d+)\b", re.I)
DECISION = re.compile(r"\badr/(\d{4})\b")
SIGNS = r"[\s.,:;(§–-]"
BETWEEN = rf"(?:{SIGNS}{{0,3}}(?:notes?|pages?|chapters?|sections?|rows?|decisions?|no|numbers?|md)\b)*{SIGNS}{{0,4}}"
PAGES = "peers?|capabilit(?:y|ies)|reliability|structure|style"
OTHER_SPELLINGS = re.compile(
    rf"\b(?:domains?{BETWEEN}\d"
    rf"|domain\W{{0,2}}notes"
    rf"|designs?{BETWEEN}D\W?\d"
    rf"|(?:{PAGES}){BETWEEN}[A-Z]?\d+(?:\.\d+|[a-z])?\b(?! ?(?:px|%|seconds))"
    rf"|reliability\W{{1,2}}notes"
    rf"|journeys?\s+J\d|mistakes?\s+\d+\b"
    rf"|adr{BETWEEN}\d+)",
    re.I,
)


def texts():
    """Name and text of every file in which something can be cited; line breaks and comment signs count as spaces."""
    paths = [path for folder in FOLDERS for path in (PROJECT / folder).rglob("*") if path.suffix in KINDS]
    paths += [path for path in PROJECT.iterdir() if path.suffix in KINDS]
    for path in sorted(set(paths) - {OWN}):
        if path.is_file() and "node_modules" not in path.parts and not path.name.endswith(".min.js"):
            yield path.relative_to(PROJECT).as_posix(), plain(path.read_text(errors="replace"))


def plain(text: str) -> str:
    """One line: a citation may be broken by the end of a line."""
    return re.sub(r"\s*\n[ \t]*(?:#:?|--|//)?[ \t]*", " ", text)


def headings() -> list[str]:
    """The numbers that can be opened: 5, 5.2 (with `domain `), D9 (with `design `), 0004 (with `adr/`)."""
    numbers = [
        f"domain {number}"
        for page in (DOCS / "domain").glob("*.md")
        for number in re.findall(rf"^#+ ({NUMBER})\.? ", page.read_text(), re.M)
    ]
    numbers += [f"design {number}" for number in re.findall(r"^## (D\d+) ", (DOCS / "design.md").read_text(), re.M)]
    return numbers + [f"adr/{page.name[:4]}" for page in (DOCS / "adr").glob("[0-9]*.md")]


def cited(text: str) -> set[str]:
    """What a text cites, as headings are named."""
    found = {f"domain {number}" for numbers in DOMAIN.findall(text) for number in re.findall(NUMBER, numbers)}
    found |= {f"design {number.upper()}" for number in DESIGN.findall(text)}
    return found | {f"adr/{number}" for number in DECISION.findall(text)}


def other_spellings(text: str) -> list[str]:
    """Citations in a form that cannot be looked up."""
    spelt = OTHER_SPELLINGS.finditer(text)
    return [
        match[0] for match in spelt if not any(form.match(text, match.start()) for form in (DOMAIN, DESIGN, DECISION))
    ]


def test_every_citation_can_be_opened():
    """A number without a heading is a source that nobody can check."""
    known = set(headings())
    assert [(name, missing) for name, text in texts() for missing in sorted(cited(text) - known)] == []


def test_sources_are_cited_in_one_form():
    """Notes, chapters, mistakes and other pages by number: only the three forms are looked up, so only they are used."""
    assert [(name, spelling) for name, text in texts() for spelling in other_spellings(text)] == []


def test_a_number_opens_one_heading():
    """Two headings of one number would answer two questions with one name."""
    numbers = headings()
    assert sorted({number for number in numbers if numbers.count(number) > 1}) == []


def test_the_search_finds_what_there_is():
    """Should the search break, the tests above would pass for ever."""
    everything = [one for _, text in texts() for one in cited(text)]
    assert len(everything) > 150
    assert {"domain 5.2", "design D9", "adr/0004"} <= set(everything)


@pytest.mark.parametrize(
    "text",
    [
        "domain 5.99",
        "Domain 99",
        "(domain\n    5.99)",
        "domain 5.2, 5.99",
        "domain 2.3 to 2.99",
        "design D99",
        "docs/adr/0099",
    ],
)
def test_an_invented_number_is_noticed(text):
    """Also behind the end of a line, and in a list."""
    assert cited(plain(text)) - set(headings())


@pytest.mark.parametrize(
    "text",
    [
        "domain notes 5.2",
        "domain-notes 5.2",
        "the domain notes",
        "domain, section 5.2",
        "domain §5.2",
        "domain.md 5.2",
        "domains 5.2",
        "design decision D9",
        "design.md D9",
        "design notes,\n    D9",
        "peers J6",
        "peers.md 6",
        "reliability 3d",
        "reliability §2",
        "reliability notes",
        "capabilities 1.6",
        "journey J6",
        "mistake 3",
        "money mistakes 10",
        "ADR 4",
        "adr-0004",
    ],
)
def test_another_spelling_is_noticed(text):
    """What is not spelt in one of the three forms is not looked up, so it must not pass."""
    assert other_spellings(plain(text))


@pytest.mark.parametrize(
    "text",
    [
        "domain 5.2, 5.7",
        "(domain 2.3 to 2.7)",
        "design D12",
        "docs/adr/0004-runs-survive.md",
        "by mistake",
        "its peers",
    ],
)
def test_what_is_in_order_passes(text):
    """The three forms, and words that cite nothing."""
    assert other_spellings(plain(text)) == []
    assert cited(plain(text)) <= set(headings())
