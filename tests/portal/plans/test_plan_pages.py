"""The pages of a plan: advice from the plan as a whole, reserve and waves, reports, what-if."""

from contextlib import contextmanager, nullcontext
from threading import Thread

import pytest

from matching import Weights
from pool import queue
from pool.models.person import Person
from pool.models.pool import Pool
from pool.money import Money
from pool.schemas.plan_settings import PlanSettings
from pool.services.plans import plan_questions, plan_reports, what_if
from pool.services.plans.fingerprint import fingerprint
from pool.services.runs import objective
from tests.builders import a_clinician, a_practice, a_session, again, next_week, read, working_as
from tests.deploy.waiting import HOPELESS
from tests.services.runs.test_run_leases import carried_through
from tests.workers.places import a_market
from workers import match
from workers.answering import answer_next
from workers.plan_states import PlanStates


@pytest.fixture
def answering(app, valkey, valkey_url, monkeypatch):
    """A live process that answers one question in a thread."""
    monkeypatch.setattr(plan_questions, "SECONDS", HOPELESS)

    @contextmanager
    def answering():
        def answer_one():
            with app.app_context(), queue.opened(valkey_url, listens=HOPELESS, text=True) as connection:
                answer_next(connection, PlanStates(), wait=HOPELESS)

        valkey.set(queue.PRESENCE_KEY, "here", ex=HOPELESS)
        thread = Thread(target=answer_one)
        thread.start()
        yield
        thread.join()
        valkey.delete(queue.PRESENCE_KEY)

    return answering


@pytest.fixture
def manager_of(signed_in):
    """The browser of a market's manager."""
    return lambda market: signed_in(read(Person, market.manager.person_id))


def test_choosing_somebody_else_shows_what_it_means_for_the_plan(app, manager_of, answering):
    """The best for the plan comes first, and is not simply the nearest."""
    market = a_market(sessions=1, clinicians=1)
    market.clinicians.append(a_clinician(market.pool, name="Dr Far Demo", home_easting=662665))
    market.clinicians.append(a_clinician(market.pool, name="Dr Near Demo", home_easting=653665))
    run = carried_through(market)
    (proposal,) = market.proposals(run)
    browser = manager_of(market)
    with answering():
        page = browser.get(f"/plans/proposals/{proposal.id}").text
    assert "Best for the plan as a whole." in page
    assert page.index("Dr Near Demo") < page.index("Dr Far Demo")
    assert "the plan as a whole would lose about" in page
    without = browser.get(f"/plans/proposals/{proposal.id}").text
    assert "is not known at the moment" in without
    assert "Dr Far Demo" in without


def matched(app, market):
    """A plan made by the worker."""
    run = market.request()
    with app.app_context():
        match.run(str(market.pool.id), str(run.id))
    return run


def test_the_report_of_a_plan_shows_shares_equity_and_the_price(app, manager_of):
    """Six clinicians, six practices: enough for every figure."""
    market = a_market(sessions=3, clinicians=6)
    for day in range(5):
        practice = a_practice(market.pool, imd_decile=1)
        market.sessions.append(a_session(practice, on=next_week(day)))
    run = matched(app, market)
    page = manager_of(market).get(f"/plans/{run.id}/report").text
    assert "Jain’s index" in page
    assert "not shown: fewer than five clinicians" not in page
    assert "Most deprived (deciles 1-2)" in page
    assert "Spreading the work cost nothing in this plan" in page
    assert market.clinicians[0].name in page


def test_small_groups_are_not_told(app, manager_of):
    """Two clinicians and one practice: neither index nor share filled, on the page and in the file."""
    market = a_market(sessions=3, clinicians=2)
    run = matched(app, market)
    browser = manager_of(market)
    page = browser.get(f"/plans/{run.id}/report").text
    assert "not shown: fewer than five clinicians had a chance" in page
    assert "fewer than five practices" in page
    assert "not shown: fewer than 5" in browser.get(f"/plans/{run.id}/equity.csv").text


def test_a_name_cannot_become_a_formula(app, manager_of):
    """The file is opened in a spreadsheet."""
    market = a_market(sessions=2, clinicians=0)
    market.clinicians.append(a_clinician(market.pool, name='=HYPERLINK("http://evil.example")'))
    run = matched(app, market)
    answer = manager_of(market).get(f"/plans/{run.id}/fair-share.csv")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "'=HYPERLINK" in answer.text


POINTS = {
    "fill": "1000",
    "urgency": "10",
    "deprived": "0",
    "deprived_next": "0",
    "minimum": "1500",
    "contracted": "2000",
    "first_third": "1500",
    "second_third": "750",
    "travel": "10",
    "preferred": "100",
    "avoided": "100",
    "continuity": "80",
    "kept": "300",
    "tour": "0",
    "reserve_depth": "2",
    "second_wave_hours": "6",
    "third_wave_hours": "12",
}


