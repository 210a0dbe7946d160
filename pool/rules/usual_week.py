"""The week that a clinician is usually free: its slots, and the parts of a day that can be ticked (domain 2.4)."""

from datetime import time
from typing import NamedTuple

PARTS = {
    "morning": (time(8), time(13, 30)),
    "afternoon": (time(13, 30), time(18, 30)),
    "evening": (time(18, 30), time(22)),
}
"""Parts of a day that can be ticked. They touch, so that a whole day is one slot (domain 2.4)."""

MOST_TIMES_A_DAY = 8
"""What anybody needs is far below; what is above makes every run slower for everybody."""


class Slot(NamedTuple):
    """Free on a weekday (0 = Monday) from start to end."""

    weekday: int
    starts: time
    ends: time
