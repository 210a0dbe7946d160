"""The NHS Pension part of an offer, a booking or a session in words, for the clinician and for the practice."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pool import formats
from pool.money import Money
from pool.rules.pension import LOCUM_SHARE, percent
from pool.services.pension_terms import may_choose, said_in

UNCONFIRMED = "The rate is the last one published; nobody has confirmed it for this year yet."


def agreed(terms: Mapping[str, Any]) -> str:
    """What a booking says: chosen with its cost, not chosen, or no choice and why."""
    said = said_in(terms)
    if not may_choose(terms):
        return f"{said['words']}. {said['why']}" if "words" in said else ""
    if not said["intent"]:
        return "Not pensioned: the clinician chose so when accepting."
    return f"Pensioned by forms A and B. {on_top(said)} for the agreed hours."


def before(terms: Mapping[str, Any]) -> str:
    """What an offer says where there is no choice; nothing where the box to tick says it."""
    said = said_in(terms)
    return "" if may_choose(terms) or "words" not in said else f"{said['words']}. {said['why']}"


def on_top(said: Mapping[str, Any]) -> str:
    """The practice pays £46.20 on top of the fee (14.38% of 90% of it)."""
    share = f"{percent(Decimal(said['rate']))} of {percent(LOCUM_SHARE)} of it"
    return f"The practice pays {formats.money(said['cost_pence'])} on top of the fee ({share})"


def possible(cost: Mapping[str, Any] | None) -> str:
    """What a practice may have to reckon with before anybody is booked."""
    if cost is None:
        return ""
    amount, rate = Money(cost["cost_pence"]), percent(Decimal(cost["rate"]))
    words = f"Up to {amount} on top of the fee ({rate} of {percent(LOCUM_SHARE)} of it), if a self-employed GP chooses it."
    return words if cost["confirmed"] else f"{words} {UNCONFIRMED}"
