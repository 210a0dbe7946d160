"""Dated facts about places: how long the way takes, which care board exists when (design D8)."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal

from matching import TravelFormula
from pool.dated import day, in_force, table


@dataclass(frozen=True)
class TravelParameters:
    """Minutes by car = base + factor × km ^ exponent, km in a straight line; 0 for the same place.

    `parking_minutes` come on top between two practices, `remote_gap_minutes` lie between remote and on-site work.
    """

    base_minutes: Decimal
    factor: Decimal
    exponent: Decimal
    road_factor: Decimal
    parking_minutes: Decimal
    remote_gap_minutes: Decimal

    @property
    def formula(self) -> TravelFormula:
        """The estimate as the engine works it out."""
        return TravelFormula(float(self.base_minutes), float(self.factor), float(self.exponent))

    @property
    def parking(self) -> timedelta:
        """The time to park."""
        return timedelta(minutes=int(self.parking_minutes))


def travel_parameters(*, on: date, known_by: date | None = None) -> TravelParameters:
    """The travel estimate that applies on a day; of several, the one recorded last. LookupError when there is none."""
    rows = in_force(table("travel_parameters"), on=on, known_by=known_by)
    if not rows:
        raise LookupError(f"data/travel_parameters.csv has no row for {on:%d %B %Y}.")
    newest = max(rows, key=lambda row: row["recorded_at"])
    return TravelParameters(**{field.name: Decimal(newest[field.name]) for field in fields(TravelParameters)})


@dataclass(frozen=True)
class CareBoard:
    """An integrated care board (ICB) as it is known on some day, and since when."""

    code: str
    name: str
    region: str
    since: date


def care_boards(*, on: date) -> dict[str, CareBoard]:
    """The care boards that exist on a day, by ODS code: 42 until 31 March 2026, 36 from 1 April 2026 (domain 7.3)."""
    rows = in_force(table("care_boards"), on=on)
    boards = [CareBoard(row["icb_code"], row["name"], row["region"], day(row["valid_from"])) for row in rows]
    return {board.code: board for board in boards}
