"""Company status, figures and adjustments in a real browser: accessible and within the screen at both widths."""

from datetime import date
from uuid import uuid4

import pytest

from pool import clock
from pool.actor import Actor
from pool.catalogue import GUIDE_RATE, ON_COSTS
from pool.models.adjustment import AdjustmentProposal
from pool.money import Money
from pool.rules.off_payroll import EXTRA, INSIDE, OUTSIDE
from pool.services.billing.own_rates import About
from pool.services.clinicians import company_status
from tests import builders
from tests.builders import working_as, written
from tests.money_builders import a_determination, a_figure

WIDTHS = (360, 1280)


@pytest.fixture
def pool(app, live_server):
    """A pool with something on every page."""
    return builders.a_pool("Great Yarmouth and Waveney pool")


@pytest.fixture
def practice(pool):
    """A practice that has decided about two companies."""
    practice = builders.a_practice(pool, name="Bridge Road Surgery")
    alder, birch = (builders.a_clinician(pool, name=name, engagement="limited_company") for name in ALDER_AND_BIRCH)
    a_determination(practice, alder, OUTSIDE)
    inside = a_determination(practice, birch, INSIDE, pattern=EXTRA)
    with working_as(Actor(role="clinician", pool_ids=(pool.id,), clinician_ids=(birch.id,), name="Dr Birch")) as work:
        company_status.disagree(work, inside.id, "I send a substitute whenever I like.")
    return practice


ALDER_AND_BIRCH = ("Dr Demo Alder", "Dr Demo Birch")


@pytest.fixture
def adjustment(pool, practice):
    """Mileage that was billed at 45p."""
    row = AdjustmentProposal(
        practice_id=practice.id,
        subject="charge",
        subject_id=uuid4(),
        figure_table="mileage_rates",
        used="24.6 miles at 45p (HMRC approved rate from 6 April 2011) = £11.07",
        now_known="24.6 miles at 55p (HMRC approved rate from 6 April 2026) = £13.53",
        old_amount=Money(1107),
        new_amount=Money(1353),
        recorded_on=date(2026, 5, 21),
        proposed_at=clock.now(),
        source_key=str(uuid4()),
    )
    with working_as(Actor.system(pool.id)) as work:
        work.add(row)
    a_figure(pool, About(GUIDE_RATE, "gp"), {"pence": 35000}, valid_from=date(2026, 4, 1))
    a_figure(pool, About(GUIDE_RATE, "gp"), {"pence": 36000}, valid_from=date(2026, 10, 1))
    a_figure(pool, About(ON_COSTS), {"basis_points": 1505}, valid_from=date(2026, 4, 1), confirmed=False)
    return written(row)


@pytest.fixture
def good(enter, axe):
    """Every address of somebody at one width: no violation, nothing wider than the screen."""

    def good(person, width, addresses):
        page = enter(person, width)
        for address in addresses:
            page.goto(address)
            page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
            assert axe(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address

    return good


@pytest.mark.parametrize("width", WIDTHS)
def test_a_practice_and_a_clinician_read_company_status(good, pool, practice, width):
    """Lists, the form, one determination with its disagreement."""
    with working_as(Actor.system(pool.id)) as work:
        inside = next(row for row in company_status.all_seen(work) if row.outcome == INSIDE)
        clinician_id, determination_id, person = inside.clinician_id, inside.id, inside.clinician.person
        work.store.expunge_all()
    one = f"/company-status/{determination_id}"
    good(
        builders.a_practice_manager(practice),
        width,
        ["/company-status", f"/company-status/clinicians/{clinician_id}", one, f"/practice-settings/{practice.id}"],
    )
    good(person, width, ["/company-status", one, "/payment-details"])


@pytest.mark.parametrize("width", WIDTHS)
def test_a_manager_reads_figures_and_adjustments(good, pool, practice, adjustment, width):
    """With everything that can be opened open."""
    good(
        builders.a_pool_manager(pool.id),
        width,
        [
            "/company-status",
            "/manager/figures",
            "/manager/figures/new",
            "/manager/adjustments",
            f"/manager/adjustments/{adjustment.id}",
        ],
    )
