"""Seeded instances for benchmarks and demonstrations: synthetic clinicians, sessions and wishes.

Positions come from a CSV of real practices (columns easting, northing, optionally ods_code, postcode and
imd_decile_10_most_deprived) when one is given, otherwise from synthetic towns. No public data set of vacancies or
rotas exists, so demand and supply are synthetic in any case.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from matching.basis.errors import PlanError
from matching.problem.real_practices import real_practices
from matching.problem.scales import SCALES, SCENARIOS, Scale

Rows = list[dict[str, Any]]
FIRST_DAY = date(2026, 11, 2)
PROFESSIONS = (("GP", 0.64, 9_500), ("ANP", 0.2, 6_000), ("Pharmacist", 0.16, 4_500))
SKILLS = ("coils", "joint injections", "minor surgery", "substance misuse")
HOURS = (
    ("08:30", "12:30", 0.37),
    ("09:00", "12:00", 0.08),
    ("13:30", "17:30", 0.2),
    ("14:00", "18:00", 0.17),
    ("08:30", "17:30", 0.09),
    ("10:00", "14:00", 0.05),
    ("18:30", "20:30", 0.04),
)
FREE = (("08:00", "18:30", 0.6), ("08:00", "13:15", 0.2), ("13:15", "21:00", 0.12), ("08:00", "21:00", 0.08))


def generate(
    scale: str = "place", scenario: str = "shortage", seed: int = 0, places: Path | None = None
) -> dict[str, Rows]:
    """The tables of one instance; the same arguments give the same rows. Raises PlanError for an unknown name."""
    if scale not in SCALES or scenario not in SCENARIOS:
        raise PlanError(f"Choose a scale of {', '.join(SCALES)} and a scenario of {', '.join(SCENARIOS)}.")
    return Maker(SCALES[scale], SCENARIOS[scenario], seed, places).tables()


class Maker:
    """Draws one instance, table by table."""

    def __init__(self, scale: Scale, supply: float, seed: int, places: Path | None):
        self.scale, self.supply, self.draw = scale, supply, np.random.default_rng(seed)
        self.practices = real_practices(places, scale.practices) if places else self._practices()

    def tables(self) -> dict[str, Rows]:
        """All tables of the generated problem."""
        clinicians = self._clinicians()
        return {
            "practices": self.practices,
            "clinicians": clinicians,
            "sessions": self._sessions(),
            "availability": list(self._availability(clinicians)),
            "pairs": self._pairs(clinicians),
            "site_travel": [],
            "sharing": [],
        }

    def _pick(self, choices: tuple, count: int) -> list[tuple]:
        weights = np.array([choice[2] if len(choice) > 2 else choice[1] for choice in choices])
        return [choices[row] for row in self.draw.choice(len(choices), count, p=weights / weights.sum())]

    def _practices(self) -> Rows:
        """Practices in towns, towns in the area of their pool."""
        scale, draw = self.scale, self.draw
        side = int(np.ceil(np.sqrt(scale.pools)))
        step = scale.spread_km * 1000 / side
        rows = []
        for number in range(scale.practices):
            pool = number * scale.pools // scale.practices
            corner = np.array([pool % side, pool // side]) * step
            town = np.random.default_rng([pool, int(draw.integers(8))]).random(2) * step
            rows.append(self._practice(number, pool, corner + town + draw.normal(0, 2_500, 2)))
        return rows

    def _practice(self, number: int, pool: int, spot: np.ndarray) -> dict[str, Any]:
        """`spot` is float64[2], metres east and north of the corner of the map."""
        return {
            "practice_id": f"P{number:05}",
            "pool_id": f"ICS{pool:02}",
            "easting": int(spot[0]) + 300_000,
            "northing": int(spot[1]) + 200_000,
            "system": "EMIS" if self.draw.random() < 0.55 else "SystmOne",
            "imd_decile": int(self.draw.integers(1, 11)),
            "postcode": "",
        }

    def _clinicians(self) -> Rows:
        """People living near practices, with limits and floors; capacity as a share of demand is the scenario."""
        scale, draw = self.scale, self.draw
        professions = self._pick(tuple((name, rate, share) for name, share, rate in PROFESSIONS), scale.clinicians)
        homes = draw.integers(0, len(self.practices), scale.clinicians)
        mean_cap = self.supply * scale.sessions / scale.clinicians
        return [
            self._clinician(number, profession, self.practices[home], mean_cap)
            for number, (profession, home) in enumerate(zip(professions, homes, strict=True))
        ]

    def _clinician(self, number: int, profession: tuple, near: dict[str, Any], mean_cap: float) -> dict[str, Any]:
        draw, weeks = self.draw, max(1, self.scale.days // 7)
        weekly = int(np.clip(draw.poisson(mean_cap / weeks * 1.15), 1, 9))
        period = int(np.clip(round(weekly * weeks * draw.uniform(0.7, 1.0)), 1, None))
        return {
            "clinician_id": f"C{number:05}",
            "pool_id": near["pool_id"],
            "easting": near["easting"] + int(draw.normal(0, 6_000)),
            "northing": near["northing"] + int(draw.normal(0, 6_000)),
            "profession": profession[0],
            "skills": [skill for skill in SKILLS if draw.random() < 0.35],
            "systems": [system for system in ("EMIS", "SystmOne") if draw.random() < 0.8] or ["EMIS"],
            "max_travel_min": int(draw.choice([15, 20, 25, 30, 40], p=[0.15, 0.25, 0.25, 0.2, 0.15])),
            "weekly_cap": weekly,
            "period_cap": period,
            "min_sessions": int(period * draw.choice([0, 0.3, 0.6])),
            "min_fee_pence": int(profession[1] * draw.uniform(0.7, 1.02)) * 3,
            "compliant_until": FIRST_DAY + timedelta(400 if draw.random() < 0.96 else int(draw.integers(0, 28))),
            "rest_hard": int(draw.random() < 0.15),
        }

    def _sessions(self) -> Rows:
        """Sessions spread over practices by size, over weekdays, over the times of the day."""
        scale, draw = self.scale, self.draw
        size = draw.lognormal(0, 0.6, len(self.practices))
        sites = draw.choice(len(self.practices), scale.sessions, p=size / size.sum())
        professions = self._pick(tuple((name, rate, share) for name, share, rate in PROFESSIONS), scale.sessions)
        return [
            self._session(number, self.practices[site], profession, hours)
            for number, (site, profession, hours) in enumerate(
                zip(sites, professions, self._pick(HOURS, scale.sessions), strict=True)
            )
        ]

    def _session(self, number: int, practice: dict, profession: tuple, hours: tuple) -> dict[str, Any]:
        draw = self.draw
        day = int(draw.integers(self.scale.days))
        if day % 7 >= 5 and draw.random() < 0.85:
            day -= 2 + day % 7 - 5 + int(draw.integers(3))
        length = int(hours[1][:2]) - int(hours[0][:2])
        posted = timedelta(days=int(draw.exponential(12)) + 1, minutes=int(draw.integers(600)))
        start = FIRST_DAY + timedelta(day)
        return {
            "session_id": f"S{number:06}",
            "practice_id": practice["practice_id"],
            "date": start,
            "start": hours[0],
            "end": hours[1],
            "profession": profession[0],
            "skills": [str(draw.choice(SKILLS))] if draw.random() < 0.08 else [],
            "system_required": int(draw.random() < 0.6),
            "remote": int(draw.random() < 0.04),
            "urgency": int(draw.choice([1, 2, 3], p=[0.8, 0.15, 0.05])),
            "fee_pence": int(profession[1] * draw.uniform(0.9, 1.2)) * max(3, length),
            "posted_at": f"{start - timedelta(posted.days)}T{8 + posted.seconds // 3600:02}:{posted.seconds // 60 % 60:02}",
        }

    def _availability(self, clinicians: Rows) -> Iterator[dict[str, Any]]:
        """Each clinician's usual weekdays, with exceptions."""
        for row in clinicians:
            usual = self.draw.random(7) < np.array([0.62] * 5 + [0.12] * 2)
            pattern = self._pick(FREE, self.scale.days)
            for day in range(self.scale.days):
                if usual[day % 7] and self.draw.random() < 0.9:
                    yield {
                        "clinician_id": row["clinician_id"],
                        "date": FIRST_DAY + timedelta(day),
                        "start": pattern[day][0],
                        "end": pattern[day][1],
                    }

    def _pairs(self, clinicians: Rows) -> Rows:
        """A few wishes, blocks and past bookings per clinician."""
        by_pool: dict[str, list[str]] = {}
        for site in self.practices:
            by_pool.setdefault(site["pool_id"], []).append(site["practice_id"])
        rows = []
        for row in clinicians:
            near = by_pool[row["pool_id"]]
            for site in self.draw.choice(near, min(4, len(near)), replace=False):
                rows.append(self._pair(row["clinician_id"], str(site)))
        return rows

    def _pair(self, clinician_id: str, practice_id: str) -> dict[str, Any]:
        return {
            "clinician_id": clinician_id,
            "practice_id": practice_id,
            "blocked": int(self.draw.random() < 0.08),
            "preference": int(self.draw.integers(-1, 2)),
            "continuity": int(self.draw.random() < 0.5),
            "travel_min": None,
        }
