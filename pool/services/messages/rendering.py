"""From the facts of an e-mail to its words: templates/messages/<name>.subject.txt and <name>.txt."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pool import formats
from pool.config import PROJECT

TEMPLATES = PROJECT / "templates" / "messages"

FILTERS = ("money", "day", "full_day", "long_day", "clock_time", "moment", "minutes", "plural")
"""The filters of pool/formats.py, the same as on pages."""


class Words(NamedTuple):
    """A subject of one line, and a body."""

    subject: str
    body: str


def words_of(template: str, facts: Mapping[str, Any]) -> Words:
    """Subject and body; raises jinja2.UndefinedError when a template asks for a fact that nobody gave."""
    subject = texts().get_template(f"{template}.subject.txt").render(facts)
    body = texts().get_template(f"{template}.txt").render(facts)
    return Words(one_line(subject), body.strip() + "\n")


def one_line(text: str) -> str:
    """A subject is a header: a line break in somebody's name must not start another one."""
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
