"""The geometry of charts; components/bar-chart.html and line-chart.html draw them.

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


class Line(NamedTuple):
    """A line chart: the corners in a square of 100 by 100, a sentence for those who cannot see it, and the figures."""

    id: str
    title: str
    heading: str
    measure: str
    top: str
    points: str
    sentence: str
    rows: Sequence[Row]


def bars(title: str, rows: Sequence[Row], *, heading: str, measure: str, most: float = 0) -> Bars:
    """A bar a row; `most` is a full bar (100 for per cent, the largest when 0)."""
    full = most or max((size for _, size, _ in rows), default=0) or 1
    return Bars(title, heading, measure, [Bar(label, share(size, full), figure) for label, size, figure in rows])


def line(title: str, rows: Sequence[Row], *, chart_id: str, heading: str, measure: str, most: float = 0) -> Line:
    """A line from zero to `most` (the largest when 0), left to right; `chart_id` is unique on the page."""
    full = most or max((size for _, size, _ in rows), default=0) or 1
    corners = points([size for _, size, _ in rows], full)
    return Line(chart_id, title, heading, measure, f"{full:g}", corners, described(title, rows), rows)


def share(size: float, full: float) -> str:
    """A size out of 100, never outside the chart."""
    return f"{max(0, min(100, 100 * size / full)):.1f}"


def points(sizes: Sequence[float], full: float) -> str:
    """The corners of the line in a square of 100 by 100; a single figure makes a flat line."""
    if len(sizes) == 1:
        sizes = [sizes[0], sizes[0]]
    step = 100 / max(1, len(sizes) - 1)
    return " ".join(f"{index * step:.1f},{100 - float(share(size, full)):.1f}" for index, size in enumerate(sizes))


def described(title: str, rows: Sequence[Row]) -> str:
    """The line in one sentence, for those who cannot see it."""
    if not rows:
        return f"{title}: nothing to show yet."
    lowest, highest = min(rows, key=lambda row: row[1]), max(rows, key=lambda row: row[1])
    return (
        f"{title}: from {rows[0][2]} ({rows[0][0]}) to {rows[-1][2]} ({rows[-1][0]}); "
        f"lowest {lowest[2]} ({lowest[0]}), highest {highest[2]} ({highest[0]})."
    )
