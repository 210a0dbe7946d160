"""People are global: a pool that types the name, address or number of somebody of another pool learns and changes nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.errors import Conflict, NotAllowed, NotFound
from pool.models.clinician import Clinician
from pool.models.outbox import OutboxMessage
from pool.models.person import Membership, Person
from pool.permissions import CLINICIAN, MANAGER, PRACTICE
from pool.services.clinicians import clinician_records
from pool.services.people import (
    accounts,
    corrected_facts,
    factor_resets,
    invitations,
    memberships,
    roles,
    sign_in_factors,
)
from pool.unit_of_work import unit_of_work
from tests import builders
from tests.builders import again, read, working_as

ADDRESS = "robin@surgery.example"
TYPED = {"name": "Robin Marsh", "email": ADDRESS}


@pytest.fixture
def stranger():
    """The manager of another pool, with an authenticator, under a name that the pool does not know."""
    person = builders.a_person("Robin Marsh-Fenwick", email=ADDRESS)
    builders.a_member(MANAGER, builders.a_pool().id, person=person)
    with working_as(Actor.system(*pool_ids_of(person))) as work:
        sign_in_factors.set_second_factor(work, person.id, "secret", 1, ["4f2a-9c01-77de"], keep=person.id)
    return again(person)


@pytest.fixture
def manager(pool):
    """Who runs the pool that invites."""
    return builders.actor_of(builders.a_pool_manager(pool.id))


def pool_ids_of(person):
    """Where somebody has a role."""
    with working_as(Actor.system()):
        return sorted({membership.pool_id for membership in memberships.of_person(person.id)})


def joined(actor, number="6012345", **changes):
    """A clinician whom this manager adds; a copy of the row."""
    facts = (
        {
            "profession": "gp",
            "registration_number": number,
            "compliant_until": clock.today() + timedelta(days=99),
            "home_postcode": "NR31 6QB",
            "home_easting": 652665,
            "home_northing": 304229,
            "skills": [],
            "clinical_systems": ["emis_web"],
        }
        | TYPED
        | changes
    )
    with working_as(actor) as work:
        clinician_id = clinician_records.join(work, facts, engagement="sole_trader", engaged_from=clock.today()).id
    return read(Clinician, clinician_id)


def invited(actor, role=MANAGER, **said):
    """The row of the list that an invitation makes."""
    with working_as(actor) as work:
        membership_id = roles.invite(work, role=role, practice_id=None, **(TYPED | said))
        return roles.colleague(work, membership_id)


def answered(person, answer):
    """The person says yes or no to the only invitation they have."""
    with working_as(Actor.system()):
        (invitation,) = invitations.waiting(person.id)
        guest = invitations.guest_of(invitation, accounts.by_id(person.id).actor)
        with unit_of_work(guest) as work:
            answer(work, invitation.stand_in_id)


def walk(actor, name, email):
    """Everything that a manager can do with a person, and what the manager sees of it."""
    seen = mended(actor, email)
    shown = invited(actor, name=name, email=email)
    seen.append(shown._replace(membership_id=None, person_id=None))
    with pytest.raises(Conflict) as twice:
        invited(actor, name=name, email=email)
    with pytest.raises(Conflict) as other_name:
        invited(actor, name="Somebody Else", email=email)
    seen += [str(twice.value), str(other_name.value)]
    with working_as(actor) as work:
        seen += [factor_resets.alone(work, shown.person_id), factor_resets.asked(work, shown.person_id)]
        seen.append(factor_resets.forget(work, shown.person_id, actor.pool_ids[0]))
        seen += [corrected_facts.correct(work, shown.person_id, name=name + " B", email=email)]
        seen += [[colleague.name for colleague in roles.colleagues(work, email)], roles.count(work, email)]
        roles.end_role(work, shown.membership_id)
    clinician = joined(actor, name=name, email=email)
    return [*seen, clinician.name, clinician.active]


def mended(actor, email):
    """Mending the address of somebody who has bookings: the answer, what stands there then, and what was recorded."""
    booked = somebody_booked(*actor.pool_ids, name="Dr Jay Finch")
    with working_as(actor) as work:
        changed = corrected_facts.correct(work, booked.person_id, name="Dr Jay Finch", email=email)
        waits = corrected_facts.waits(work, booked.person_id, email)
    recorded = asked_for(*actor.pool_ids)
    return [changed, waits, again(booked.person).email == booked.person.email, len(recorded), sorted(*recorded)]


def somebody_booked(pool_id, **facts):
    """A clinician of the pool with a booking."""
    pool = read(builders.Pool, pool_id)
    clinician = builders.a_clinician(pool, **facts)
    builders.a_booking(clinician=clinician, session=builders.a_session(builders.a_practice(pool)))
    return clinician


def asked_for(pool_id):
    """What the pool has recorded about addresses that wait for a link."""
    with working_as(Actor.system(pool_id)) as work:
        return [
            message.data
            for message in work.all(select(OutboxMessage).where(OutboxMessage.name == "AddressChangeAsked"))
        ]


def test_every_action_looks_the_same_for_a_stranger_and_for_a_newcomer(pool, manager, stranger):
    """Nothing is learned from the answers, and nothing of the stranger changes: name, address, factor, roles."""
    other = builders.actor_of(builders.a_pool_manager(builders.a_pool().id))
    before = {
        name: getattr(stranger, name)
        for name in ("name", "email", "tf_totp_secret", "mf_recovery_codes", "owns_address")
    }
    of_stranger, of_newcomer = (
        walk(manager, "Robin Marsh", ADDRESS),
        walk(other, "Robin Marsh", "nobody@surgery.example"),
    )
    assert str(of_stranger) == str(of_newcomer).replace("nobody@surgery.example", ADDRESS)
    after = again(stranger)
    assert {name: getattr(after, name) for name in before} == before
    assert manager.pool_ids[0] not in pool_ids_of(stranger)


def test_the_stranger_says_yes(pool, manager, stranger):
    """Only then does the pool have them, under their own name; what they had elsewhere stays."""
    shown = invited(manager)
    elsewhere = pool_ids_of(stranger)
    answered(stranger, invitations.accept)
    assert pool_ids_of(stranger) == sorted({*elsewhere, pool.id})
    with working_as(manager) as work:
        assert roles.colleague(work, shown.membership_id).name == "Robin Marsh-Fenwick"
    with working_as(Actor.system()):
        assert invitations.waiting(stranger.id) == []


def test_the_stranger_says_no(pool, manager, stranger):
    """The role ends, and the same invitation cannot be answered again."""
    shown = invited(manager)
    answered(stranger, invitations.decline)
    with working_as(manager) as work, pytest.raises(NotFound):
        roles.colleague(work, shown.membership_id)
    assert pool.id not in pool_ids_of(stranger)


def test_nobody_else_answers_an_invitation(pool, manager, stranger):
    """The id of a stand-in is no key."""
    invited(manager)
    with working_as(Actor.system()):
        (invitation,) = invitations.waiting(stranger.id)
        thief = builders.a_pool_manager(builders.a_pool().id)
        with pytest.raises(NotFound):
            invitations.open_one(thief.id, invitation.stand_in_id)
        guest = invitations.guest_of(invitation, accounts.by_id(thief.id).actor)
        with pytest.raises(NotFound), unit_of_work(guest) as work:
            invitations.accept(work, invitation.stand_in_id)


def test_a_stand_in_cannot_sign_in(pool, manager, stranger):
    """Neither by the address, which is the stranger's, nor by id."""
    stand_in = invited(manager).person_id
    with working_as(Actor.system()):
        assert accounts.by_email(ADDRESS).person.id == stranger.id
        assert accounts.by_id(stand_in) is None


