"""Figures of the rules that change with time. They are given with the problem; the engine has none of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matching.basis.travel import TravelFormula


@dataclass(frozen=True)
class Parameters:
    """The one row of the table `parameters`: all minutes are whole."""

    rest_min: int
    """Minutes between sessions of different days, for clinicians whom rest binds."""
    parking_min: int
    """Minutes on top of the journey between two practices."""
    remote_gap_min: int
    """Minutes between a remote and an on-site session."""
    travel: TravelFormula

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Parameters:
        """The figures of a row that `read_tables` typed."""
        formula = TravelFormula(row["travel_base_min"], row["travel_factor"], row["travel_exponent"])
        return cls(row["rest_min"], row["parking_min"], row["remote_gap_min"], formula)
