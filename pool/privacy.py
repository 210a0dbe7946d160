"""What protects the few: the smallest groups that a number may speak of, and the ratio that carries its whole with it."""

from typing import NamedTuple

SMALLEST_GROUP = 5
"""Numbers and medians about fewer practices or clinicians are not shown to others (design D12)."""

SMALLEST_CROWD = 3
"""Private reasons (own times, limits, papers) of fewer clinicians are not told, not even as a count."""


class Ratio(NamedTuple):
    """A number with what it is made of."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Rounded whole per cent; None when there is nothing to divide by."""
        return None if self.whole == 0 else (200 * self.part + self.whole) // (2 * self.whole)
