"""Positions of real practices for generated instances."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matching.basis.errors import PlanError


def real_practices(path: Path, count: int) -> list[dict[str, Any]]:
    """The first `count` practices of a CSV of real ones, sorted by ICS; IMD deciles turned so that 1 is the most deprived.

    Raises PlanError for a file that is not one, or has fewer than half of them.
    """
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = sorted(csv.DictReader(lines), key=lambda row: (row.get("icb_code") or "", row["ods_code"]))
        practices = [_real_practice(number, row) for number, row in enumerate(rows[:count])]
    except KeyError as wrong:
        raise PlanError(f"{path.name} cannot be read as a list of practices: it has no column {wrong}.") from wrong
    except (OSError, ValueError, TypeError, OverflowError, csv.Error) as wrong:
        why = getattr(wrong, "strerror", None) or wrong
        raise PlanError(f"{path.name} cannot be read as a list of practices: {why}.") from wrong
    if len(practices) < count // 2:
        raise PlanError(f"{path.name} has {len(practices)} practices; this scale needs about {count}.")
    return practices


def _real_practice(number: int, row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "practice_id": row["ods_code"],
        "pool_id": row.get("icb_code") or "pool",
        "easting": round(float(row["easting"])),
        "northing": round(float(row["northing"])),
        "system": "EMIS" if number % 9 < 5 else "SystmOne",
        "imd_decile": 11 - int(row["imd_decile_10_most_deprived"] or 5),
        "postcode": row["postcode"],
    }
