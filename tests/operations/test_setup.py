"""An installation begins by one command: nothing of it is written in SQL by hand."""

import re
import tomllib

import pytest
from sqlalchemy import select

from deploy.program import PROJECT
from pool.actor import Actor
from pool.models.outbox import OutboxMessage
from pool.models.person import Membership
from pool.models.pool import Pool
from pool.permissions import ICS, MANAGER
from pool.services.people import installation
from pool.unit_of_work import system_actor, unit_of_work
from tests.builders import a_pool, working_as
from tests.fixtures.signing_in import is_in, press

EXAMPLE = PROJECT / "deploy" / "setup.example.toml"
LINK = re.compile(r"https?://[^/]+(/sign-in/link/\S+)")
ANSWERS = [
    "T6Y0W",
    "",
    "Broadland",
    "Broadland Pool",
    "Broadland Federation",
    "1 High Street; Acle",
    "office@demo.example",
    "01632 960000",
    "Taylor Broad",
    "taylor@demo.example",
    "Rowan Marsh",
    "rowan@demo.example",
]


@pytest.fixture
def run(app):
    """Runs a command of `flask` and returns what it says."""
    return lambda *arguments, **options: app.test_cli_runner().invoke(args=arguments, **options)


def all_of(app, model):
    with app.app_context(), unit_of_work(system_actor("tests look at rows of every pool"), read_only=True) as work:
        rows = list(work.all(select(model)))
        work.store.expunge_all()
        return rows


def test_a_file_makes_everything_and_the_link_signs_the_manager_in(app, run, client):
    """From empty tables to a manager at their home, in any browser, by the documentation alone."""
    said = run("setup", "--file", str(EXAMPLE))
    assert said.exit_code == 0, said.output
    (pool,) = all_of(app, Pool)
    assert (pool.name, pool.place.name, pool.place.ics.code) == (
        "Example Place Staffing Pool",
        "Example Place",
        "T6Y0W",
    )
    assert pool.place.ics.name == "NHS Norfolk and Suffolk Integrated Care Board"
    assert pool.host.address == ["1 Example Street", "Example Town", "EX1 1EX"]
    assert {membership.role for membership in all_of(app, Membership)} == {MANAGER, ICS}
    press(client, LINK.search(said.output)[1])
    assert is_in(client)
    assert client.get("/manager/").location == "/account/second-factor", "staff set up their app first"


def test_what_is_printed_is_for_people(run):
    """Lines of the log between the findings looked like failures."""
    said = run("setup", "--file", str(EXAMPLE)).output
    assert "all_pools" not in said
    assert "The short name of the pool, for commands, is example-place-staffing-pool." in said


def test_the_first_link_works_once(app, run, client):
    """Whoever reads the terminal later must not be let in by it."""
    link = LINK.search(run("setup", "--file", str(EXAMPLE)).output)[1]
    press(client, link)
    other = app.test_client()
    assert 'name="csrf_token"' not in other.get(link).text or press(other, link).status_code >= 400
    assert not is_in(other)


def test_those_who_were_named_are_told(app, run):
    """The ICS lead was not at the terminal."""
    run("setup", "--file", str(EXAMPLE))
    told = [row.data["role"] for row in all_of(app, OutboxMessage) if row.name == "PersonInvited"]
    assert sorted(told) == [ICS, MANAGER]


def test_without_a_file_it_asks(app, run):
    """Most people have no file."""
    said = run("setup", input="\n".join(ANSWERS) + "\n")
    assert said.exit_code == 0, said.output
    (pool,) = all_of(app, Pool)
    assert (pool.name, pool.slug, pool.host.address) == ("Broadland Pool", "broadland-pool", ["1 High Street", "Acle"])


def test_an_answer_that_cannot_be_used_is_asked_again_and_no_other(app, run):
    """Twelve answers are not typed anew for one wrong letter."""
    answers = [*ANSWERS[:9], "taylor at demo", *ANSWERS[10:], "taylor@demo.example"]
    said = run("setup", input="\n".join(answers) + "\n")
    assert said.exit_code == 0, said.output
    assert "Enter an email address in the right form" in said.output
    assert said.output.count("Full name of the pool manager") == 1


def test_a_file_that_cannot_be_used_names_every_line(app, run, tmp_path):
    """And nothing is half made."""
    facts = tomllib.loads(EXAMPLE.read_text()) | {"host_email": "nobody", "ics_code": "XXX", "colour": "blue"}
    del facts["pool_name"]
    file = tmp_path / "setup.toml"
    file.write_text("\n".join(f"{name} = {value!r}" for name, value in facts.items()))
    said = run("setup", "--file", str(file))
    assert said.exit_code == 1
    for name in ("host_email", "pool_name", "colour"):
        assert f"  {name}: " in said.output
    assert all_of(app, Pool) == []


def test_a_second_time_is_refused(app, run):
    """Run by mistake on a running installation it changes nothing."""
    a_pool()
    said = run("setup", "--file", str(EXAMPLE))
    assert said.exit_code == 1
    assert "There is a pool already" in said.output
    assert len(all_of(app, Pool)) == 1


def test_nothing_begins_while_a_server_is_wrong(app, run, monkeypatch):
    """A first manager who gets no mail cannot sign in again."""
    monkeypatch.setattr("pool.operations.server_checks.connect", refuse)
    said = run("setup", "--file", str(EXAMPLE))
    assert said.exit_code == 1
    assert "does not let us in: Connection refused" in said.output
    assert "Nothing was made" in said.output
    assert all_of(app, Pool) == []


def refuse(_url):
    raise OSError("Connection refused")


def test_one_person_may_be_both(app, run):
    """In a small place the manager leads the system too."""
    answers = [*ANSWERS[:10], ANSWERS[8], ANSWERS[9]]
    assert run("setup", input="\n".join(answers) + "\n").exit_code == 0
    memberships = all_of(app, Membership)
    assert len(memberships) == 2
    assert len({membership.person_id for membership in memberships}) == 1


def test_a_short_name_that_is_taken_gets_a_number(app):
    """Commands name pools by it."""
    north = a_pool("North")
    with working_as(Actor.system()) as work:
        work.get(Pool, north.id).slug = "north"
        work.store.flush()
        assert installation.free_slug(work, "North!") == "north-2"
        assert installation.free_slug(work, "Łódź") == "d"
