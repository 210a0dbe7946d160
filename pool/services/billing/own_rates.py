"""Figures a pool sets itself: recorded, never changed; the newest word about a day counts (docs/rules.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pool import formats
from pool.catalogue import FIGURE_KINDS, GUIDE_RATE, KINDS, ON_COSTS, PROFESSIONS
from pool.errors import Invalid
from pool.events import FigureRecorded
from pool.models.figure import PoolFigure
from pool.money import Money
from pool.unit_of_work import UnitOfWork

PENCE, BASIS_POINTS = "pence", "basis_points"


@dataclass(frozen=True)
class About:
    """What a figure is about: its kind and, for guide rates, a profession and perhaps a kind of session."""

    kind: str
    profession: str = ""
    session_kind: str = ""


def record(
    work: UnitOfWork,
    about: About,
    figures: Mapping[str, int],
    *,
    valid_from: date,
    confirmed: bool,
    owner: str,
    source: str,
) -> PoolFigure:
    """Keep a figure from a day on; what was said before is kept too. Raises Invalid for a guide rate of nobody."""
    if about.kind == GUIDE_RATE and not about.profession:
        words = "Choose whom the guide rate is for"
        raise Invalid(f"{words}.", {"profession": [words]})
    row = PoolFigure(
        pool_id=work.pool_id,
        kind=about.kind,
        profession=about.profession,
        session_kind=about.session_kind,
        figures=dict(figures),
        valid_from=valid_from,
        recorded_at=work.now,
        recorded_by_id=work.actor.person_id,
        confirmed=confirmed,
        owner=owner,
        source=source,
    )
    work.add(row)
    work.record(FigureRecorded(row.id, about.kind), pool_id=row.pool_id)
    return row


def of_pool(work: UnitOfWork, pool_id: UUID, *, known_by: datetime | None = None) -> Sequence[PoolFigure]:
    """Every word of a pool about its figures, the oldest first; those known by an instant."""
    rows = select(PoolFigure).where(PoolFigure.pool_id == pool_id)
    if known_by is not None:
        rows = rows.where(PoolFigure.recorded_at <= known_by)
    return work.all(rows.order_by(PoolFigure.valid_from, PoolFigure.recorded_at))


def figure(rows: Sequence[PoolFigure], about: About, *, on: date) -> PoolFigure | None:
    """The figure that holds on a day: for this kind of session before for any, then the newest word."""
    wanted = [
        row for row in rows if (row.kind, row.profession) == (about.kind, about.profession) and row.valid_from <= on
    ]
    exact = [row for row in wanted if row.session_kind == about.session_kind]
    general = [row for row in wanted if not row.session_kind]
    return next((found[-1] for found in (exact, general) if found), None)


def holding(rows: Sequence[PoolFigure], *, on: date) -> list[PoolFigure]:
    """The figures of a pool that hold on a day, one for each thing they are about."""
    newest = {(row.kind, row.profession, row.session_kind): row for row in rows if row.valid_from <= on}
    return sorted(
        newest.values(), key=lambda row: (list(FIGURE_KINDS).index(row.kind), row.profession, row.session_kind)
    )


def guide_rates(work: UnitOfWork, pool_id: UUID, *, on: date) -> list[PoolFigure]:
    """The guide rates that hold on a day."""
    return [row for row in holding(of_pool(work, pool_id), on=on) if row.kind == GUIDE_RATE]


def amount(row: PoolFigure) -> Money:
    """A figure that is an amount."""
    return Money(int(row.figures[PENCE]))


def share(row: PoolFigure) -> Decimal:
    """A figure that is a share, as a fraction: 1505 basis points are 0.1505."""
    return Decimal(int(row.figures[BASIS_POINTS])) / 10_000


def said(row: PoolFigure) -> str:
    """A rate in words, such as "£357.00, or 15.05%"."""
    return f"{(share(row) * 100).normalize():f}%" if row.kind == ON_COSTS else str(amount(row))


def about_words(row: PoolFigure) -> str:
    """Whom or what a figure is about: Guide rate for …: GP, evening."""
    who = [PROFESSIONS[row.profession].title if row.profession else "", KINDS.get(row.session_kind, "").lower()]
    more = ", ".join(filter(None, who))
    return f"{FIGURE_KINDS[row.kind]}: {more}" if more else FIGURE_KINDS[row.kind]


def guidance(row: PoolFigure) -> str:
    """GP, evening: £357.00."""
    who = [PROFESSIONS[row.profession].title, KINDS.get(row.session_kind, "").lower()]
    return f"{', '.join(filter(None, who))}: {amount(row)}{'' if row.confirmed else ' (unconfirmed)'}"


def working(row: PoolFigure) -> str:
    """Where a figure comes from, for the working of a charge."""
    unsure = "" if row.confirmed else f"; unconfirmed, ask {row.owner}"
    return f"the pool’s figure from {formats.full_day(row.valid_from)}, recorded {formats.full_day(row.recorded_at)}{unsure}"


def figures_of(data: Mapping[str, Any]) -> dict[str, int]:
    """What a form said, as whole numbers."""
    if data["kind"] == ON_COSTS:
        return {BASIS_POINTS: int(data["percent"] * 100)}
    return {PENCE: data["amount"].pence}
