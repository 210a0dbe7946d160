"""What a pool manager and an ICS lead do: look, start a run, change a plan, release it, set the rules."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.models.match_run import MatchRun, Proposal, UnfilledReason
from pool.models.offer import Offer
from pool.models.pool import Pool
from pool.models.practice import Organisation
from pool.permissions import ICS
from pool.services.plans import release
from pool.services.runs import run_requests
from tests import builders


@pytest.fixture
def place(app):
    """A pool with a practice, two clinicians, an open session, and its manager."""

    class Place:
        pool = builders.a_pool()
        practice = builders.a_practice(pool, name="Marram Surgery")
        near = builders.a_clinician(pool, name="Dr Near Demo")
        other = builders.a_clinician(pool, name="Dr Other Demo")
        session = builders.a_session(practice, on=clock.today() + timedelta(days=10))
        manager = builders.a_pool_manager(pool.id)

    return Place


def test_facts_about_a_practice_are_changed_and_used(place, signed_in, post_form):
    """Network, patients, deprivation and phone of a real installation come from its manager or from a table."""
    desk, address = signed_in(place.manager), f"/practices/{place.practice.id}"
    told = {
        "pcn_name": "Coast PCN",
        "list_size": "12,500",
        "imd_decile": "2",
        "rurality": "urban",
        "phone": "01632 960002",
    }
    refused = post_form(desk, f"{address}/facts", **told)
    assert refused.status_code == 422
    assert "must be a number" in refused.text
    assert post_form(desk, f"{address}/facts", **told | {"list_size": "12500"}).status_code == 303
    page = desk.get(address).text
    for words in ("Coast PCN", "12,500", "Tenth 2"):
        assert words in page
    assert builders.again(place.practice).phone == "01632 960002"


def test_a_practice_that_is_nowhere_gets_a_place(place, signed_in, post_form):
    """A new building's postcode is not in the directory: one nearby stands in, and its sessions are planned again."""
    practice = builders.a_practice(place.pool, name="New Build Surgery", position=("NR99 9ZZ", None, None))
    desk, address = signed_in(place.manager), f"/practices/{practice.id}"
    assert "We do not know where it is" in desk.get(address).text
    assert "do not know this postcode" in post_form(desk, f"{address}/facts", nearby_postcode="NR99 9ZY").text
    assert post_form(desk, f"{address}/facts", nearby_postcode="nr31\u20116qb").status_code == 303
    organisation = builders.read(Organisation, practice.organisation_id)
    assert (organisation.easting, organisation.northing) == (652665, 304229)
    assert "We do not know where it is" not in desk.get(address).text


def a_plan(place, clinician):
    """A finished run that proposes a clinician for the session."""
    with builders.working_as(Actor.system(place.pool.id)) as work:
        run = MatchRun(
            pool_id=place.pool.id,
            first_day=place.session.on,
            last_day=place.session.on,
            gap=0.0,
            bound=10,
            objective=10,
            requested_at=work.now,
            finished_at=work.now,
            state="published",
            summary={"proposed": 1, "unfilled": 0},
        )
        work.add(run)
        work.store.flush()
        proposal = Proposal(
            pool_id=place.pool.id,
            practice_id=place.practice.id,
            clinician_id=clinician.id,
            run_id=run.id,
            session_id=place.session.id,
            travel_minutes=7,
            reasons=[{"sentence": "Nobody nearer is free."}],
        )
        work.add(proposal)
        work.store.flush()
        return run.id, proposal.id


def offers_of(place):
    """Every offer of the pool."""
    with builders.working_as(Actor.system(place.pool.id)) as work:
        return [(offer.clinician_id, offer.state) for offer in work.all(select(Offer))]


def test_home_shows_the_numbers_and_what_is_at_risk(place, signed_in):
    """An open session within 14 days stands on the first page."""
    page = signed_in(place.manager).get("/manager/").text
    assert "Fill rate" in page
    assert "0 of 0 sessions" in page
    assert "Marram Surgery" in page


def test_a_second_run_shows_the_first(place, signed_in, post_form):
    """A pool has one run at a time; pressing twice leads to the same page."""
    browser = signed_in(place.manager)
    days = {
        "first_day-day": "1",
        "first_day-month": "12",
        "first_day-year": "2099",
        "last_day-day": "2",
        "last_day-month": "12",
        "last_day-year": "2099",
    }
    first = post_form(browser, "/runs/new", **days)
    second = post_form(browser, "/runs/new", **days)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert "in progress already" in browser.get(second.headers["Location"]).text


