"""Who bills whom and which pension follows: every engagement type under every contract (domain 4.1, 5.5)."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from pool.catalogue import CONTRACT_CONTEXTS, PROFESSIONS
from pool.models.clinician import ENGAGEMENT_TYPES
from pool.money import Money
from pool.rules import settlement
from pool.rules.settlement import (
    AGENT,
    DEEMED,
    LOCUM_AB,
    NO_PENSION,
    PAYROLL,
    PRACTICE,
    PROVIDER,
    RECHARGE,
    SETTLEMENTS,
    SOLO,
    STAFF,
    Engaged,
    engaged_by,
    holiday_pay,
    pension_route,
    settled,
)

MAY = date(2026, 5, 14)


@pytest.mark.parametrize(
    ("engagement", "expected"),
    [("sole_trader", AGENT), ("limited_company", AGENT), ("bank_worker", RECHARGE), ("salaried", STAFF)],
)
def test_who_sells_follows_the_engagement(engagement, expected):
    """Self-employed people sell their own work; the host sells the work of those it employs (domain 4.1)."""
    assert settled(Engaged(engagement, "gp")) is expected


def test_every_engagement_is_settled():
    """An engagement type without a settlement could be booked but never billed."""
    assert set(SETTLEMENTS) == set(ENGAGEMENT_TYPES)


def test_a_company_inside_the_rules_is_paid_through_the_clients_payroll():
    """The practice deducts tax as if it employed the clinician; outside, it pays the company's invoice (4.3)."""
    assert settled(Engaged("limited_company", "gp", ir35="inside")) is DEEMED
    assert settled(Engaged("limited_company", "gp", ir35="outside")) is AGENT
    assert settled(Engaged("sole_trader", "gp", ir35="inside")) is AGENT


@pytest.mark.parametrize(
    ("engagement", "profession", "context", "by", "route"),
    [
        ("sole_trader", "gp", "core", PRACTICE, LOCUM_AB),
        ("sole_trader", "gp", "pcn_enhanced_access", PRACTICE, LOCUM_AB),
        ("sole_trader", "gp", "pcn_enhanced_access", PROVIDER, SOLO),
        ("sole_trader", "gp", "out_of_hours", PRACTICE, SOLO),
        ("sole_trader", "gp", "out_of_hours", PROVIDER, SOLO),
        ("sole_trader", "gp", "core", PROVIDER, NO_PENSION),
        ("sole_trader", "gp", "private", PRACTICE, NO_PENSION),
        ("sole_trader", "nurse", "core", PRACTICE, NO_PENSION),
        ("limited_company", "gp", "core", PRACTICE, NO_PENSION),
        ("limited_company", "gp", "out_of_hours", PROVIDER, NO_PENSION),
        ("bank_worker", "gp", "core", PRACTICE, PAYROLL),
        ("bank_worker", "nurse", "pcn_enhanced_access", PROVIDER, PAYROLL),
        ("salaried", "gp", "out_of_hours", PROVIDER, PAYROLL),
    ],
)
def test_the_pension_route(engagement, profession, context, by, route):
    """Companies and third parties never reach forms A and B; enhanced access for a network goes to SOLO (domain 11.4)."""
    assert pension_route(Engaged(engagement, profession, context, by)) == route


def test_every_session_has_a_route_with_words_and_a_reason():
    """Nobody is left without an answer, whatever is combined."""
    for context in product(ENGAGEMENT_TYPES, PROFESSIONS, CONTRACT_CONTEXTS, (PRACTICE, PROVIDER)):
        engaged = Engaged(*context)
        route = pension_route(engaged)
        assert settlement.PENSION_ROUTES[route]
        assert settlement.why_route(engaged).endswith(".")


def test_solo_is_pensioned_in_full_and_forms_a_and_b_at_nine_tenths():
    """100 % by SOLO, exactly 90 % by forms A and B (domain 5.2, 5.5)."""
    assert settlement.PENSIONED_SHARE[SOLO] == 1
    assert settlement.PENSIONED_SHARE[LOCUM_AB] == Decimal("0.9")


@pytest.mark.parametrize(
    ("context", "named", "by"),
    [
        ("core", "", PRACTICE),
        ("core", "the  PARK surgery", PRACTICE),
        ("core", "Coastal Federation", PROVIDER),
        ("pcn_enhanced_access", "", PROVIDER),
        ("pcn_enhanced_access", "Coastal PCN", PROVIDER),
        ("pcn_enhanced_access", "The Park Surgery", PRACTICE),
        ("out_of_hours", "", PROVIDER),
    ],
)
def test_who_engages(context, named, by):
    """A practice that engages for the network itself says so; silence means the network (domain 2.5)."""
    assert engaged_by(context, named, "The Park Surgery") == by


def test_holiday_pay_is_shown_apart_for_irregular_hours():
    """12.07 % of £357.00, rounded once; salaried and self-employed people accrue none here (domain 4.5)."""
    holiday = holiday_pay(Money(35700), RECHARGE, on=MAY)
    assert holiday.amount == Money(4309)
    assert holiday.confirmed
    assert holiday.working == ("Holiday pay: £357.00 × 12.07% = £43.09 (holiday pay table, rate from 1 April 2024)")
    assert holiday_pay(Money(35700), STAFF, on=MAY) is None
    assert holiday_pay(Money(35700), AGENT, on=MAY) is None


def test_there_is_no_rolled_up_holiday_pay_before_it_became_lawful():
    """Before 1 April 2024 the table has nothing, and nothing is guessed."""
    with pytest.raises(LookupError, match="holiday_pay"):
        holiday_pay(Money(35700), RECHARGE, on=date(2024, 3, 31))
