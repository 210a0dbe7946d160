"""What is different between two terms of a booking, line by line, in the words of pages and e-mails."""

from typing import NamedTuple

from pool import formats
from pool.rules.terms import Terms
from pool.rules.work_words import work_lines

NOTHING = "nothing"


class Difference(NamedTuple):
    """One line: its name, what was agreed, what is proposed."""

    name: str
    old: str
    new: str


def between(before: Terms, after: Terms) -> list[Difference]:
    """Every line that differs, in reading order; a line that is missing on one side reads "nothing"."""
    old, new = said(before), said(after)
    names = list(dict.fromkeys([*old, *new]))
    lines = [Difference(name, old.get(name) or NOTHING, new.get(name) or NOTHING) for name in names]
    return [line for line in lines if line.old != line.new]


def said(terms: Terms) -> dict[str, str]:
    """Whatever a proposed change or a correction of the session may touch, by its name on pages."""
    contribution = terms.pension.practice_pays
    return {
        "When": terms.when,
        "Length": formats.minutes(terms.minutes),
        "Where": str(terms.place),
        **dict(work_lines(terms)),
        "Fee": str(terms.fee),
        "Extras": terms.extras,
        "How it is paid": terms.payment,
        "Employer’s pension contribution": str(contribution) if contribution.pence else "",
    }
