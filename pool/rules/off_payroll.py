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


def against(client: Client, determinations: Iterable[Determination], *, pattern: str, on: date) -> str:
    """Why a company may not take a session on a day, in words for both sides; empty when it may.

    Of several decisions the one taken last counts; they come in the order in which they were issued.
    """
    if not client.decides:
        return ""
    fitting = [determination for determination in determinations if determination.pattern == pattern]
    if not fitting:
        return missing(client, pattern)
    latest = sorted(fitting, key=lambda determination: determination.decided_on)[-1]
    if latest.outcome == INSIDE:
        return inside(client, latest)
    return out_of_date(client, latest) if latest.review_on < on else ""


def missing(client: Client, pattern: str) -> str:
    """Nothing was decided yet."""
    return (
        f"The clinician works through a limited company and {client.name} has not recorded a status determination for it "
        f"({PATTERNS[pattern].lower()}). The practice records one under Company status; then the session can be booked."
    )


def inside(client: Client, found: Determination) -> str:
    """The practice would have to pay the company through its payroll."""
    return (
        f"{client.name} decided on {said(found.decided_on)} that the off-payroll rules (IR35) apply to the clinician’s company "
        f"({PATTERNS[found.pattern].lower()}), so the session cannot be booked through it. The clinician can disagree under "
        "Company status, or work in another way, for example as a bank worker."
    )


def out_of_date(client: Client, found: Determination) -> str:
    """The decision should have been looked at again."""
    return (
        f"{client.name}’s status determination for the clinician’s company was to be reviewed on {said(found.review_on)}, "
        "before the session. The practice records a new one under Company status; then the session can be booked."
    )


TO_THE_CLINICIAN = (
    ("The clinician works", "You work"),
    ("the clinician’s company", "your company"),
    ("The clinician can disagree", "You can disagree"),
)


def to_you(sentence: str) -> str:
    """The same reason, said to the clinician."""
    for they, you in TO_THE_CLINICIAN:
        sentence = sentence.replace(they, you)
    return sentence


def answer_due(disagreed_on: date) -> date:
    """The last day on which a disagreement may be answered."""
    return disagreed_on + timedelta(days=DAYS_TO_ANSWER)


def said(day: date) -> str:
    """3 May 2026."""
    return f"{day:%-d %B %Y}"