def test_a_run_over_no_days_keeps_what_was_typed(place, signed_in, post_form):
    """The last day before the first is refused beside the field."""
    answer = post_form(
        signed_in(place.manager),
        "/runs/new",
        **{
            "first_day-day": "3",
            "first_day-month": "12",
            "first_day-year": "2099",
            "last_day-day": "2",
            "last_day-month": "12",
            "last_day-year": "2099",
        },
    )
    assert answer.status_code == 422
    assert "Choose a day on or after the first day" in answer.text
    assert 'value="2099"' in answer.text


def test_the_plan_says_why_and_releases_all(place, signed_in, post_form):
    """Nobody gets an offer before a person has pressed the button."""
    run_id, _ = a_plan(place, place.near)
    browser = signed_in(place.manager)
    page = browser.get(f"/runs/{run_id}").text
    assert "Nobody nearer is free." in page
    assert offers_of(place) == []
    post_form(browser, f"/plans/{run_id}/release")
    assert offers_of(place) == [(place.near.id, "sent")]


def test_releasing_some_needs_a_tick(place, signed_in, token_for):
    """An empty choice sends nothing and says so."""
    run_id, proposal_id = a_plan(place, place.near)
    browser = signed_in(place.manager)
    mark = token_for(browser)
    browser.post(f"/plans/{run_id}/release-some", data={"csrf_token": mark})
    assert "Tick at least one proposal" in browser.get(f"/runs/{run_id}").text
    assert offers_of(place) == []
    browser.post(f"/plans/{run_id}/release-some", data={"csrf_token": mark, "proposals": str(proposal_id)})
    assert offers_of(place) == [(place.near.id, "sent")]


def test_another_clinician_can_be_chosen_and_the_plan_shows_who_chose(place, signed_in, post_form):
    """The manager decides; the page says that a person did (domain 8.3)."""
    run_id, proposal_id = a_plan(place, place.near)
    browser = signed_in(place.manager)
    post_form(
        browser,
        f"/plans/proposals/{proposal_id}",
        to=f"/plans/proposals/{proposal_id}/replace",
        clinician_id=str(place.other.id),
    )
    page = browser.get(f"/runs/{run_id}").text
    assert f"chosen by {place.manager.name}" in page
    assert "Dr Other Demo" in page


def test_a_clinician_whom_the_rules_forbid_is_refused_with_the_reason(place, signed_in, post_form):
    """The rules are checked at once, and the sentence says which one."""
    far = builders.a_clinician(place.pool, name="Dr Far Demo", home_easting=400000, home_northing=200000)
    _, proposal_id = a_plan(place, place.near)
    answer = post_form(
        signed_in(place.manager),
        f"/plans/proposals/{proposal_id}",
        to=f"/plans/proposals/{proposal_id}/replace",
        clinician_id=str(far.id),
    )
    assert answer.status_code == 409
    assert "Dr Far Demo cannot take this session" in answer.text


def test_an_offer_by_hand_goes_out_once(place, signed_in, post_form):
    """Asking the same clinician twice is refused kindly."""
    browser = signed_in(place.manager)
    address = f"/plans/sessions/{place.session.id}"
    first = post_form(browser, address, to=f"{address}/offer", clinician_id=str(place.near.id))
    again = post_form(browser, address, to=f"{address}/offer", clinician_id=str(place.near.id))
    assert first.status_code == 303
    assert again.status_code == 409
    assert "already has an open offer" in again.text


def test_the_rules_of_the_pool_are_kept_and_checked(place, signed_in, post_form):
    """Releasing by itself is the pool's choice; a silly number is refused and the form keeps it."""
    browser = signed_in(place.manager)
    rules = {
        "horizon_days": "14",
        "offer_hours": "12",
        "silence_days": "3",
        "payment_term_days": "30",
        "answer_days": "5",
        "mileage_cap": "60",
    }
    assert post_form(browser, "/manager/rules/", **rules, auto_release="true").status_code == 303
    assert builders.read(Pool, place.pool.id).policy["auto_release"] is True
    wrong = post_form(browser, "/manager/rules/", **(rules | {"offer_hours": "0"}))
    assert wrong.status_code == 422
    assert "Enter a whole number from 1 to 168" in wrong.text


def test_clinicians_and_practices_can_be_searched(place, signed_in):
    """A part of a name is enough, and % means itself."""
    browser = signed_in(place.manager)
    assert "Dr Near Demo" in browser.get("/clinicians/?q=near").text
    assert "Dr Other Demo" not in browser.get("/clinicians/?q=near").text
    assert "Nobody found" in browser.get("/clinicians/?q=%25").text
    assert "Marram Surgery" in browser.get("/practices/?q=marr").text


