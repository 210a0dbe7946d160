"""What each pool decides for itself, with the defaults a new pool starts with."""

from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from pool.models.pool import Pool
from pool.rules.mileage import MileagePolicy

DEFAULT_BANDS = ((24, 100), (72, 75), (168, 20))
"""Hours of notice below which a percentage of the fee is due (published example in domain 2.8)."""


@dataclass(frozen=True)
class Policy:
    """A pool's own rules. Hours, days and percentages are whole numbers.

    `auto_release`: offers go out when a plan is published, without a person (design D6).
    `offer_hours`: how long an offer stays open; never longer than until `answer_before_hours` before the start.
    `silence_days`: days after which unanswered hours count as accepted; shown at booking.
    `answer_days`: working days that each side of a dispute has for its next answer (domain 6.6).
    `mileage_pence`, `mileage_cap`: the pool's own rate a mile (None = the approved rate) and the most miles a session
    (None = no limit) (domain 6.7).
    `payment_reminders`: practices are reminded twice of an invoice that is past its day, after `first_reminder_days` and
    `second_reminder_days`.
    `nightly_run`: a run by itself every night.
    `weights` names a preset and `own_weights` the terms for which the pool chose other points (services/runs/objective.py).
    `reserve_depth`: stand-ins for each session. `next_waves`: later waves of offers go out by themselves, so many hours
    after the first (services/bookings/offer_waves.py).
    `together`: ids of the pools that this one wants to be matched with (services/runs/agreements.py).
    `staff_second_factor`: practice managers, pool managers and ICS leads set up an authenticator before anything else.
    `upr_year_digits`: how the year stands in pension payment references, 4 or 2 digits (domain 5.8).
    """

    auto_release: bool = False
    offer_hours: int = 24
    answer_before_hours: int = 2
    silence_days: int = 5
    answer_days: int = 5
    mileage_pence: int | None = None
    mileage_cap: int | None = 100
    payment_term_days: int = 30
    payment_reminders: bool = True
    first_reminder_days: int = 14
    second_reminder_days: int = 30
    horizon_days: int = 28
    nightly_run: bool = True
    upr_year_digits: int = 4
    staff_second_factor: bool = True
    cancellation_bands: tuple[tuple[int, int], ...] = DEFAULT_BANDS
    weights: str = "v1-without-deprivation"
    own_weights: dict[str, int] = field(default_factory=dict)
    fill_first: bool = False
    reserve_depth: int = 1
    next_waves: bool = False
    second_wave_hours: int = 24
    third_wave_hours: int = 48
    together: tuple[str, ...] = ()

    def mileage(self) -> MileagePolicy:
        """What the pool pays for the way to a session."""
        return MileagePolicy(self.mileage_pence, self.mileage_cap)

    @property
    def reminder_days(self) -> tuple[int, int]:
        """Days past the due day of the two reminders; the second never comes before the first."""
        return self.first_reminder_days, max(self.first_reminder_days, self.second_reminder_days)

    def offer_expiry(self, sent: datetime, session_starts: datetime) -> datetime:
        """When an offer sent now runs out: after the pool's hours, and before the session at the latest.

        A session that starts very soon leaves half of the remaining time.
        """
        usual = sent + timedelta(hours=self.offer_hours)
        last = session_starts - timedelta(hours=self.answer_before_hours)
        soon = sent + (session_starts - sent) / 2
        return min(usual, max(last, soon))

    def cancellation_words(self) -> str:
        """The bands as one sentence for the terms."""
        parts = [
            f"{share}% of the fee with less than {notice_words(hours)} notice"
            for hours, share in self.cancellation_bands
        ]
        return "; ".join(parts) + "; nothing before that. Clinicians are never charged."


def notice_words(hours: int) -> str:
    """168 -> 7 days', 24 -> 24 hours'."""
    return f"{hours // 24} days'" if hours % 24 == 0 and hours > 72 else f"{hours} hours'"


def policy_of(pool: Pool) -> Policy:
    """The pool's policy: its own settings over the defaults; unknown settings are refused with KeyError."""
    known = {column.name for column in fields(Policy)}
    unknown = set(pool.policy) - known
    if unknown:
        raise KeyError(f"Pool {pool.slug} has unknown settings: {', '.join(sorted(unknown))}")
    return Policy(**as_values(pool.policy))


def as_values(stored: dict[str, Any]) -> dict[str, Any]:
    """JSON lists back to tuples."""
    values = dict(stored)
    if "cancellation_bands" in values:
        values["cancellation_bands"] = tuple((hours, share) for hours, share in values["cancellation_bands"])
    if "together" in values:
        values["together"] = tuple(values["together"])
    return values
