"""Who may give and take which role, to and from whom."""

import pytest
from sqlalchemy import select, update

from pool.actor import Actor
from pool.errors import Conflict, Invalid, NotAllowed, NotFound
from pool.models.outbox import OutboxMessage
from pool.models.person import Membership, Person
from pool.permissions import CLINICIAN, ICS, MANAGER, PRACTICE
from pool.services.people import accounts, memberships, roles
from tests.builders import (
    a_clinician,
    a_member,
    a_person,
    a_pool,
    a_pool_manager,
    a_practice,
    a_practice_manager,
    actor_of,
    again,
    read,
    working_as,
)

NEW = {"name": "Robin Marsh", "email": "robin@surgery.example"}


@pytest.fixture
def manager(pool):
    """The actor who runs the pool."""
    return actor_of(a_pool_manager(pool.id))


def invite(manager, role=MANAGER, practice_id=None, **said):
    """Invite somebody; the id of the membership."""
    with working_as(manager) as work:
        return roles.invite(work, role=role, practice_id=practice_id, **(NEW | said))


def roles_of(person_id):
    """The roles somebody has."""
    with working_as(Actor.system()):
        return sorted(membership.role for membership in memberships.of_person(person_id))


def test_somebody_new_can_sign_in_and_is_told(pool, manager):
    """One person, one role, one message on its way."""
    membership = read_membership(invite(manager), pool)
    assert roles_of(membership.person_id) == [MANAGER]
    assert read(Person, membership.person_id).name == "Robin Marsh"
    with working_as(Actor.system(pool.id)) as work:
        assert [sentence.data["role"] for sentence in told(work)] == [MANAGER]


def told(work):
    """The invitations on their way."""
    return work.all(select(OutboxMessage).where(OutboxMessage.name == "PersonInvited"))


def read_membership(membership_id, pool):
    """A copy of a membership of a pool."""
    with working_as(Actor.system(pool.id)) as work:
        membership = work.get(Membership, membership_id)
        work.store.expunge_all()
        return membership


def test_somebody_without_a_role_comes_back_under_their_name(pool, manager):
    """The address and the name decide who it is, whatever their case."""
    known = a_person("robin  marsh", email="Robin@Surgery.example")
    membership = read_membership(invite(manager), pool)
    assert membership.person_id == known.id
    assert again(known).name == "robin  marsh"


@pytest.mark.parametrize("role", [ICS, CLINICIAN, "system", "anonymous"])
def test_no_role_above_or_beside_ones_own(manager, role):
    """Totals of all pools are not a pool manager's to give; clinicians join with their registration (threat 18)."""
    with pytest.raises(NotAllowed):
        invite(manager, role=role)


def test_only_pool_managers_give_roles(pool):
    """A clinician or an ICS lead gives none, whatever the door lets through, and a practice none but its own."""
    with pytest.raises(NotAllowed):
        invite(actor_of(a_practice_manager(a_practice(pool))), role=MANAGER)
    actors = [
        actor_of(a_clinician(pool).person),
        actor_of(a_member(ICS, pool.id)),
    ]
    for actor in actors:
        for role in (PRACTICE, CLINICIAN, MANAGER, ICS):
            with pytest.raises(NotAllowed):
                invite(actor, role=role)


def test_a_practice_manager_belongs_to_a_practice_of_the_pool(pool, manager):
    """None is an error beside the box; one of another pool is not there."""
    with pytest.raises(Invalid):
        invite(manager, role=PRACTICE)
    with pytest.raises(NotFound):
        invite(manager, role=PRACTICE, practice_id=a_practice().id)
    practice = a_practice(pool)
    assert read_membership(invite(manager, role=PRACTICE, practice_id=practice.id), pool).practice_id == practice.id


def test_twice_the_same_role_is_said(manager):
    """And no second message goes out."""
    invite(manager)
    with pytest.raises(Conflict):
        invite(manager)


def test_a_role_that_ended_comes_back(pool, manager):
    """The same row: its history stays in the audit trail."""
    first = invite(manager)
    with working_as(manager) as work:
        roles.end_role(work, first)
    assert roles_of(read_membership(first, pool).person_id) == []
    assert invite(manager) == first
    assert roles_of(read_membership(first, pool).person_id) == [MANAGER]


def test_nobody_ends_their_own_role(pool):
    """So a pool never loses its last manager by a slip."""
    me = a_pool_manager(pool.id)
    with working_as(Actor.system(pool.id)) as work:
        mine = work.one(select(Membership.id).where(Membership.person_id == me.id))
    with working_as(actor_of(me)) as work, pytest.raises(NotAllowed):
        roles.end_role(work, mine)


def test_people_of_other_pools_are_not_there(manager):
    """Neither in the list nor by id; nor is one's own role in another pool."""
    other = a_pool()
    a_pool_manager(other.id, "Somebody Else")
    with working_as(Actor.system(other.id)) as work:
        foreign = work.one(select(Membership.id).where(Membership.pool_id == other.id))
    a_member(MANAGER, other.id, person=read(Person, manager.person_id))
    with working_as(manager) as work:
        assert [colleague.person_id for colleague in roles.colleagues(work)] == [manager.person_id]
        with pytest.raises(NotFound):
            roles.end_role(work, foreign)


def test_the_list_is_searched_by_name_and_address(pool, manager):
    """A percent sign means itself."""
    a_practice_manager(a_practice(pool, name="Bridge Surgery"), "Sam Reed")
    with working_as(manager) as work:
        assert [colleague.name for colleague in roles.colleagues(work, "sam")] == ["Sam Reed"]
        assert roles.count(work, "demo.example") == 2
        assert roles.count(work, "%") == 0
        assert roles.colleagues(work, "sam")[0].practice_name == "Bridge Surgery"


def test_somebody_switched_off_is_not_let_back_in_by_an_invitation(manager):
    """Whoever runs the service decided that, and the pool that invites them is not told so."""
    off = a_person(email=NEW["email"])
    with working_as(Actor.system()) as work:
        work.store.execute(update(Person).where(Person.id == off.id).values(active=False))
    invite(manager)
    with working_as(Actor.system()):
        assert accounts.by_email(off.email) is None
    assert not again(off).active


def test_a_practice_invites_its_colleagues(pool):
    """Only as one of its own people, whatever practice is named; and it sees nobody of another practice."""
    practice, other = a_practice(pool), a_practice(pool)
    a_practice_manager(other, "Somebody Else")
    desk = actor_of(a_practice_manager(practice, "Sam Reed"))
    membership = read_membership(invite(desk, role=PRACTICE, practice_id=other.id), pool)
    assert membership.practice_id == practice.id
    with working_as(desk) as work:
        assert [colleague.name for colleague in roles.colleagues(work)] == ["Robin Marsh", "Sam Reed"]
