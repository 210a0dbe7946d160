"""Every array of the engine says its dtype, its shape and what it counts, and what it says is true."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from matching import Problem, Weights, divide, solve, solve_part
from matching.flow.areas import draw_areas
from matching.rules.candidates import Candidates
from matching.rules.trials import Diary
from tests.matching.builders import tables

ENGINE = Path(__file__).parents[2] / "matching"
LINE = re.compile(r"(bool|int32|int64|float64)\[([^\]]+)\].*?[,:] \S")


def described_fields():
    """(class, field, the line below it or nothing) for every array of a dataclass of the engine."""
    for path in sorted(ENGINE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(mark) for mark in node.decorator_list):
                for field, below in zip(node.body, [*node.body[1:], ast.Pass()], strict=True):
                    if isinstance(field, ast.AnnAssign) and is_array(ast.unparse(field.annotation)):
                        is_text = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
                        yield node.name, ast.unparse(field.target), below.value.value if is_text else ""


def is_array(annotation):
    """An array, or several in a tuple; not a function of arrays."""
    return "ndarray" in annotation and "Callable" not in annotation


FIELDS = list(described_fields())
LINES = {(owner, name): LINE.match(line) for owner, name, line in FIELDS}


def test_every_array_of_a_dataclass_says_its_dtype_shape_and_unit():
    """`max_travel: int64[clinicians], minutes one way`: one line below the field."""
    assert [f"{owner}.{name}" for (owner, name), line in LINES.items() if line is None] == []
    assert len(FIELDS) > 60


@pytest.mark.parametrize("seed", [1, 4])
def test_the_arrays_are_what_their_lines_say(seed):
    """Built from a random instance: dtype, number of dimensions, and one length for each name of a dimension."""
    problem = Problem.from_tables(tables(seed, sessions=12, clinicians=5, fixed=0.2))
    for thing in things(problem):
        lengths = dict(zip(("sessions", "clinicians", "practices"), problem.size, strict=True))
        for (owner, name), line in LINES.items():
            if owner == type(thing).__name__:
                for array in arrays_of(getattr(thing, name)):
                    compare(f"{owner}.{name}", array, line, lengths if owner != "Network" or name != "levels" else {})


def things(problem):
    """One object of each kind that holds arrays."""
    result = solve(problem)
    network, plan = result.state.network, problem.positions(result.assignment)
    session, clinician = network.edges.session, network.edges.clinician
    trial = Diary(problem, np.flatnonzero(plan >= 0), plan[plan >= 0]).trial(session, clinician)
    (part, *_) = divide(problem, Weights(), *draw_areas(problem, 4))
    yield problem
    yield from (problem.practices, problem.clinicians, problem.sessions, problem.availability, problem.pairs)
    yield from (problem.elsewhere, network, network.edges, result.proof, part, solve_part(part), trial, trial.couples())
    yield Candidates(problem, session, clinician)


def arrays_of(value):
    """The arrays of a field: one, or several side by side."""
    return value if isinstance(value, tuple) else (value,)


def compare(what, array, line, lengths):
    """The array has the dtype and shape of the line; names of dimensions that are new take its lengths."""
    dtype, shape = line.groups()
    names = [name.strip() for name in shape.split(",")]
    assert (what, array.dtype.name) == (what, dtype)
    assert (what, array.ndim) == (what, len(names))
    for name, length in zip(names, array.shape, strict=True):
        assert (what, name, lengths.setdefault(name, length)) == (what, name, length)
