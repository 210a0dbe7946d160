"""Charts without a library: HTML carries the words and figures, a small SVG only the shape.

Nothing needs a script or an inline style, text keeps its size on a phone, and the figures are in a real table.
"""

from collections.abc import Sequence

from markupsafe import Markup

Row = tuple[str, float, str]
"""A label, the size, and the size as people read it: ("Bridge Surgery", 82, "82%")."""

BAR = Markup(
    '<svg class="app-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
    '<rect class="app-bar__track" width="100" height="10"/><rect class="app-bar__fill" width="{width}" height="10"/></svg>'
)
BAR_ROW = Markup(
    '<tr class="app-chart__row"><th scope="row" class="app-chart__label">{label}</th>'
    '<td class="app-chart__bar">{bar}<span class="app-chart__figure">{figure}</span></td></tr>'
)
BAR_CHART = Markup(
    '<table class="app-chart"><caption class="nhsuk-table__caption nhsuk-table__caption--s">{title}</caption>'
    '<thead class="nhsuk-u-visually-hidden"><tr><th scope="col">{heading}</th><th scope="col">{measure}</th></tr></thead>'
    "<tbody>{rows}</tbody></table>"
)
LINE_CHART = Markup(
    '<figure class="app-line" id="{id}"><figcaption class="nhsuk-heading-s app-line__title">{title}</figcaption>'
    '<div class="app-line__plot"><span class="app-line__top" aria-hidden="true">{top}</span>'
    '<svg class="app-line__svg" viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-labelledby="{id}-t">'
    '<title id="{id}-t">{description}</title>'
    '<path class="app-line__grid" d="M0 0H100M0 50H100M0 100H100"/><polyline class="app-line__path" points="{points}"/></svg>'
    '<span class="app-line__bottom" aria-hidden="true">{bottom}</span></div>'
    '<div class="app-line__ends" aria-hidden="true"><span>{first}</span><span>{last}</span></div>'
    '<details class="nhsuk-details"><summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">'
    'The figures<span class="nhsuk-u-visually-hidden"> of {title}</span></span></summary><div class="nhsuk-details__text">'
    '<table class="nhsuk-table"><thead class="nhsuk-table__head"><tr><th scope="col">{heading}</th><th scope="col">{measure}</th>'
    "</tr></thead><tbody>{rows}</tbody></table></div></details></figure>"
)
FIGURE_ROW = Markup('<tr class="nhsuk-table__row"><th class="nhsuk-table__header" scope="row">{0}</th><td class="nhsuk-table__cell">{1}</td></tr>')


def bars(title: str, rows: Sequence[Row], *, heading: str, measure: str, most: float = 0) -> Markup:
    """A bar a row, as a table: `heading` and `measure` name its two columns, `most` is a full bar (100 for per cent)."""
    full = most or max((size for _, size, _ in rows), default=0) or 1
    drawn = Markup("").join(bar_row(row, full) for row in rows)
    return BAR_CHART.format(title=title, heading=heading, measure=measure, rows=drawn)


def bar_row(row: Row, full: float) -> Markup:
    """One label, its bar and its figure."""
    label, size, figure = row
    width = f"{max(0, min(100, 100 * size / full)):.1f}"
    return BAR_ROW.format(label=label, bar=BAR.format(width=width), figure=figure)


def line(title: str, rows: Sequence[Row], *, id: str, heading: str, measure: str, most: float = 0) -> Markup:
    """A line from zero to `most` (or the largest), left to right, with the figures in a table that can be opened."""
    if not rows:
        return Markup('<p class="nhsuk-body">{} – nothing to show yet.</p>').format(title)
    full = most or max(size for _, size, _ in rows) or 1
    return LINE_CHART.format(
        id=id,
        title=title,
        heading=heading,
        measure=measure,
        description=described(title, rows),
        points=points([size for _, size, _ in rows], full),
        top=f"{full:g}",
        bottom="0",
        first=rows[0][0],
        last=rows[-1][0],
        rows=Markup("").join(FIGURE_ROW.format(label, figure) for label, _, figure in rows),
    )


def points(sizes: Sequence[float], full: float) -> str:
    """The corners of the line in a square of 100 by 100; a single figure makes a flat line."""
    if len(sizes) == 1:
        sizes = [sizes[0], sizes[0]]
    step = 100 / (len(sizes) - 1)
    return " ".join(f"{index * step:.1f},{100 - 100 * size / full:.1f}" for index, size in enumerate(sizes))


def described(title: str, rows: Sequence[Row]) -> str:
    """The line in one sentence, for those who cannot see it."""
    lowest, highest = min(rows, key=lambda row: row[1]), max(rows, key=lambda row: row[1])
    return (
        f"{title}: from {rows[0][2]} ({rows[0][0]}) to {rows[-1][2]} ({rows[-1][0]}); "
        f"lowest {lowest[2]} ({lowest[0]}), highest {highest[2]} ({highest[0]})."
    )
