"""Plain text from templates/messages/ and facts, for every channel."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pool import formats
from pool.config import PROJECT

TEMPLATES = PROJECT / "templates" / "messages"

FILTERS = ("money", "day", "full_day", "long_day", "clock_time", "moment", "minutes", "plural")
"""The filters of pool/formats.py, the same as on pages."""


def text_of(file_name: str, facts: Mapping[str, Any]) -> str:
    """The text of one file; raises jinja2.UndefinedError when it asks for a fact that nobody gave."""
    return texts().get_template(file_name).render(facts)


def one_line(text: str) -> str:
    """Text for a header or a subject: a line break in a name must not start another header."""
    return " ".join(text.split())


@cache
def texts() -> Environment:
    """Plain text: nothing is escaped, and a missing fact raises."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - plain text
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({name: getattr(formats, name) for name in FILTERS})
    return environment
