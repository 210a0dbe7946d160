"""May a clinician's own company be booked? The off-payroll rules as a decision with a reason (domain 4.3).

A public authority, and every practice with a GMS or PMS contract is one, decides about each company and way of working
itself, with reasons and a review day. A session is blocked without such a decision and by one that says "inside".
An APMS contractor is no public authority: there the size test decides, and a small client leaves it to the company.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

OUTSIDE, INSIDE = "outside", "inside"
OUTCOMES = {
    OUTSIDE: "Outside the off-payroll rules",
    INSIDE: "Inside the off-payroll rules",
}

ABSENCE, EXTRA = "absence", "extra"
PATTERNS = {
    ABSENCE: "Standing in for somebody who is away",
    EXTRA: "Extra capacity or a vacant post",
}
"""Ways of working that are decided apart: standing in the shoes of an absent GP is not an extra pair of hands (4.2)."""

ABSENT = frozenset({"annual_leave", "study_leave", "sickness", "parental", "backfill_for_development"})
PUBLIC_CONTRACTS = frozenset({"GMS", "PMS"})
DAYS_TO_ANSWER = 45
"""Calendar days in which a client must answer a disagreement; after that the tax is its own to pay."""


@dataclass(frozen=True)
class Determination:
    """A practice's decision about one company and one way of working."""

    pattern: str
    outcome: str
    decided_on: date
    review_on: date


@dataclass(frozen=True)
class Client:
    """The practice as a client: its contract, and whether it passes the test for small organisations."""

    name: str
    contract_type: str
    small: bool = False

    @property
    def decides(self) -> bool:
        """Whether the client must decide about a company's status at all."""
        return self.contract_type in PUBLIC_CONTRACTS or not self.small


def pattern_of(cover_reason: str) -> str:
    """The way of working that a reason for cover means (domain 2.7)."""
    return ABSENCE if cover_reason in ABSENT else EXTRA


MISSING, OUT_OF_DATE = "missing", "out_of_date"


@dataclass(frozen=True)
class Bar:
    """Why a company may not take a session: nothing was decided (`missing`), the rules apply (`inside`, decided on a day)
    or the decision should have been looked at again (`out_of_date` since a day). Its words are in rule_words.py."""

    case: str
    pattern: str
    on: date | None = None

    def names(self, practice: str) -> dict[str, str]:
        """What the words use: the practice, the way of working, the day."""
        return {
            "practice": practice,
            "pattern": PATTERNS[self.pattern].lower(),
            "day": said(self.on) if self.on else "",
        }


def against(client: Client, determinations: Iterable[Determination], *, pattern: str, on: date) -> Bar | None:
    """Why a company may not take a session on a day; None when it may.

    Of several decisions the one taken last counts; they come in the order in which they were issued.
    """
    if not client.decides:
        return None
    fitting = [determination for determination in determinations if determination.pattern == pattern]
    if not fitting:
        return Bar(MISSING, pattern)
    latest = sorted(fitting, key=lambda determination: determination.decided_on)[-1]
    if latest.outcome == INSIDE:
        return Bar(INSIDE, pattern, latest.decided_on)
    return Bar(OUT_OF_DATE, pattern, latest.review_on) if latest.review_on < on else None


def answer_due(disagreed_on: date) -> date:
    """The last day on which a disagreement may be answered."""
    return disagreed_on + timedelta(days=DAYS_TO_ANSWER)


def said(day: date) -> str:
    """A day in words, such as "3 May 2026"."""
    return f"{day:%-d %B %Y}"