def test_one_register_number_is_one_person(pool, manager):
    """Added by a second pool under another address: the first address hears of it, and two sessions at once are refused."""
    first = builders.a_clinician(name="Dr Robin Marsh", registration_number="6012345", is_demo=False)
    second = joined(manager, number="6012345", email="other@surgery.example")
    assert (second.name, second.person.email) == ("Robin Marsh", "other@surgery.example")
    assert second.person_id != first.person_id
    answered(first.person, invitations.accept)
    assert again(second).person_id == first.person_id
    builders.a_booking(clinician=first, session=builders.a_session(builders.a_practice(read_pool(first))))
    with pytest.raises(Conflict):
        builders.a_booking(clinician=again(second), session=builders.a_session(builders.a_practice(pool)))


def read_pool(clinician):
    """The pool of a clinician."""
    return read(builders.Pool, clinician.pool_id)


def test_added_again_after_a_wrong_address(pool, manager):
    """Who takes no sessions any more does not stand in the way: the same row, with what was typed now."""
    wrong = joined(manager, email="robni@surgery.example")
    with working_as(manager) as work:
        work.get(Clinician, wrong.id).active = False
    right = joined(manager, home_postcode="NR30 1AA")
    assert right.id == wrong.id
    assert (right.active, right.person.email, right.home_postcode) == (True, ADDRESS, "NR30 1AA")
    with working_as(Actor.system()):
        assert accounts.by_email("robni@surgery.example") is None
        assert accounts.by_email(ADDRESS).person.id == right.person_id


