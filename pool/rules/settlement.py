"""Who sells a session, to whom, how the clinician is paid, and which pension route, VAT rule and holiday pay follow.

All of it follows from how the clinician is engaged (domain 4.1), the contract the session is worked under and
who engages the clinician (5.5). It is settled when a session is offered, frozen in the booking and never guessed again.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pool import dated
from pool.money import Money

PRACTICE, PROVIDER = "practice", "provider"
"""Who engages the clinician: the practice itself, or another organisation such as a network or an out-of-hours service."""

CLINICIAN, HOST = "clinician", "host"
INVOICE, PAYROLL_OF_HOST, PAYROLL_OF_CLIENT = "invoice", "host_payroll", "client_payroll"

LOCUM_AB, SOLO, NO_PENSION, PAYROLL = "locum_ab", "solo", "none", "payroll"
PENSION_ROUTES = {
    LOCUM_AB: "NHS Pension by GP locum forms A and B, if the clinician chooses",
    SOLO: "NHS Pension by GP SOLO form: the engaging organisation reports it, pensioned at 100%",
    NO_PENSION: "No NHS Pension through this session",
    PAYROLL: "NHS Pension through the host’s payroll",
}
"""Each route in words."""

PENSIONED_SHARE = {LOCUM_AB: Decimal("0.90"), SOLO: Decimal(1), NO_PENSION: Decimal(0), PAYROLL: Decimal(1)}
"""The share of the fee that is pensionable: exactly 90 % by forms A and B (5.2), all of it by SOLO (5.5)."""

SOLE_TRADER, LIMITED_COMPANY, BANK_WORKER, SALARIED = "sole_trader", "limited_company", "bank_worker", "salaried"
OUTSIDE, INSIDE = "outside", "inside"


@dataclass(frozen=True)
class Settlement:
    """The money side of one way to be engaged.

    `mode`: how its invoice is written (domain 6.3). `seller`: whose invoice it is. `paid_through`: how money
    reaches the clinician. `supply`: what is sold, for the VAT rule. `holiday`: which holiday pay accrues, if any.
    """

    mode: str
    seller: str
    paid_through: str
    supply: str
    holiday: str = ""


AGENT = Settlement("agent_for_supplier", CLINICIAN, INVOICE, "session")
DEEMED = Settlement("agent_for_supplier", CLINICIAN, PAYROLL_OF_CLIENT, "session")
RECHARGE = Settlement("recharge", HOST, PAYROLL_OF_HOST, "staff_supply", "irregular_hours")
STAFF = Settlement("recharge", HOST, PAYROLL_OF_HOST, "staff_supply")

SETTLEMENTS = {SOLE_TRADER: AGENT, LIMITED_COMPANY: AGENT, BANK_WORKER: RECHARGE, SALARIED: STAFF}
"""Engagement type to settlement; a company inside the off-payroll rules is `settled` apart."""


@dataclass(frozen=True)
class Engaged:
    """The facts a settlement depends on. `ir35` is the practice's decision about a company, "" for everybody else."""

    engagement_type: str
    profession: str
    context: str = "core"
    by: str = PRACTICE
    ir35: str = ""


def settled(engaged: Engaged) -> Settlement:
    """The settlement; a company inside the off-payroll rules is paid through the practice's payroll (domain 4.3).

    KeyError for an engagement type that is not known.
    """
    if engaged.engagement_type == LIMITED_COMPANY and engaged.ir35 == INSIDE:
        return DEEMED
    return SETTLEMENTS[engaged.engagement_type]


def engaged_by(context: str, engaging_org: str, practice: str) -> str:
    """Who engages: whoever the session names; when it names nobody, another provider for enhanced access and out of
    hours, because those contracts are not the practice's own (domain 2.5, 5.5)."""
    if engaging_org:
        return PRACTICE if _same(engaging_org, practice) else PROVIDER
    return PROVIDER if context in ("pcn_enhanced_access", "out_of_hours") else PRACTICE


def pension_route(engaged: Engaged) -> str:
    """Which way a session is pensioned, if at all (domain 5.1, 5.5).

    Employed people through payroll. A company never. Forms A and B are for a self-employed GP whom a practice engages
    itself; enhanced access or out of hours for another provider goes to SOLO, and so does all out-of-hours work.
    """
    if engaged.engagement_type in (BANK_WORKER, SALARIED):
        return PAYROLL
    if engaged.engagement_type != SOLE_TRADER or engaged.profession != "gp" or engaged.context == "private":
        return NO_PENSION
    if engaged.context == "out_of_hours":
        return SOLO
    if engaged.by == PRACTICE:
        return LOCUM_AB
    return SOLO if engaged.context == "pcn_enhanced_access" else NO_PENSION


def why_route(engaged: Engaged) -> str:
    """The reason for the route in one sentence."""
    if engaged.engagement_type in (BANK_WORKER, SALARIED):
        return "The host employs the clinician."
    if engaged.engagement_type == LIMITED_COMPANY:
        return "Work through a limited company cannot be pensioned by GP locum forms."
    if engaged.profession != "gp":
        return "GP locum and SOLO forms are for GPs only."
    return _why_of_gp(engaged)


def _why_of_gp(engaged: Engaged) -> str:
    reasons = {
        "private": "Private work is not NHS work.",
        "out_of_hours": "Out-of-hours work of a self-employed GP goes to SOLO, not to forms A and B.",
    }
    if engaged.context in reasons:
        return reasons[engaged.context]
    if engaged.by == PRACTICE:
        return "A practice engages a self-employed GP itself."
    if engaged.context == "pcn_enhanced_access":
        return "Enhanced access for a network or federation goes to SOLO, not to forms A and B."
    return "The clinician is not engaged by the practice itself, and forms A and B need that."


@dataclass(frozen=True)
class HolidayPay:
    """Rolled-up holiday pay: its own line on a payslip, never inside the fee."""

    amount: Money
    rate: Decimal
    working: str
    confirmed: bool


def holiday_pay(pay: Money, settlement: Settlement, *, on: date, known_by: date | None = None) -> HolidayPay | None:
    """12.07 % of the pay of somebody with irregular hours (domain 4.5); None where none accrues.

    Rounded half up once. LookupError when the table has no rate for the day.
    """
    if not settlement.holiday:
        return None
    found = dated.figure("holiday_pay", on=on, known_by=known_by, kind=settlement.holiday)
    rate = found.decimal("rate")
    amount = pay.times(rate)
    words = f"Holiday pay: {pay} × {percent(rate)} = {amount} (holiday pay table, rate from {found.since:%-d %B %Y})"
    return HolidayPay(amount, rate, words, found.confirmed)


def percent(rate: Decimal) -> str:
    """A share as a percentage: 0.1207 becomes "12.07%"."""
    return f"{(rate * 100).normalize():f}%"


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())
