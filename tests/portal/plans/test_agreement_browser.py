"""Pools that are matched together, in a real browser on a phone's width and a desk's: accessible, and everything fits."""

import pytest

from pool.services.people.sign_in import issue_demo_link
from tests.journeys.visitor import Visitor
from tests.workers.neighbours import change, divided, matched, runs_of, three_pools
from tests.workers.places import a_market

WIDTHS = (360, 1280)


@pytest.fixture
def visit(app, open_page, live_server, axe):
    """A browser window of a market's manager: every page it comes to is checked for WCAG 2.2 AA, width and complaints."""

    def visit(market, width):
        visitor = Visitor(open_page(width), axe)
        with app.app_context():
            visitor.open(issue_demo_link(market.manager.person_id))
        visitor.press("Sign in")
        return visitor

    return visit


@pytest.mark.parametrize("width", WIDTHS)
def test_a_manager_agrees_and_reads_what_is_missing(app, visit, width):
    """One pool has agreed, one counts other points, one has not answered; and a pool that has no neighbour."""
    here, _, third = three_pools()
    change(third, own_weights={"travel": 25, "preferred": 250}, fill_first=True)
    visitor = visit(here, width)
    visitor.open("/manager/together/")
    visitor.sees("Both pools agreed. Runs cover both.")
    visitor.sees("These differ: A minute of travel (10 in")
    visitor.press("Save")
    visitor.sees("Saved. The next run covers")
    visitor.open("/runs/new")
    visitor.sees("do not count the same points")
    assert visitor.complaints == []
    alone = visit(a_market(sessions=0, clinicians=0), width)
    alone.open("/manager/together/")
    alone.sees("No other pool")
    assert alone.complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_managers_watch_and_read_a_run_over_several_pools(app, visit, width):
    """Progress, the plan with what is proven over all, the list of runs with who asked."""
    markets = three_pools()
    divided(app, markets)
    visitor = visit(markets[1], width)
    visitor.open(f"/runs/{runs_of(markets[1])[0].id}")
    visitor.sees("3 areas: 0 of 3 solved")
    visitor.sees("Each pool has its own plan; all of them end together.")
    visitor.open("/runs/")
    visitor.sees(f"Run of {markets[0].pool.name}")
    assert visitor.complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_managers_read_the_plan_of_their_pool(app, visit, width):
    """Its own proposals and reasons, beside the bound of the whole."""
    markets = three_pools()
    matched(app, markets)
    visitor = visit(markets[2], width)
    visitor.open(f"/runs/{runs_of(markets[2])[0].id}")
    visitor.sees("It is proven that no plan over all of them can be better.")
    visitor.open(f"/runs/{runs_of(markets[2])[0].id}?list=unfilled")
    visitor.open("/what-counts")
    visitor.sees("This pool is matched together with")
    assert visitor.complaints == []