def test_a_shared_mailbox_passes_to_a_successor(pool, manager):
    """Once the predecessor's roles have ended: with the successor's name, without the old roles and the old factor."""
    practice = builders.a_practice(pool)
    anna = builders.a_member(
        PRACTICE,
        pool.id,
        practice_id=practice.id,
        person=builders.a_person("Anna Old", email="reception@surgery.example"),
    )
    with working_as(Actor.system(pool.id)) as work:
        sign_in_factors.set_second_factor(work, anna.id, "secret", 1, ["4f2a-9c01-77de"], keep=anna.id)
    with pytest.raises(Conflict, match="Anna Old signs in here"):
        invited(manager, name="Ben New", email="reception@surgery.example")
    with working_as(manager) as work:
        roles.end_role(work, work.one(select(Membership.id).where(Membership.person_id == anna.id)))
    ben = read(Person, invited(manager, name="Ben New", email="reception@surgery.example").person_id)
    assert (ben.name, ben.tf_totp_secret, ben.id != anna.id) == ("Ben New", None, True)
    with working_as(Actor.system()):
        assert accounts.by_email("reception@surgery.example").person.id == ben.id
    assert again(anna).reached_at == ""


def test_a_person_of_two_pools_is_mended_by_nobody_but_themselves(pool, manager):
    """Name and address belong to both pools."""
    clinician = builders.a_clinician(pool)
    builders.a_clinician(person=clinician.person)
    with working_as(manager) as work, pytest.raises(NotAllowed):
        corrected_facts.correct(work, clinician.person_id, name="Another Name", email="another@surgery.example")


def test_an_address_of_a_stranger_makes_nobody_a_stranger(pool, manager, stranger):
    """Mending an address into that of somebody of another pool: they are asked, as if they had been added with it."""
    shown = invited(manager, email="robni@surgery.example")
    with working_as(manager) as work:
        corrected_facts.correct(work, shown.person_id, name="Robin Marsh", email=ADDRESS)
    with working_as(Actor.system()):
        assert accounts.by_email(ADDRESS).person.id == stranger.id
        assert len(invitations.waiting(stranger.id)) == 1


def test_a_lost_phone_of_somebody_of_two_pools_takes_two_managers(pool, manager):
    """One asks; asking twice or by a colleague of the same pool does nothing; the other pool's manager confirms."""
    person = builders.a_member(MANAGER, pool.id)
    there = builders.a_pool()
    builders.a_member(MANAGER, there.id, person=person)
    with working_as(Actor.system(pool.id, there.id)) as work:
        sign_in_factors.set_second_factor(work, person.id, "secret", 1, ["4f2a-9c01-77de"], keep=person.id)
    colleague = builders.actor_of(builders.a_pool_manager(pool.id))
    second = builders.actor_of(builders.a_pool_manager(there.id))
    outcomes = [forgotten(asker, person) for asker in (manager, manager, colleague)]
    assert outcomes == [factor_resets.ASKED] * 3
    assert again(person).tf_totp_secret == "secret"
    with working_as(second) as work:
        assert factor_resets.asked(work, person.id).may_confirm
    assert forgotten(second, person) == factor_resets.DONE
    assert again(person).tf_totp_secret is None


def forgotten(actor, person):
    """One manager says that the phone is lost."""
    with working_as(Actor.system()):
        everywhere = accounts.in_all_pools_of(person.id, actor)
        with unit_of_work(everywhere) as work:
            return factor_resets.forget(work, person.id, actor.pool_ids[0])


def test_clinicians_of_another_pool_are_not_reached_by_a_practice(pool):
    """A practice that adds a colleague with a clinician's address learns nothing about the clinician."""
    clinician = builders.a_clinician(pool, name="Dr Private", person=builders.a_person("Dr Private", email=ADDRESS))
    desk = builders.actor_of(builders.a_practice_manager(builders.a_practice(pool)))
    shown = invited(desk, role=PRACTICE)
    assert (shown.name, shown.person_id != clinician.person_id) == ("Robin Marsh", True)
    answered(clinician.person, invitations.accept)
    with working_as(Actor.system()):
        given = {membership.role for membership in memberships.of_person(clinician.person_id)}
    assert given == {CLINICIAN, PRACTICE}
