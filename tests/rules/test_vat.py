"""VAT rules: unregistered sellers are outside it, care is exempt with a reason, the platform fee is not (domain 6.4)."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from pool import dated
from pool.catalogue import PROFESSIONS
from pool.money import Money
from pool.rules.vat import REGISTERED, STAFF_SUPPLY, UNREGISTERED, supply_of, vat_rule

MAY = date(2026, 5, 14)
BEFORE_THE_BRIEF = date(2025, 12, 14)
KINDS = ("session", STAFF_SUPPLY, "platform_fee", "mileage", "cancellation", "late_payment")


@pytest.mark.parametrize("kind", KINDS)
def test_an_unregistered_seller_is_outside_vat_with_everything(kind):
    """Category O for every line, mileage and cancellation too (domain 6.8, 11.10)."""
    rule = vat_rule("gp", UNREGISTERED, kind, MAY)
    assert (rule.category, rule.rate, rule.reason_code) == ("O", 0, "VATEX-EU-O")
    assert rule.reason_text
    assert rule.confirmed


@pytest.mark.parametrize("profession", PROFESSIONS)
def test_a_registered_sellers_own_care_is_exempt_with_a_reason(profession):
    """E needs a reason text; the code is that of medical care."""
    rule = vat_rule(profession, REGISTERED, "session", MAY)
    assert (rule.category, rule.rate, rule.reason_code) == ("E", 0, "VATEX-EU-132-1C")
    assert "Schedule 9, Group 7" in rule.reason_text


def test_a_gp_supplied_by_the_host_is_exempt_but_nobody_has_confirmed_it():
    """Isle of Wight: HMRC lost and rewrites its policy, so the exemption is used and marked (Brief 9 (2025))."""
    rule = vat_rule("gp", REGISTERED, STAFF_SUPPLY, MAY)
    assert (rule.category, rule.confirmed, rule.owner) == ("E", False, "Host finance")
    assert "Item 5" in rule.reason_text
    assert "unconfirmed, ask Host finance" in rule.working


def test_what_was_believed_before_the_brief_can_be_replayed():
    """The same session, seen the day before HMRC spoke, was staff at the standard rate (Brief 12/10)."""
    session = date(2025, 11, 3)
    then = vat_rule("gp", REGISTERED, STAFF_SUPPLY, session, known_by=BEFORE_THE_BRIEF)
    now = vat_rule("gp", REGISTERED, STAFF_SUPPLY, session)
    assert (then.category, then.rate) == ("S", Decimal("0.20"))
    assert (now.category, now.rate) == ("E", 0)


def test_refunds_go_back_four_years_and_no_further():
    """A supply before 15 December 2021 stays as it was."""
    assert vat_rule("gp", REGISTERED, STAFF_SUPPLY, date(2021, 12, 14)).category == "S"
    assert vat_rule("gp", REGISTERED, STAFF_SUPPLY, date(2021, 12, 15)).category == "E"


def test_item_5_does_not_name_other_professions():
    """A pharmacist from the host is staff; a nurse falls under a concession that is unconfirmed for hosts."""
    pharmacist = vat_rule("pharmacist", REGISTERED, STAFF_SUPPLY, MAY)
    nurse = vat_rule("nurse", REGISTERED, STAFF_SUPPLY, MAY)
    assert (pharmacist.category, pharmacist.rate) == ("S", Decimal("0.20"))
    assert nurse.category == "E"
    assert not nurse.confirmed
    assert "Item 5" not in nurse.reason_text


def test_the_platform_fee_carries_vat():
    """A booking service is not health care: £20.00 net is £4.00 of VAT."""
    rule = vat_rule("gp", REGISTERED, "platform_fee", MAY)
    assert (rule.category, rule.reason_text, rule.reason_code) == ("S", "", "")
    assert rule.vat_on(Money(2000)) == Money(400)


@pytest.mark.parametrize("kind", ["mileage", "cancellation"])
@pytest.mark.parametrize(("role", "main"), [("gp", "session"), ("gp", STAFF_SUPPLY), ("pharmacist", STAFF_SUPPLY)])
def test_mileage_and_cancellation_follow_what_was_supplied(kind, role, main):
    """The pharmacist's miles are taxed as the pharmacist is; the GP's are exempt."""
    rule, leading = vat_rule(role, REGISTERED, kind, MAY, main=main), vat_rule(role, REGISTERED, main, MAY)
    assert (rule.category, rule.rate, rule.reason_text) == (leading.category, leading.rate, leading.reason_text)


def test_an_unconfirmed_treatment_stays_visible_when_it_follows_a_confirmed_one():
    """A GP's own session is certain, the treatment of its cancellation charge is not."""
    assert vat_rule("gp", REGISTERED, "session", MAY).confirmed
    assert not vat_rule("gp", REGISTERED, "cancellation", MAY).confirmed


def test_statutory_interest_is_no_supply():
    """Damages are outside the scope even for a registered seller."""
    assert vat_rule("gp", REGISTERED, "late_payment", MAY).category == "O"


@pytest.mark.parametrize(
    ("charge", "supply"),
    [
        ("session", "session"),
        ("extra_time", "session"),
        ("extra_visits", "session"),
        ("adjustment", "session"),
        ("employer_pension", "session"),
        ("mileage", "mileage"),
        ("platform_fee", "platform_fee"),
    ],
)
def test_each_kind_of_charge_is_some_supply(charge, supply):
    """What is not named apart belongs to the session."""
    assert supply_of(charge, "session") == supply


def test_every_role_status_and_kind_has_a_rule():
    """Whatever is sold today can be billed today."""
    for role, status, kind in product(PROFESSIONS, (REGISTERED, UNREGISTERED), KINDS):
        assert vat_rule(role, status, kind, MAY).category in "OES"


def test_rows_say_what_documents_need():
    """E and O carry a reason, S carries a rate (EN 16931 rules BR-E-10, BR-O-10, BR-S-05)."""
    for row in dated.table("vat_rules"):
        if row["category"] in "EO":
            assert row["reason_text"]
            assert row["reason_code"]
            assert row["rate"] == "0"
        if row["category"] == "S":
            assert Decimal(row["rate"]) > 0


def test_nothing_is_invoiced_on_a_guess():
    """Before the table begins there is no rule."""
    with pytest.raises(LookupError, match="no rule for platform_fee by a seller who is registered, on 1 May 1990"):
        vat_rule("gp", REGISTERED, "platform_fee", date(1990, 5, 1))
