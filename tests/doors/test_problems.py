"""The table of problems covers every error of the product."""

import pytest

from pool import errors
from pool.doors import problems


def descendants(kind):
    """Every class below an error."""
    return [kind for child in kind.__subclasses__() for kind in (child, *descendants(child))]


def test_every_error_of_the_product_is_in_the_table_or_a_bug():
    """Also those that somebody adds below a class of the tree; asking without saying whose is a bug of ours."""
    own = [kind for kind in descendants(errors.PoolError) if kind.__module__.startswith("pool.")]
    assert [kind for kind in own if not problems.known(kind("x"))] == [errors.NoTenant]


@pytest.mark.parametrize("kind", problems.PROBLEMS)
def test_the_tree_of_errors_names_the_same_status(kind):
    """The drawing at the top of pool/errors.py is what people read first."""
    problem = problems.PROBLEMS[kind]
    drawn = next(line for line in errors.__doc__.splitlines() if f" {kind.__name__} " in line)
    assert str(problem.status) in drawn or problem.status == problems.known(kind.__bases__[0]("x")).status


def test_codes_are_told_apart():
    """A program decides by the code."""
    codes = [problem.code for problem in problems.PROBLEMS.values()]
    assert len(codes) == len(set(codes))
