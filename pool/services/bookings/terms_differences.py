"""What is different between two terms of a booking, line by line, in the words of pages and e-mails."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any, NamedTuple

from pool import formats
from pool.money import Money
from pool.services.bookings.plan_words import work_rows
from pool.services.pension import pension_terms

NOTHING = "nothing"


class Difference(NamedTuple):
    """One line: its name, what was agreed, what is proposed."""

    name: str
    old: str
    new: str


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Every line that differs, in reading order; a line that is missing on one side reads "nothing"."""
    old, new = said(before), said(after)
    names = list(dict.fromkeys([*old, *new]))
    lines = [Difference(name, old.get(name) or NOTHING, new.get(name) or NOTHING) for name in names]
    return [line for line in lines if line.old != line.new]


def said(terms: Mapping[str, Any]) -> dict[str, str]:
    """Whatever a proposed change may touch (terms.PROPOSABLE and what follows from it), by its name on pages."""
    starts, ends = (time.fromisoformat(terms[name]) for name in ("starts", "ends"))
    return {
        "When": formats.session_time(date.fromisoformat(terms["on"]), starts, ends),
        "Length": formats.minutes(terms["minutes"]),
        "Work": f"{terms['role']}, {terms['kind'].lower()}",
        **dict(work_rows(terms["plan"])),
        "Fee": str(Money(terms["fee_pence"])),
        "How it is paid": terms.get("settlement", {}).get("words", ""),
        "Employer’s pension contribution": contribution(terms),
        "Notes": terms["notes"],
    }


def contribution(terms: Mapping[str, Any]) -> str:
    """£46.20, where the clinician has chosen to have the session pensioned."""
    cost = pension_terms.cost(terms)
    return str(cost) if cost.pence else ""
