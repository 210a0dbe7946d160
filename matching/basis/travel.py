"""Minutes by car between two places, the same figure in the plan, on the portal and in the checks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class TravelFormula:
    """Minutes by car one way = base_min + factor * km ** exponent of the straight line.

    The figures are dated and come with each problem (table `parameters`); the engine has none of its own.
    """

    base_min: float
    factor: float
    exponent: float

    def minutes(self, from_easting, from_northing, to_easting, to_northing):
        """Whole minutes one way between OS grid positions in metres; 0 for the same point, rounded half up.

        Numbers give an int, arrays (of shapes that broadcast) an int64 array.
        """
        metres = np.hypot(
            np.subtract(to_easting, from_easting, dtype=float), np.subtract(to_northing, from_northing, dtype=float)
        )
        minutes = np.floor(self.base_min + self.factor * (metres / 1000.0) ** self.exponent + 0.5)
        whole = np.where(metres == 0, 0, minutes).astype(np.int64)
        return int(whole) if whole.ndim == 0 else whole

    def reach_metres(self, minutes: int) -> float:
        """The longest straight line, in metres, that is still within this many minutes; inf when distance never counts."""
        spare = minutes + 0.5 - self.base_min
        if spare <= 0:
            return 0.0
        return 1000.0 * (spare / self.factor) ** (1 / self.exponent) + 1.0 if self.factor else float("inf")
