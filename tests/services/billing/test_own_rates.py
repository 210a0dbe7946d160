"""Figures a pool sets itself: the newest word about a day counts, nothing is overwritten, and they reach the invoice."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from pool import clock
from pool.actor import Actor
from pool.catalogue import GUIDE_RATE, ON_COSTS, PLATFORM_FEE
from pool.errors import Invalid
from pool.models.charge import Charge
from pool.money import Money
from pool.services.billing import invoicing, own_rates, sellers
from pool.services.billing.own_rates import About
from tests import builders
from tests.builders import working_as
from tests.invoice_builders import HOST_ACCOUNT, a_clinician_who_sells, a_host_that_sells, confirmed_hours
from tests.money_builders import a_figure

pytestmark = pytest.mark.usefixtures("app")

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)
GP = About(GUIDE_RATE, "gp")


def asked(pool, about, on, **how):
    """What a figure is on a day, in words; nothing when the pool has not said."""
    with working_as(Actor.system(pool.id)) as work:
        row = own_rates.figure(own_rates.of_pool(work, pool.id, **how), about, on=on)
        return own_rates.said(row) if row else ""


def test_a_figure_holds_from_its_first_day(pool):
    """And not before."""
    a_figure(pool, GP, {"pence": 35000}, valid_from=APRIL)
    a_figure(pool, GP, {"pence": 36000}, valid_from=MAY)
    found = [asked(pool, GP, day) for day in (APRIL - timedelta(1), APRIL, MAY - timedelta(1), MAY)]
    assert found == ["", "£350.00", "£350.00", "£360.00"]


def test_a_newer_word_about_the_same_day_counts_and_the_old_one_can_be_replayed(pool):
    """What was known before can be asked for."""
    first = a_figure(pool, GP, {"pence": 35000}, valid_from=APRIL)
    a_figure(pool, GP, {"pence": 35500}, valid_from=APRIL)
    assert asked(pool, GP, MAY) == "£355.00"
    assert asked(pool, GP, MAY, known_by=first.recorded_at) == "£350.00"


def test_a_particular_kind_of_session_goes_first(pool):
    """An evening has its own guide rate; every other kind the general one."""
    a_figure(pool, GP, {"pence": 35000}, valid_from=APRIL)
    a_figure(pool, About(GUIDE_RATE, "gp", "evening"), {"pence": 40000}, valid_from=APRIL)
    assert asked(pool, About(GUIDE_RATE, "gp", "evening"), MAY) == "£400.00"
    assert asked(pool, About(GUIDE_RATE, "gp", "am"), MAY) == "£350.00"


def test_a_guide_rate_is_for_somebody(pool):
    """Without a profession it would be a common tariff for everything."""
    with pytest.raises(Invalid, match="Choose whom the guide rate is for"):
        a_figure(pool, About(GUIDE_RATE), {"pence": 35000}, valid_from=APRIL)


def test_nothing_that_was_recorded_can_be_changed(pool):
    """PostgreSQL refuses: a figure that was wrong gets a newer word."""
    row = a_figure(pool, GP, {"pence": 35000}, valid_from=APRIL)
    for change in ("UPDATE pool_figure SET confirmed = true WHERE id = :id", "DELETE FROM pool_figure WHERE id = :id"):
        with pytest.raises(DBAPIError, match="is kept"), working_as(Actor.system(pool.id)) as work:
            work.store.execute(text(change), {"id": row.id})


def charges_of(booking):
    """Kind, seller, amount and working of what a booking costs."""
    with working_as(Actor.system(booking.pool_id)) as work:
        rows = work.all(select(Charge).where(Charge.booking_id == booking.id).order_by(Charge.kind))
        return {row.kind: (row.seller_kind, row.amount, row.working) for row in rows}


def test_other_costs_of_employing_only_where_the_pool_has_a_figure(pool):
    """15.05 % of pay and holiday pay: £357.00 + £43.09 = £400.09, of which £60.21."""
    a_host_that_sells(pool)
    practice, clinician = builders.a_practice(pool), builders.a_clinician(pool, engagement="bank_worker")
    before = confirmed_hours(practice, clinician)
    assert set(charges_of(before)) == {"session", "holiday_pay"}
    a_figure(pool, About(ON_COSTS), {"basis_points": 1505}, valid_from=APRIL, confirmed=False)
    after = confirmed_hours(practice, clinician, on=builders.yesterday() - timedelta(1))
    seller, amount, working = charges_of(after)["on_costs"]
    assert (seller, amount) == ("host", Money(6021))
    assert "£400.09 × 15.05% = £60.21" in working
    assert "unconfirmed, ask Host finance" in working


def test_the_platform_fee_is_charged_once_for_a_session_by_a_seller_of_its_own(pool):
    """Never on the clinician's invoice, where its VAT would not belong (domain 6.8, 11.10)."""
    a_figure(pool, About(PLATFORM_FEE), {"pence": 1200}, valid_from=APRIL)
    booking = confirmed_hours(builders.a_practice(pool), builders.a_clinician(pool))
    found = charges_of(booking)
    assert found["platform_fee"][:2] == ("platform", Money(1200))
    assert found["session"][0] == "clinician"


def test_what_holds_today_is_listed_once(pool):
    """The page shows one line for each figure, the newest."""
    a_figure(pool, GP, {"pence": 35000}, valid_from=APRIL)
    a_figure(pool, GP, {"pence": 36000}, valid_from=MAY)
    a_figure(pool, About(ON_COSTS), {"basis_points": 1505}, valid_from=APRIL)
    with working_as(Actor.system(pool.id)) as work:
        rows = own_rates.holding(own_rates.of_pool(work, pool.id), on=clock.today())
        assert [own_rates.said(row) for row in rows] == ["£360.00", "15.05%"]
        assert own_rates.share(rows[1]) == Decimal("0.1505")


def test_the_platform_invoices_its_fee_with_vat_apart_from_the_clinician(pool):
    """Two invoices of two sellers: £357.00 outside VAT, and £12.00 with £2.40 of VAT."""
    a_figure(pool, About(PLATFORM_FEE), {"pence": 1200}, valid_from=APRIL)
    with working_as(Actor.system(pool.id)) as work:
        (platform,) = sellers.ensure_platforms(work)
        sellers.save_details(
            work, platform, name="Demo Platform Ltd", address=["1 Demo Street"], vat_number="980780684", **HOST_ACCOUNT
        )
    booking = confirmed_hours(builders.a_practice(pool), a_clinician_who_sells(pool))
    with working_as(Actor.system(pool.id)) as work:
        found = {
            (invoice.vat_category, invoice.net_total, invoice.vat_total)
            for invoice in invoicing.bill_booking(work, booking.id)
        }
    assert found == {("O", Money(35700), Money(0)), ("S", Money(1200), Money(240))}
