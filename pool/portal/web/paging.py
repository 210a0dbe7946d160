"""Long lists in pages: which rows to read and the links to the other pages.

Every list is paged. Long ones ask for `page_asked` and read the rows of one page; others are cut when they are drawn: every
`ui.table` by itself, cards and lines by `paged` in their template. A second list of a page has a name of its own.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import request, url_for

SIZE = 25


class Page(NamedTuple):
    """One page of a list; `offset` and `size` are for the query, the rest for the pagination macro."""

    number: int
    total: int
    size: int = SIZE
    name: str = "page"

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.number - 1) * self.size

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The number of the first row on this page, from 1; 0 in an empty list."""
        return min(self.offset + 1, self.total)

    @property
    def last(self) -> int:
        """The number of the last row on this page."""
        return min(self.offset + self.size, self.total)

    def address(self, number: int) -> str:
        """This list's address with its filters, at another page."""
        others: dict[str, Any] = {name: request.args.getlist(name) for name in request.args if name != self.name}
        return url_for(str(request.endpoint), **{**others, **(request.view_args or {}), self.name: number})

    def links(self) -> list[dict[str, Any]]:
        """First, last and neighbouring pages, with gaps, as the NHS pagination takes them."""
        near = sorted({1, self.pages, *range(max(1, self.number - 1), min(self.pages, self.number + 1) + 1)})
        links: list[dict[str, Any]] = []
        for before, number in zip([0, *near], near, strict=False):
            if number - before > 1:
                links.append({"ellipsis": True})
            links.append({"number": number, "href": self.address(number), "current": number == self.number})
        return links


class Part(NamedTuple):
    """The rows of one page of a list, and that page."""

    rows: Sequence[Any]
    page: Page


def paged(rows: Sequence[Any], name: str = "page", size: int | None = None) -> Part:
    """The rows of the page that the address asks for, of a list that is there as a whole."""
    listed = rows if isinstance(rows, Sequence) else list(rows)
    page = page_asked(len(listed), size, name)
    return Part(listed[page.offset : page.offset + page.size], page)


def name_of(caption: str) -> str:
    """The name of a table's pages in the address: page-forms-at-risk."""
    return "page-" + re.sub(r"[^a-z]+", "-", caption.lower()).strip("-")[:30]


def asks_for_page(name: str) -> bool:
    """Is this part of an address about pages, and no question to the list?"""
    return name == "page" or name.startswith("page-")


def page_asked(total: int, size: int | None = None, name: str = "page") -> Page:
    """The page that the address asks for (?page=2), kept within the list."""
    size = size or SIZE
    asked = request.args.get(name, "1")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 1
    return Page(min(max(1, number), Page(1, total, size).pages), total, size, name)
