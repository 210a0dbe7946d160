"""What each pool decides for itself, with the defaults a new pool starts with."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from pool.models.pool import Pool

DEFAULT_BANDS = ((24, 100), (72, 75), (168, 20))
"""Hours of notice below which a percentage of the fee is due (published example in domain notes 2.8)."""


@dataclass(frozen=True)
class Policy:
    """A pool's own rules. Hours, days and percentages are whole numbers.

    `auto_release`: offers go out when a plan is published, without a person (design D6).
    `offer_hours`: how long an offer stays open; never longer than until `answer_before_hours` before the start.
    `silence_days`: days after which unanswered hours count as accepted; shown at booking.
    `nightly_run`: a run by itself every night.
    """

    auto_release: bool = False
    offer_hours: int = 24
    answer_before_hours: int = 2
    silence_days: int = 5
    payment_term_days: int = 30
    horizon_days: int = 28
    nightly_run: bool = True
    cancellation_bands: tuple[tuple[int, int], ...] = DEFAULT_BANDS
    weights: str = "v1"

    def offer_expiry(self, sent: datetime, session_starts: datetime) -> datetime:
        """When an offer sent now runs out: after the pool's hours, and before the session at the latest.

        A session that starts very soon leaves half of the remaining time.
        """
        usual = sent + timedelta(hours=self.offer_hours)
        last = session_starts - timedelta(hours=self.answer_before_hours)
        soon = sent + (session_starts - sent) / 2
        return min(usual, max(last, soon))

    def cancellation_percent(self, cancelled: datetime, session_starts: datetime) -> int:
        """The share of the fee due when a practice cancels with this much notice (domain notes 2.8)."""
        notice = session_starts - cancelled
        return next((share for hours, share in self.cancellation_bands if notice < timedelta(hours=hours)), 0)

    def cancellation_words(self) -> str:
        """The bands as one sentence for the terms."""
        parts = [f"{share}% of the fee with less than {notice_words(hours)} notice" for hours, share in self.cancellation_bands]
        return "; ".join(parts) + "; nothing before that. Clinicians are never charged."


def notice_words(hours: int) -> str:
    """168 -> 7 days', 24 -> 24 hours'."""
    return f"{hours // 24} days'" if hours % 24 == 0 and hours > 72 else f"{hours} hours'"


def policy_of(pool: Pool) -> Policy:
    """The pool's policy: its own settings over the defaults; unknown settings are refused with KeyError."""
    known = {field.name for field in fields(Policy)}
    unknown = set(pool.policy) - known
    if unknown:
        raise KeyError(f"Pool {pool.slug} has unknown settings: {', '.join(sorted(unknown))}")
    return Policy(**as_values(pool.policy))


def as_values(stored: dict[str, Any]) -> dict[str, Any]:
    """JSON lists back to tuples."""
    values = dict(stored)
    if "cancellation_bands" in values:
        values["cancellation_bands"] = tuple((hours, share) for hours, share in values["cancellation_bands"])
    return values
