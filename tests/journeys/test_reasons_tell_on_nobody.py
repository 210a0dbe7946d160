"""A real run over a place where people compete: whatever a clinician or a practice then reads tells on nobody else."""

import re
from datetime import time

import pytest
from sqlalchemy import select

from pool.models.match_run import Proposal, UnfilledReason
from pool.models.person import Person
from pool.money import Money
from pool.rules.choice_words import THEY, about_clinician, another_choice, to_clinician
from pool.services.plans import release
from tests.builders import a_clinician, a_practice, a_practice_manager, a_session, next_week, read, working_as
from tests.workers.places import a_market
from workers import match

FLOORS = (31_111, 32_222, 33_333, 34_444, 45_555, 46_666)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-")


@pytest.fixture
def place(app):
    """Six clinicians with private floors, two practices, more sessions than they want: offers, chains, empty ones."""
    market = a_market(sessions=0, clinicians=0)
    other = a_practice(market.pool, name="The Other Surgery")
    for number, floor in enumerate(FLOORS):
        market.clinicians.append(
            a_clinician(
                market.pool,
                name=f"Dr Heron{number} Demo",
                min_fee=Money(floor),
                weekly_cap=2,
                home_easting=652665 + 900 * number,
            )
        )
    for number in range(8):
        practice = (market.practice, other)[number % 2]
        market.sessions.append(a_session(practice, on=next_week(number % 4), urgency=1 + number % 2))
        market.sessions.append(
            a_session(practice, on=next_week(number % 4), starts=time(13, 30), ends=time(17, 40), kind="pm")
        )
    run = market.request()
    with app.app_context():
        match.run(str(market.pool.id), str(run.id))
    with working_as(market.manager) as work:
        sent = [proposal.id for proposal in market.proposals(run)][::2]
        release.release(work, run.id, sent)
    return market


def test_the_plan_has_every_kind_of_reason(place):
    """Otherwise the tests below would look at nothing."""
    assert place.rows(select(Proposal).where(Proposal.state == "released"))
    assert any(proposal.alternatives for proposal in place.rows(select(Proposal)))
    assert place.rows(select(UnfilledReason))


def test_no_sentence_holds_a_name_an_id_or_a_floor(place):
    """As each reader is told them, whoever may read them."""
    proposals, empty = place.rows(select(Proposal)), place.rows(select(UnfilledReason))
    sentences = [
        *(sentence for row in proposals for sentence in (*about_clinician(row.reasons), *to_clinician(row.reasons))),
        *(sentence for row in empty for sentence in (*row.sentences, row.smallest_change)),
        *(another_choice(other, THEY) for row in (*proposals, *empty) for other in row.alternatives),
    ]
    assert len(sentences) > 20
    assert [sentence for sentence in sentences if tells(sentence, place.clinicians)] == []


def test_a_clinician_reads_nothing_of_another(place, signed_in):
    """Every page about sessions, seen by each of them; their own name is theirs to see."""
    for me in place.clinicians:
        browser = signed_in(read(Person, me.person_id))
        others = [other for other in place.clinicians if other.id != me.id]
        for address in ("/why?all=1", "/offers", "/diary"):
            page = browser.get(address, follow_redirects=True)
            assert page.status_code == 200, address
            words = re.sub(r"<[^>]+>", " ", page.text)
            assert tells(words, others) == [], (me.name, address)


def test_a_practice_reads_nothing_of_floors(place, signed_in):
    """Nor of who was passed over; whom it is offered to is for the pool to know."""
    browser = signed_in(a_practice_manager(place.practice))
    mine = [candidate for candidate in place.sessions if candidate.practice_id == place.practice.id]
    for session in mine:
        words = re.sub(r"<[^>]+>", " ", browser.get(f"/sessions/{session.id}").text)
        assert floors_in(words) == []
        assert "1 finds the fee too low" not in words


def tells(words, people):
    """Names of these people, ids and anybody's floor in a text."""
    names = [person.name for person in people if person.name in words]
    return names + UUID.findall(words) + floors_in(words)


def floors_in(words):
    """Floors, as pounds or as they are."""
    return [floor for floor in FLOORS if f"{floor / 100:.2f}" in words or str(floor) in words]
