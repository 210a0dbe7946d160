"""Plain Python values in the shape the NHS macros take, so that templates only name what they show."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from markupsafe import Markup, escape

from pool.money import Money

Choice = Sequence[Any]
"""(value, words) or (value, words, hint)."""


def choice_items(choices: Iterable[Choice], chosen: Collection[str]) -> list[dict[str, Any]]:
    """The answers with those in `chosen` marked; values are compared as the text a browser sends."""
    return [choice_item(choice, str(choice[0]) in chosen) for choice in choices]


def choice_item(choice: Choice, marked: bool) -> dict[str, Any]:
    """One answer; `checked` is read by radios and checkboxes, `selected` by selects."""
    shown = {"value": str(choice[0]), "text": str(choice[1]), "checked": marked, "selected": marked}
    return shown | {"hint": str(choice[2])} if len(choice) > 2 and choice[2] else shown


def link_items(links: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """(words, address) pairs."""
    return [{"text": text, "href": href} for text, href in links]


def table_head(words: Iterable[str], numeric: Collection[int] = ()) -> list[dict[str, Any]]:
    """Column headings; the columns in `numeric` (from 0) are set to the right."""
    return [{"text": word, "format": "numeric" if place in numeric else None} for place, word in enumerate(words)]


def table_rows(rows: Iterable[Iterable[Any]]) -> list[list[dict[str, Any]]]:
    """Cells; on a phone, where a row becomes a card, the macro repeats the column's heading in each."""
    return [[{"html": shown(cell)} for cell in row] for row in rows]


def summary_rows(rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """(key, value) or (key, value, address, action words) rows of a summary list."""
    return [summary_row(*row) for row in rows]


def summary_row(key: str, value: Any, href: str = "", action: str = "Change") -> dict[str, Any]:
    """One fact; the hidden words tell equal actions apart for those who hear the page."""
    row: dict[str, Any] = {"key": {"text": key}, "value": {"html": shown(value)}}
    if href:
        row["actions"] = {"items": [{"href": href, "text": action, "visuallyHiddenText": key.lower()}]}
    return row


def shown(value: Any) -> Markup:
    """A value as safe markup: text is escaped, markup stays, an amount reads £1,234.50, nothing is a dash."""
    if value is None or value == "":
        return Markup('<span class="app-none">–</span>')
    return escape(str(value)) if isinstance(value, Money) else escape(value)
