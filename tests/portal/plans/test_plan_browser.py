"""The pages of plans in a real browser, on a phone's width and a desk's: full of rows, accessible, and they fit."""

import dataclasses

import pytest
from sqlalchemy import select

from pool.models.match_run import Proposal
from pool.models.offer import Offer
from pool.services.bookings import offers
from pool.services.people.sign_in import issue_demo_link
from pool.services.plans import release
from tests.builders import a_clinician, a_practice, a_session, next_week, working_as
from tests.journeys.visitor import Visitor
from tests.services.bookings.test_offer_waves import as_clinician
from tests.workers.places import a_market
from workers import match

WIDTHS = (360, 1280)


@pytest.fixture
def visit(app, window):
    """A browser window of a market's manager: every page it comes to is checked for WCAG 2.2 AA, width and complaints."""

    def visit(market, width):
        visitor = window(width)
        with app.app_context():
            visitor.open(issue_demo_link(market.manager.person_id))
        visitor.press("Sign in")
        return visitor

    return visit


@pytest.fixture
def window(open_page, live_server, axe):
    """A browser window of a stranger."""
    return lambda width: Visitor(open_page(width), axe)


@pytest.fixture
def town(app):
    """Seven clinicians, six practices, a plan that is released, one answer of no, one session that nobody can take."""
    market = a_market(sessions=2, clinicians=3, policy={"reserve_depth": 2})
    for number in range(5):
        practice = a_practice(
            market.pool, name=f"Long Name of a Surgery by the Sea {number}", imd_decile=1 + 2 * number
        )
        market.sessions.append(a_session(practice, on=next_week(number % 3)))
    market.sessions.append(a_session(market.practice, on=next_week(3), skills=["coil_fitting"]))
    for number in range(4):
        person = a_clinician(
            market.pool, name=f"Dr Demo Heron {number}", home_easting=653665 + 1500 * number, weekly_cap=2
        )
        market.clinicians.append(person)
    market.run = market.request()
    with app.app_context():
        match.run(str(market.pool.id), str(market.run.id))
    release_some(market)
    return market


def release_some(market):
    """All but one are released; one clinician says no, so that the next can be asked."""
    with working_as(market.manager) as work:
        release.release(work, market.run.id, [proposal.id for proposal in market.proposals(market.run)][1:])
    said_no = market.rows(select(Offer).where(Offer.state == "sent"))[0]
    clinician = next(person for person in market.clinicians if person.id == said_no.clinician_id)
    with working_as(as_clinician(market, clinician)) as work:
        offers.decline(work, said_no.id)


def addresses(market):
    """Every page of a plan."""
    (waiting,) = market.rows(select(Proposal).where(Proposal.state == "proposed"))
    return {
        "plan": f"/runs/{market.run.id}",
        "report": f"/plans/{market.run.id}/report",
        "choose": f"/plans/proposals/{waiting.id}",
        "settings": "/manager/plans/",
        "counts": "/what-counts",
        "what-if": "/plans/what-if",
        "answer": "/plans/what-if?kind=rates&pounds=20&rates_practice=",
        "silly": "/plans/what-if?kind=travel&minutes=many",
    }


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_a_plan(town, visit, width):
    """Reserve, waves, reports, settings, what-if."""
    visitor = visit(town, width)
    for name, address in addresses(town).items():
        visitor.open(address, answer=422 if name == "silly" else 200)
    assert visitor.complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_progress_of_a_run_in_areas(app, visit, monkeypatch, width):
    """Each area with its state."""
    config = dataclasses.replace(app.extensions["pool_config"], area_sessions=1)
    monkeypatch.setitem(app.extensions, "pool_config", config)
    market = a_market(sessions=2, clinicians=2)
    far = a_practice(market.pool, position=("IP1 1AA", 616000, 244000))
    market.sessions.append(a_session(far))
    run = market.request()
    with app.app_context():
        match.run(str(market.pool.id), str(run.id))
    visitor = visit(market, width)
    visitor.open(f"/runs/{run.id}")
    visitor.sees("2 areas: 0 of 2 solved")
