"""Whose rows a function reads is visible: what is called "own" asserts the role, and reading everybody's has a name."""

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
FILES = sorted([*PROJECT.glob("pool/services/**/*.py"), *PROJECT.glob("pool/portal/**/*.py")])
OPENS_TRANSACTIONS = {
    "pool/services/health.py",
    "pool/services/people/accounts.py",
    "pool/services/people/corrected_address.py",
    "pool/services/people/demo_people.py",
    "pool/services/people/installation.py",
    "pool/services/people/invitations.py",
    "pool/services/people/logins.py",
    "pool/services/people/memberships.py",
    "pool/services/people/sign_in.py",
}
"""Before it is known who acts (signing in, installing), and for the page of health."""

READS_FOR_EVERYBODY = {
    "pool/services/bookings/fair_share.py",
    "pool/services/eligibility/prospects.py",
    "pool/services/eligibility/why.py",
}
"""Services that tell a reader something that rests on rows they may not see."""


def functions():
    """Every function that stands for its own, with its file."""
    for path in FILES:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef):
                yield path.relative_to(PROJECT).as_posix(), node


def calls(node):
    """The names of what is called inside, without the modules before them."""
    return {ast.unparse(call.func).rsplit(".", 1)[-1] for call in ast.walk(node) if isinstance(call, ast.Call)}


def reads_for_the_actor(node):
    """Is it given the unit of work, or nothing at all and so the request?"""
    arguments = node.args.args
    return not arguments or ast.unparse(arguments[0].annotation or ast.Constant(None)) == "UnitOfWork"


OWN = [
    pytest.param(node, id=f"{path}:{node.name}")
    for path, node in functions()
    if node.name.startswith("own_") and reads_for_the_actor(node) and node.name != "own_login_id"
]


@pytest.mark.parametrize("node", OWN)
def test_what_is_called_own_asserts_the_role(node):
    """For a manager "own clinicians" would be everybody's, without an error that anybody sees."""
    called = calls(node)
    raises = any("NotAllowed" in ast.unparse(one) for one in ast.walk(node) if isinstance(one, ast.Raise))
    assert "only" in called or raises or any(name.startswith("own_") for name in called)


def test_there_are_functions_to_look_at():
    """A pattern that finds nothing proves nothing."""
    assert {"own_clinicians", "own_pool", "own_side"} <= {parameter.values[0].name for parameter in OWN}


@pytest.mark.parametrize(
    ("name", "allowed"), [("unit_of_work", OPENS_TRANSACTIONS), ("whole_pool", READS_FOR_EVERYBODY)]
)
def test_services_that_open_transactions_are_known(name, allowed):
    """A service works in the transaction that it is given. What reads for everybody says so, and why."""
    found = {path for path, node in functions() if path.startswith("pool/services/") and name in calls(node)}
    assert found == allowed
