"""Minutes by car between two places, the same figure in the plan, on the portal and in the checks."""

from __future__ import annotations

import numpy as np

BASE_MIN = 4.8
RATE = 3.47
POWER = 0.685
PARKING_MIN = 5
REMOTE_GAP_MIN = 30


def travel_minutes(from_easting, from_northing, to_easting, to_northing):
    """Whole minutes one way between two OS grid positions in metres: 4.8 + 3.47 · km^0.685 of the straight line.

    0 for the same point, rounded half up. Numbers give an int, arrays an int64 array.
    """
    metres = np.hypot(
        np.subtract(to_easting, from_easting, dtype=float), np.subtract(to_northing, from_northing, dtype=float)
    )
    minutes = np.floor(BASE_MIN + RATE * (metres / 1000.0) ** POWER + 0.5)
    whole = np.where(metres == 0, 0, minutes).astype(np.int64)
    return int(whole) if whole.ndim == 0 else whole


def reach_metres(minutes: int) -> float:
    """The longest straight line that is still within this many minutes, in metres."""
    spare = minutes + 0.5 - BASE_MIN
    return 1000.0 * (spare / RATE) ** (1 / POWER) + 1.0 if spare > 0 else 0.0
