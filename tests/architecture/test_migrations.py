"""Migrations are numbered, in one line, and can be undone."""

import re
from pathlib import Path

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


def test_migrations_are_numbered_in_one_line():
    """One head: two people who add a migration at once find out here, not in production."""
    names = sorted(path.name for path in VERSIONS.glob("*.py"))
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    for number, name in enumerate(names, start=1):
        source = (VERSIONS / name).read_text()
        previous = f"{number - 1:04}" if number > 1 else None
        assert re.search(rf"^revision = ['\"]{number:04}['\"]", source, re.M), name
        assert re.search(rf"^down_revision = ['\"]?{previous}['\"]?$", source, re.M), name
