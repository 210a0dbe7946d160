"""Bad input gives one clear error that names table, row and column; never a traceback, never a wrong plan."""

import pytest

from matching import Problem, ProblemError
from matching.answers.plan_files import write_problem
from tests.matching.builders import a_practice, a_problem, a_session, tables

BAD_CELLS = [
    ("sessions", "fee_pence", "nan"),
    ("sessions", "fee_pence", float("nan")),
    ("sessions", "fee_pence", float("inf")),
    ("sessions", "fee_pence", 12.5),
    ("sessions", "fee_pence", -1),
    ("sessions", "fee_pence", 10**30),
    ("sessions", "date", "2026-02-30"),
    ("sessions", "date", "9999-12-31"),
    ("sessions", "start", "25:00"),
    ("sessions", "start", "08:30:01"),
    ("sessions", "start", ""),
    ("sessions", "urgency", 4),
    ("sessions", "remote", "yes"),
    ("sessions", "practice_id", "nowhere"),
    ("sessions", "fixed_clinician_id", "nobody"),
    ("sessions", "session_id", "x" * 201),
    ("sessions", "session_id", "a\nb"),
    ("sessions", "colour", "blue"),
    ("clinicians", "easting", 10**9),
    ("clinicians", "max_travel_min", -5),
    ("clinicians", "compliant_until", "soon"),
    ("clinicians", "skills", 7),
    ("availability", "clinician_id", "nobody"),
    ("practices", "imd_decile", 11),
    ("sessions", "posted_at", "yesterday"),
]


@pytest.mark.parametrize(("table", "column", "value"), BAD_CELLS)
def test_a_bad_cell_is_named(table, column, value):
    """The person who made the file must find the cell."""
    given = tables(1)
    given[table] = [given[table][0], {**given[table][1], column: value}, *given[table][2:]]
    with pytest.raises(ProblemError) as caught:
        Problem.from_tables(given)
    assert (caught.value.table, caught.value.row, caught.value.column) == (table, 2, column)


def test_an_empty_position_names_practice_and_column():
    """Whoever reads the message finds the practice, not only a line of a table that no person has seen."""
    with pytest.raises(ProblemError, match=r"practices, row 1 \(P1\), column easting: must not be empty"):
        a_problem(practices=[a_practice("P1", easting=None)])


def test_a_second_row_of_the_same_thing_is_refused():
    """Which of two rows counts must not depend on luck."""
    with pytest.raises(ProblemError, match="repeats row 1"):
        a_problem(sessions=[a_session("S1"), a_session("S1")])


def test_a_time_that_the_clock_change_skips_is_refused():
    """01:30 on 28 March 2027 does not exist in London."""
    with pytest.raises(ProblemError, match="clocks go forward"):
        a_problem(sessions=[a_session(date="2027-03-28", start="01:30", end="05:00")])


@pytest.mark.parametrize("column", ["start", "end", "posted_at"])
def test_no_column_takes_a_time_that_is_skipped(column):
    """A start, an end and the moment of posting are all times of a wall clock when no zone stands with them."""
    skipped = {
        "start": {"date": "2027-03-28", "start": "01:30", "end": "05:00"},
        "end": {"date": "2027-03-27", "start": "20:00", "end": "01:30"},
        "posted_at": {"date": "2027-03-29", "posted_at": "2027-03-28T01:30"},
    }
    with pytest.raises(ProblemError, match="the clocks go forward that night"):
        a_problem(sessions=[a_session(**skipped[column])])


def test_the_moment_of_posting_may_be_the_hour_that_happens_twice_or_have_a_zone():
    """01:30 in October is its first one; with a zone there is no question."""
    for moment in ("2026-10-25T01:30", "2027-03-28T01:30+00:00"):
        assert a_problem(sessions=[a_session(posted_at=moment)])


def test_a_folder_gives_the_same_problem_as_the_rows(tmp_path):
    """Import, export and the product use one door."""
    problem = Problem.from_tables(tables(3, sessions=30, clinicians=8, fixed=0.2))
    write_problem(tmp_path, problem.rows)
    assert Problem.from_tables(tmp_path).hash() == problem.hash()


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"practice_id\nA,B,C\n", b'practice_id,pool_id\n"A', b"practice_id\n\x00\n"]
)
def test_a_file_that_is_not_a_table_is_refused(tmp_path, content):
    """Wrong encodings, broken quotes and cells without a column are said as such."""
    write_problem(tmp_path, Problem.from_tables(tables(3)).rows)
    (tmp_path / "practices.csv").write_bytes(content)
    with pytest.raises(ProblemError, match="practices"):
        Problem.from_tables(tmp_path)


def test_a_missing_table_and_an_unknown_table_are_named(tmp_path):
    """An empty folder is not an empty problem."""
    with pytest.raises(ProblemError, match="practices: is missing"):
        Problem.from_tables(tmp_path)
    with pytest.raises(ProblemError, match="rotas: is not a table"):
        Problem.from_tables({**tables(1), "rotas": []})
