"""How large generated instances are, and how much supply they have."""

from __future__ import annotations

from dataclasses import dataclass

SCENARIOS = {"shortage": 0.92, "surplus": 1.25}
"""Capacity of the clinicians as a share of the sessions."""


@dataclass(frozen=True)
class Scale:
    """How large an instance is: pools (one per ICS), practices, clinicians, sessions and days of the horizon."""

    pools: int
    practices: int
    clinicians: int
    sessions: int
    days: int
    spread_km: int


SCALES = {
    "place": Scale(1, 40, 150, 300, 7, 22),
    "ics": Scale(1, 180, 700, 6_000, 28, 55),
    "region": Scale(6, 1_000, 4_000, 30_000, 28, 130),
    "national": Scale(32, 6_200, 25_000, 180_000, 28, 420),
}
