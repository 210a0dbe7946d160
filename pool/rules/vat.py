"""Which VAT rule applies to what somebody sells: rows of data/vat_rules.csv, never an opinion in code (domain 6.4).

A seller who is not registered is outside VAT with everything (category O). A registered one is exempt with health care
(E, with the reason) and charges the standard rate on everything else (S). Categories are those of EN 16931 (6.8).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pool import dated
from pool.dated import Figure
from pool.money import Money

TABLE = "vat_rules"
UNREGISTERED, REGISTERED = "unregistered", "registered"
VAT_STATUSES = {UNREGISTERED: "Not registered for VAT", REGISTERED: "Registered for VAT"}

SESSION, STAFF_SUPPLY, PLATFORM_FEE = "session", "staff_supply", "platform_fee"
OUTSIDE_SCOPE, EXEMPT, STANDARD = "O", "E", "S"
FOLLOWS, ANY = "follows", "any"

OWN_SUPPLIES = ("mileage", "cancellation", "late_payment", "platform_fee")
"""Kinds of charge with rows of their own; every other kind is the session or the staff that was supplied."""


@dataclass(frozen=True)
class VatRule:
    """What a document says about VAT. `rate` is a fraction; text and code are empty at the standard rate."""

    category: str
    rate: Decimal
    reason_text: str
    reason_code: str
    legal_ref: str
    confirmed: bool
    owner: str
    since: date

    def vat_on(self, net: Money) -> Money:
        """The VAT on an amount, rounded half up once."""
        return net.times(self.rate)

    @property
    def working(self) -> str:
        """The rule in words, with the table and the day it began."""
        rate = f"{(self.rate * 100).normalize():f}%" if self.rate else "no VAT"
        unsure = "" if self.confirmed else f"; unconfirmed, ask {self.owner}"
        return (
            f"VAT category {self.category}, {rate}: {self.legal_ref} (VAT rules, from {self.since:%-d %B %Y}{unsure})"
        )


def vat_rule(
    role: str, seller_vat_status: str, supply_kind: str, on: date, known_by: date | None = None, main: str = SESSION
) -> VatRule:
    """The rule for one kind of supply on a day, as it was known on another.

    `main` is what mileage and cancellation charges belong to: `session` or `staff_supply`. LookupError when the table
    has no rule: nothing is invoiced on a guess.
    """
    found = _row(role, seller_vat_status, supply_kind, on, known_by)
    if found["category"] != FOLLOWS:
        return _rule(found, confirmed=found.confirmed)
    leading = _row(role, seller_vat_status, main, on, known_by)
    return _rule(leading, confirmed=found.confirmed and leading.confirmed)


def supply_of(charge_kind: str, main: str) -> str:
    """What a kind of charge is for VAT; extra time, visits, adjustments and employer pension belong to the session."""
    return charge_kind if charge_kind in OWN_SUPPLIES else main


def _rule(found: Figure, *, confirmed: bool) -> VatRule:
    return VatRule(
        found["category"],
        found.decimal("rate"),
        found["reason_text"],
        found["reason_code"],
        found["legal_ref"],
        confirmed,
        found["owner"],
        found.since,
    )


def _row(role: str, status: str, supply: str, on: date, known_by: date | None) -> Figure:
    """The most particular row: of the role before any role, of the supply before any supply."""
    for asked in ((supply, role), (supply, ANY), (ANY, ANY)):
        rows = [
            row
            for row in dated.table(TABLE)
            if (row["supply"], row["role"]) == asked and row["seller_status"] == status
        ]
        if dated.in_force(rows, on=on, known_by=known_by):
            return dated.figure(TABLE, on=on, known_by=known_by, seller_status=status, supply=asked[0], role=asked[1])
    raise LookupError(f"data/{TABLE}.csv has no rule for {supply} by a seller who is {status}, on {on:%-d %B %Y}.")
