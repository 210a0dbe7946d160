"""What to point out before sessions are posted: warnings, never refusals. The person who posts decides."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pool.places.calendar import bank_holiday, posting_warnings
from pool.rules.session_plan import SessionPlan

SAFE_CONSULTING_MINUTES = 180
SAFE_CONTACTS = 25


@dataclass(frozen=True)
class CheckedDay:
    """One day that is about to be posted, with what is unusual about it."""

    on: date
    holiday: str
    warnings: Sequence[str]


@dataclass(frozen=True)
class Checked:
    """Everything that is about to be posted; `warnings` hold for all of it, `left_out` are bank holidays of a repeat."""

    days: Sequence[CheckedDay]
    warnings: Sequence[str]
    left_out: Sequence[CheckedDay] = ()

    @property
    def worth_a_look(self) -> bool:
        """Should the person see it before it is posted: several days, or something unusual?"""
        several = len(self.days) + len(self.left_out) > 1
        return several or bool(self.warnings) or any(day.warnings for day in self.days)

    @property
    def choices(self) -> Sequence[CheckedDay]:
        """The days to post and those that were left out, in order."""
        return sorted([*self.days, *self.left_out], key=lambda day: day.on)


def check(details: dict[str, Any], days: Sequence[date], left_out: Sequence[date] = ()) -> Checked:
    """Look at the days and the details (domain 1.11, 2.3, 2.5)."""
    by_day = {day: day_warnings(details, day) for day in days}
    times_said = Counter(sentence for sentences in by_day.values() for sentence in sentences)
    shared = [sentence for sentence, times in times_said.items() if times > 1]
    checked = [
        CheckedDay(day, bank_holiday(day) or "", [sentence for sentence in sentences if sentence not in shared])
        for day, sentences in by_day.items()
    ]
    holidays = [CheckedDay(day, bank_holiday(day) or "", []) for day in left_out]
    return Checked(checked, shared + plan_warnings(details["plan"]) + money_warnings(details), holidays)


def day_warnings(details: dict[str, Any], day: date) -> list[str]:
    """Bank holidays, unusual hours, enhanced access without its network or as remote work of a GP."""
    for_itself = details["contract_context"] != "pcn_enhanced_access" and not details["engaging_org"]
    return posting_warnings(
        day,
        details["starts"],
        details["ends"],
        profession=details["profession"],
        remote=details["remote"],
        by_practice=for_itself,
    )


def plan_warnings(plan: SessionPlan) -> list[str]:
    """More than the BMA calls safe: over 3 hours of consulting or over 25 contacts (domain 2.3)."""
    minutes, contacts = plan.consulting_minutes, plan.appointments + plan.visits
    found = []
    if minutes > SAFE_CONSULTING_MINUTES:
        found.append(
            f"The appointments take {minutes} minutes. Safe working guidance is 3 hours of consulting in a session."
        )
    if contacts > SAFE_CONTACTS:
        found.append(f"These are {contacts} patient contacts. Safe working guidance is {SAFE_CONTACTS} a day.")
    return found


def money_warnings(details: dict[str, Any]) -> list[str]:
    """Additional roles money does not fill vacant posts (domain 1.11)."""
    if details["funding_source"] == "arrs" and details["cover_reason"] == "vacancy":
        return ["Additional Roles money may not pay for a vacant post. Check the source of funding or the reason."]
    return []
