"""The worked example of docs/matching.md, and that the page names everything there is."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from matching import Budget, solve
from matching.objective.weights import Weights
from matching.problem.exchange_format import TABLES
from matching.rules.eligibility import RULES
from matching.rules.pairing import COUNT_RULES, PAIR_RULES
from tests.matching.builders import a_clinician, a_practice, a_problem, a_session, free

PAGE = (Path(__file__).parents[3] / "docs" / "matching.md").read_text(encoding="utf-8")
NAMES = [
    *(rule.code for rule in (*RULES, *PAIR_RULES, *COUNT_RULES)),
    *Weights().to_dict(),
    *TABLES,
    *(field.name for field in fields(Budget) if field.name not in {"spent", "began"}),
    *(column.name for columns in TABLES.values() for column in columns),
]


def test_every_number_of_the_worked_example():
    """A page that shows wrong numbers is worse than none."""
    problem = a_problem(
        practices=[a_practice("P1"), a_practice("P2", easting=610_000)],
        clinicians=[a_clinician("A"), a_clinician("B", easting=630_000)],
        sessions=[a_session("S1"), a_session("S2", practice_id="P2", start="12:45", end="16:45", urgency=2)],
        availability=[free("A"), free("B", start="12:00")],
    )
    result = solve(problem)
    assert result.assignment == {"S1": "A", "S2": "B"}
    assert result.travel == {"S1": 0, "S2": 32}
    assert result.certificate.flow_bound == 29_780
    assert (result.certificate.priced_bound, result.certificate.prices) == (29_680, 1)
    assert (result.objective, result.bound, result.status) == (29_680, 29_680, "optimal")
    for number in ("29,780", "29,680", "19,780", "19,680"):
        assert number in PAGE


@pytest.mark.parametrize("name", NAMES)
def test_the_page_names_every_rule_weight_table_and_column(name):
    """Something new without a word on the page must not go unseen."""
    assert f"`{name}`" in PAGE


def test_every_test_that_the_page_names_exists():
    """The table of what is tested must not promise what nobody wrote."""
    written = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parents[1].rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 30
    assert [name for name in sorted(named) if f"def {name}(" not in written] == []
