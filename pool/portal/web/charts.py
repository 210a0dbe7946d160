"""The geometry of charts; components/bar-chart.html draws them.

HTML carries the words and figures, a small SVG only the shape: no script, no inline style, text keeps its size on a
phone, and the figures are in a real table.
"""

from collections.abc import Sequence
from typing import NamedTuple

Row = tuple[str, float, str]
"""A label, the size, and the size as people read it: ("Bridge Surgery", 82, "82%")."""


class Bar(NamedTuple):
    """One bar: its label, its width out of 100, and its figure."""

    label: str
    width: str
    figure: str


class Bars(NamedTuple):
    """A bar chart; heading and measure name the two columns of its table."""

    title: str
    heading: str
    measure: str
    rows: list[Bar]


def bars(title: str, rows: Sequence[Row], *, heading: str, measure: str, most: float = 0) -> Bars:
    """A bar a row; `most` is a full bar (100 for per cent, the largest when 0)."""
    full = most or max((size for _, size, _ in rows), default=0) or 1
    return Bars(title, heading, measure, [Bar(label, share(size, full), figure) for label, size, figure in rows])


def share(size: float, full: float) -> str:
    """A size out of 100, never outside the chart."""
    return f"{max(0, min(100, 100 * size / full)):.1f}"