def test_a_pool_chooses_what_counts_and_the_next_run_uses_it(app, manager_of, post_form):
    """Every term has its words; only what differs from the preset is the pool's own."""
    market = a_market()
    browser = manager_of(market)
    assert "A minute of travel" in browser.get("/manager/plans/").text
    assert post_form(browser, "/manager/plans/", **(POINTS | {"travel": "25"}), fill_first="true").status_code == 303
    assert read(Pool, market.pool.id).policy["own_weights"] == {"travel": 25}
    run = matched(app, market)
    done = again(run)
    assert (done.weights["travel"], done.weights["deprived"], done.fill_first) == (25, 0, True)
    assert done.summary["weights"]["fill"] > 1000
    assert "What spreading the work cost in the newest plan" in browser.get("/manager/plans/").text


def test_the_price_of_fairness_is_said_in_sessions_minutes_and_points():
    """What is given up, and what for."""
    price = {"filled": 2, "points": 31_500, "travel_min": 1.25, "gini_with": 0.05, "gini_without": 0.125}
    said = " ".join(plan_reports.price_words({"price": price}))
    assert "would fill 2 sessions more, and the mean journey would be 1.2 minutes longer" in said
    assert "better by 31,500 points" in said
    assert "0.050 instead of 0.125" in said


def test_every_term_of_the_objective_has_its_words_and_its_field():
    """Members see all that counts, and the manager can change it."""
    terms = set(Weights.v1().to_dict())
    assert {term.name for term in objective.TERMS} == terms
    assert terms <= set(PlanSettings().fields)


def test_points_out_of_order_are_refused_beside_the_field(manager_of, post_form, app):
    market = a_market()
    answer = post_form(
        manager_of(market), "/manager/plans/", **(POINTS | {"second_third": "2000", "third_wave_hours": "1"})
    )
    assert answer.status_code == 422
    assert "Enter no more points than for the first third" in answer.text


WISHES = {
    "rates": {"pounds": "50", "rates_practice": ""},
    "travel": {"minutes": "30"},
    "notice": {"days": "60"},
    "clinician": {"clinician_profession": "gp", "a_week": "3"},
    "session": {"session_profession": "gp", "starts": "08:30", "ends": "12:30", "fee": "400"},
}
EXPECTED = {
    "rates": "3 more sessions would be filled.",
    "travel": "Just as many sessions would be filled.",
    "notice": "Just as many sessions would be filled.",
    "clinician": "3 more sessions would be filled.",
    "session": "The extra session would be filled.",
}


@pytest.mark.parametrize("kind", WISHES)
@pytest.mark.parametrize("alive", [True, False], ids=["live", "directly"])
def test_what_if_is_answered_in_numbers_and_changes_nothing(manager_of, app, answering, kind, alive):
    """The only clinician asks for £400 and the sessions pay £357: nothing is filled as it stands."""
    market = a_market(sessions=3, clinicians=1, min_fee=Money(40_000))
    place = str(market.practice.id)
    on = market.sessions[0].on
    asked = WISHES[kind] | {
        "clinician": {"clinician_practice": place},
        "session": {"session_practice": place, "on-day": on.day, "on-month": on.month, "on-year": on.year},
    }.get(kind, {})
    browser = manager_of(market)
    before = everything(market)
    with answering() if alive else nullcontext():
        page = browser.get("/plans/what-if", query_string={"kind": kind} | asked).text
    assert EXPECTED[kind] in page
    assert "Nothing was changed." in page
    solved = "The plan was solved again" in page
    assert solved != ("Answered from the prices" in page)
    assert everything(market) == before


def everything(market):
    """The fingerprint of all rows that plans depend on."""
    with working_as(market.manager) as work:
        return fingerprint(work)


def test_a_silly_what_if_is_refused_beside_the_field(manager_of, app):
    answer = manager_of(a_market()).get("/plans/what-if", query_string={"kind": "travel", "minutes": "many"})
    assert answer.status_code == 422
    assert "many" in answer.text


def test_a_large_plan_is_not_worked_out_by_the_portal(manager_of, app, monkeypatch):
    """A sentence that says what to do, instead of a page that never comes."""
    monkeypatch.setattr(what_if, "MOST_HERE", 1)
    answer = manager_of(a_market()).get("/plans/what-if", query_string={"kind": "travel", "minutes": "5"})
    assert answer.status_code == 409
    assert "Ask again in a minute" in answer.text


def test_every_member_sees_what_counts(app, signed_in):
    """The pool's own points, to those who are planned with them."""
    market = a_market(policy={"own_weights": {"travel": 37}, "fill_first": True})
    page = signed_in(read(Person, market.clinicians[0].person_id)).get("/what-counts").text
    assert "37" in page
    assert "no session is left empty" in page
