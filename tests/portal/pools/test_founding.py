"""An ICS lead adds a pool, a colleague and a host; a new pool's home says what comes next."""

import pytest
from sqlalchemy import select

from pool.actor import Actor
from pool.models.invoice import Seller
from pool.models.outbox import OutboxMessage
from pool.models.person import Membership, Person
from pool.models.pool import Host, Pool
from pool.permissions import CLINICIAN, ICS, MANAGER
from pool.services.people import memberships
from tests import builders
from tests.invoice_builders import a_host_that_sells

WANTED = {
    "place_name": "Breckland",
    "pool_name": "Breckland Pool",
    "manager_name": "Ash Fen",
    "manager_email": "ash.fen@demo.example",
    "host": "new",
    "host_name": "Breckland Federation",
    "host_address": "1 Market Place\nSwaffham",
    "host_email": "office@breckland.example",
    "host_phone": "01632 960100",
}


@pytest.fixture
def lead(pool):
    """Somebody who leads the care system of a pool."""
    return builders.a_member(ICS, pool.id, person=builders.a_person("Rowan Marsh"))


@pytest.fixture
def desk(lead, signed_in):
    """Their browser."""
    return signed_in(lead)


def pools_named(name: str) -> list[Pool]:
    with builders.working_as(Actor.system()) as work:
        found = list(work.all(select(Pool).where(Pool.name == name)))
        work.store.expunge_all()
        return found


def roles_in(pool_id) -> dict[str, str]:
    with builders.working_as(Actor.system(pool_id)) as work:
        rows = work.all(select(Membership).where(Membership.pool_id == pool_id))
        return {row.role: row.person.name for row in rows}


def test_a_lead_adds_a_pool_with_a_host_of_its_own(desk, pool, post_form):
    """The second place of a system must not need anybody who writes SQL."""
    answer = post_form(desk, "/system/pools/new", **WANTED)
    assert answer.status_code == 303
    page = desk.get(answer.location).text
    assert "Ash Fen is invited by email to run it" in page
    assert "Breckland, run by" in page
    (made,) = pools_named("Breckland Pool")
    assert (made.place.ics_id, made.host.name) == (pool.place.ics_id, "Breckland Federation")
    assert roles_in(made.id) == {MANAGER: "Ash Fen", ICS: "Rowan Marsh"}


def test_its_manager_is_told(desk, post_form):
    """Otherwise the pool has a manager who knows nothing of it."""
    post_form(desk, "/system/pools/new", **WANTED)
    (made,) = pools_named("Breckland Pool")
    with builders.working_as(Actor.system(made.id)) as work:
        names = [row.name for row in work.all(select(OutboxMessage))]
    assert names == ["PoolFounded", "PersonInvited"]


def test_a_host_of_the_system_can_be_chosen(desk, pool, post_form):
    """One federation often runs several places."""
    post_form(desk, "/system/pools/new", **WANTED | {"host": str(pool.host_id), "host_name": "", "host_email": ""})
    assert pools_named("Breckland Pool")[0].host_id == pool.host_id