def test_the_private_fee_floor_is_not_shown(place, signed_in):
    """Not even to the pool's manager (design D12)."""
    with builders.working_as(Actor.system(place.pool.id)) as work:
        work.get(type(place.near), place.near.id).min_fee = builders.Money(123_456)
    page = signed_in(place.manager).get(f"/clinicians/{place.near.id}").text
    assert "1,234.56" not in page


def test_an_ics_lead_sees_totals_but_no_small_group(place, signed_in):
    """One practice is a small group: its fill rate would be that practice's."""
    lead = builders.a_member(ICS, place.pool.id)
    page = signed_in(lead).get("/reports/pools").text
    assert place.pool.name in page
    assert "not shown: fewer than five practices" in page


def test_a_run_of_the_real_engine_reaches_the_page(place, signed_in, app):
    """Snapshot, solve, publish, and the page shows the proposal with its proven gap."""
    from workers.match import run as match

    with builders.working_as(Actor.system(place.pool.id)) as work:
        run_id = run_requests.request(work, place.session.on, place.session.on).id
    with app.app_context():
        match(str(place.pool.id), str(run_id))
    page = signed_in(place.manager).get(f"/runs/{run_id}").text
    assert "1 of 1" in page
    assert "0.00%" in page
    with builders.working_as(Actor.system(place.pool.id)) as work:
        assert release.waiting(work, run_id) == 1


@pytest.fixture
def long_plan(place):
    """A plan with 30 proposals, and 26 sessions that stay empty at another practice."""
    run_id, _ = a_plan(place, place.near)
    empty = builders.a_practice(place.pool, name="Sedge Surgery")
    sessions = [builders.a_session(place.practice, on=clock.today() + timedelta(days=11 + day)) for day in range(29)]
    left = [builders.a_session(empty, on=clock.today() + timedelta(days=11 + day)) for day in range(26)]
    with builders.working_as(Actor.system(place.pool.id)) as work:
        for session in sessions:
            work.add(
                Proposal(
                    pool_id=place.pool.id,
                    practice_id=place.practice.id,
                    clinician_id=place.other.id,
                    run_id=run_id,
                    session_id=session.id,
                    travel_minutes=7,
                    reasons=[{"sentence": "Free."}],
                )
            )
        for session in left:
            work.add(
                UnfilledReason(
                    pool_id=place.pool.id,
                    practice_id=empty.id,
                    run_id=run_id,
                    session_id=session.id,
                    sentences=["Nobody was free."],
                    counts={},
                )
            )
    return run_id


def test_a_long_plan_comes_in_pages(place, signed_in, long_plan):
    """First who is proposed, then what stays empty and why; 25 at a time, each row once."""
    browser = signed_in(place.manager)
    pages = [browser.get(f"/runs/{long_plan}?page={number}").text for number in (1, 2)]
    assert [page.count('name="proposals"') for page in pages] == [25, 5]
    assert "Proposals (30)" in pages[0]
    assert "Not filled (26)" in pages[0]
    assert "Sedge Surgery" not in pages[0]
    empty = [browser.get(f"/runs/{long_plan}?list=unfilled&page={number}").text for number in (1, 2)]
    assert [page.count("Nobody was free.") for page in empty] == [25, 1]
    assert "Marram Surgery" not in empty[0]


def test_a_plan_is_searched_by_practice_and_clinician(place, signed_in, long_plan):
    """The counts follow the search, and signs that SQL knows mean themselves."""
    browser = signed_in(place.manager)
    found = browser.get(f"/runs/{long_plan}?q=near+demo").text
    assert "Proposals (1)" in found
    assert "Not filled (0)" in found
    assert "Not filled (26)" in browser.get(f"/runs/{long_plan}?q=SEDGE").text
    assert "No name matches your search." in browser.get(f"/runs/{long_plan}?q=%25").text


def test_a_plan_without_proposals_opens_with_the_reasons(place, signed_in):
    """Nobody should have to look for them."""
    run_id, proposal_id = a_plan(place, place.near)
    with builders.working_as(Actor.system(place.pool.id)) as work:
        work.store.delete(work.get(Proposal, proposal_id))
        work.add(
            UnfilledReason(
                pool_id=place.pool.id,
                practice_id=place.practice.id,
                run_id=run_id,
                session_id=place.session.id,
                sentences=["Nobody was free."],
                counts={},
            )
        )
    assert "Nobody was free." in signed_in(place.manager).get(f"/runs/{run_id}").text
