"""The employer's pension contribution on an invoice: one line, worked out once for the whole document (domain 5.2).

It comes on top of the fee, is never part of it, and goes back with it when the fee is credited.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from pool import formats
from pool.models.charge import Charge
from pool.models.invoice import Invoice, InvoiceLine
from pool.money import Money, total
from pool.rules import pension
from pool.rules.fees import Line

EMPLOYER_PENSION = "employer_pension"


def contribution_for(charges: Sequence[Charge], *, on: date) -> Line | None:
    """The line for these charges at the rate of a day; None when none of them is pensioned by forms A and B."""
    fee = total([charge.amount for charge in charges if is_pensioned(charge)])
    row = pension.employer_rate(on)
    rate = row.decimal("practice_part")
    amounts = pension.form_a_amounts(fee, rate)
    if not amounts.employer.pence:
        return None
    unsure = "" if row.confirmed else f"; unconfirmed, owner: {row['owner']}"
    words = (
        f"{fee} × {pension.percent(pension.LOCUM_SHARE)} = {amounts.pensionable};"
        f" {pension.employer_working(amounts.pensionable, rate)} (pension rates, from {formats.full_day(row.since)}{unsure})"
    )
    said = f"NHS Pension employer contribution ({pension.percent(rate)} of {amounts.pensionable})"
    return Line(EMPLOYER_PENSION, said, amounts.employer, words, pensionable=False)


def is_pensioned(charge: Charge | None) -> bool:
    """Pay for NHS work that the clinician chose to pension when they accepted it (domain 5.1)."""
    return charge is not None and charge.pensionable and charge.booking is not None and charge.booking.pension_intent


def contribution_line(invoice: Invoice) -> InvoiceLine | None:
    """The line of an issued invoice, if it has one."""
    return next((line for line in invoice.lines if line.kind == EMPLOYER_PENSION), None)


def contribution_left(invoice: Invoice, fee_left: Money) -> Money:
    """The contribution on what is left of the fee after a credit, at the rate of the day of the invoice."""
    rate: Decimal = pension.practice_rate(invoice.issued_on) if invoice.issued_on else Decimal(0)
    return pension.form_a_amounts(fee_left, rate).employer