def test_a_host_of_another_system_cannot(desk, post_form):
    """Its name would stand on documents that it never saw."""
    foreign = builders.a_pool()
    assert post_form(desk, "/system/pools/new", **WANTED | {"host": str(foreign.host_id)}).status_code == 404
    assert pools_named("Breckland Pool") == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"host_name": ""}, "Enter the name of the host"),
        ({"manager_email": "ash"}, "email address in the right form"),
        ({"pool_name": ""}, "Enter the name of the pool"),
        ({"host_address": " \n "}, "Enter the address of the host"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(desk, post_form, changed, said):
    """Ten boxes are not filled in twice."""
    answer = post_form(desk, "/system/pools/new", **WANTED | changed)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Swaffham" in answer.text or "host_address" in changed
    assert pools_named(WANTED["pool_name"]) == []


def test_a_place_that_is_there_already_is_refused(desk, pool, post_form):
    """Two people may have the same idea on the same day."""
    answer = post_form(desk, "/system/pools/new", **WANTED | {"place_name": pool.place.name})
    assert answer.status_code == 409
    assert f"There is a place called {pool.place.name} already" in answer.text
    assert "Breckland Federation" in answer.text


def test_somebody_of_another_pool_is_asked_and_not_taken(desk, post_form):
    """A person is global: the manager of another pool says yes before they run this one."""
    elsewhere = builders.a_pool_manager(builders.a_pool().id)
    post_form(desk, "/system/pools/new", **WANTED | {"manager_email": elsewhere.email})
    assert {standing.role for standing in standings_of(elsewhere)} == {MANAGER}
    assert len(standings_of(elsewhere)) == 1
    assert roles_in(pools_named("Breckland Pool")[0].id)[MANAGER] == "Ash Fen"


def standings_of(person: Person) -> list:
    with builders.working_as(Actor.system()):
        return memberships.of_person(person.id)


def test_a_lead_adds_a_colleague_for_every_pool(desk, pool, lead, post_form):
    """Once, with one e-mail."""
    other = builders.a_pool()
    builders.a_member(ICS, other.id, person=lead)
    answer = post_form(desk, "/system/leads", name="Kim Holt", email="kim.holt@demo.example")
    assert answer.status_code == 303
    assert "kim.holt@demo.example" in desk.get("/system/leads").text
    with builders.working_as(Actor.system(pool.id, other.id)) as work:
        told = [row for row in work.all(select(OutboxMessage)) if row.name == "PersonInvited"]
        kim = work.one(select(Person).where(Person.email == "kim.holt@demo.example"))
        roles = {row.pool_id for row in work.all(select(Membership).where(Membership.person_id == kim.id))}
    assert len(told) == 1
    assert roles == {pool.id, other.id}


def test_a_host_is_corrected(desk, pool, post_form):
    """Its address stands on every document from now on."""
    facts = {name: value for name, value in WANTED.items() if name.startswith("host_")}
    assert post_form(desk, f"/system/hosts/{pool.host_id}", **facts).status_code == 303
    host = builders.read(Host, pool.host_id)
    assert (host.name, host.address) == ("Breckland Federation", ["1 Market Place", "Swaffham"])


def test_a_host_that_also_runs_pools_elsewhere_is_not_changed(desk, pool, post_form):
    """The other system would find a new name on its invoices."""
    with builders.working_as(Actor.system()) as work:
        work.get(Pool, builders.a_pool().id).host_id = pool.host_id
    facts = {name: value for name, value in WANTED.items() if name.startswith("host_")}
    answer = post_form(desk, f"/system/hosts/{pool.host_id}", **facts)
    assert answer.status_code == 409
    assert "also runs pools of another system" in answer.text
    assert builders.read(Host, pool.host_id).name == pool.host.name


@pytest.mark.parametrize("role", [MANAGER, CLINICIAN])
def test_nobody_else_founds_pools(pool, signed_in, role):
    """A pool's manager runs one pool."""
    who = (
        builders.a_pool_manager(pool.id)
        if role == MANAGER
        else builders.read(Person, builders.a_clinician(pool).person_id)
    )
    browser = signed_in(who)
    for path in ("/system/pools/new", "/system/leads", f"/system/hosts/{pool.host_id}"):
        assert browser.get(path).status_code == 403


def test_an_empty_home_says_what_comes_next(signed_in):
    """A new manager sees a list of steps, not six noughts."""
    pool = builders.a_pool(policy={})
    manager = signed_in(builders.a_pool_manager(pool.id))
    page = manager.get("/manager/").text
    assert "First steps" in page
    assert f"/opt/pool/deploy/flask.sh practices import FILE --pool {pool.slug}" in page
    assert done_steps(page) == []


def test_each_step_is_ticked_by_what_was_done(pool, manager):
    """The list is rendered from rows, not from clicks."""
    practice = builders.a_practice(pool)
    builders.a_practice_manager(practice)
    builders.a_clinician(pool)
    a_host_that_sells(pool)
    assert done_steps(manager.get("/manager/").text) == [
        "Add the practices of your place",
        "Say which clinical system each practice has",
        "Invite somebody from each practice",
        "Add clinicians",
        "Say where the host is paid",
        "Look at the rules of your pool",
    ]


def test_one_of_several_practices_is_not_all(pool, manager):
    """“From each practice: done” stood there when one of many had somebody."""
    builders.a_practice_manager(builders.a_practice(pool))
    builders.a_practice(pool, clinical_system="other")
    page = manager.get("/manager/").text
    assert done_steps(page) == ["Add the practices of your place", "Look at the rules of your pool"]
    assert "1 of 2 have somebody" in page
    assert "1 of 2 still say “Another system”" in page


def test_the_list_goes_with_the_first_session(pool, manager):
    """From then on the numbers speak."""
    builders.a_session(builders.a_practice(pool))
    assert "First steps" not in manager.get("/manager/").text


def test_a_host_without_an_account_is_not_paid(pool, manager):
    """Made with the first recharge, it has a name and no account."""
    with builders.working_as(Actor.system(pool.id)) as work:
        work.add(Seller(kind="host", pool_id=pool.id, name="Host", vat_status="unregistered", code="HST1", address=[]))
    assert "Say where the host is paid" not in done_steps(manager.get("/manager/").text)


def done_steps(page: str) -> list[str]:
    listed = page.split('id="first-steps"')[1].split("</ol>")[0].split("<li>")[1:]
    return [item.split("</a>")[0].rpartition(">")[2] for item in listed if ">Done<" in item]
