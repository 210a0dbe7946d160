"""One clinician for each person: every column of a membership has a say, in whichever order the memberships come."""

from datetime import date

from matching.problem.tables import TABLES
from pool.services.runs.persons import person_row

HOME = {"easting", "northing", "profession"}
"""Of the first membership; minutes from a second home are given pair by pair (persons.other_homes)."""


def a_membership(number):
    """A row whose every column differs from that of another number."""
    sets = {"pool_id", "skills", "systems"}
    values = dict.fromkeys(names(), number) | {name: frozenset({str(number)}) for name in sets}
    return values | {"compliant_until": date(2027, 1, number), "rest_hard": number == 1}


def names():
    """The columns of a clinician."""
    return [column.name for column in TABLES["clinicians"] if column.name not in HOME]


def test_no_column_is_that_of_the_membership_that_comes_first():
    """A column that is forgotten would be the first membership's, and a rule would hold in one pool only by chance."""
    one, two = a_membership(1), a_membership(2)
    assert person_row("p", [one, two]) == person_row("p", [two, one])
