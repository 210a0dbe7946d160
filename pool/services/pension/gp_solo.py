"""GP SOLO: out-of-hours and enhanced-access work of self-employed GPs, month by month, for the organisation that
engages them (domain 5.5). It is pensioned at the whole fee; the organisation deducts and pays, we export rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, select

from pool import clock
from pool.documents.csv_file import Cell
from pool.events import SoloFormDue
from pool.models.audit import AuditEntry
from pool.models.booking import Booking
from pool.models.charge import Charge
from pool.models.clinician import Clinician
from pool.money import Money, total
from pool.rules import pension
from pool.rules.fees import financial_year
from pool.rules.pension_tiers import chosen
from pool.rules.settlement import SOLO
from pool.services.pension import pension_profiles
from pool.unit_of_work import UnitOfWork

WORKED = ("confirmed", "invoiced", "paid")
PAY = ("agreed", "billed")
APRIL = 4
COLUMNS = (
    "Organisation",
    "Month",
    "GP",
    "GMC number",
    "First day",
    "Last day",
    "Sessions",
    "Pay",
    "Pensionable pay",
    "Employer rate %",
    "Employer contribution",
    "Tier",
    "Member contribution",
    "Rates confirmed",
)


@dataclass(frozen=True)
class SoloRow:
    """What one organisation reports for one GP and month. `member` is None while the GP has not chosen a tier."""

    organisation: str
    clinician: Clinician
    month: date
    first_day: date
    last_day: date
    sessions: int
    pay: Money
    pensionable: Money
    employer_rate: Decimal
    employer: Money
    tier: str
    member: Money | None
    confirmed: bool


def rows(work: UnitOfWork, month: date) -> list[SoloRow]:
    """The rows of a month of work, by organisation and GP; only hours that are confirmed count."""
    within = (Booking.pension_route == SOLO, Booking.state.in_(WORKED))
    started = (Booking.starts_at >= instant_of(month), Booking.starts_at < instant_of(pension.next_month(month)))
    groups: dict[tuple[str, UUID], list[Booking]] = {}
    for booking in work.all(select(Booking).where(*within, *started).order_by(Booking.starts_at)):
        groups.setdefault((booking.terms.engaging_org, booking.clinician_id), []).append(booking)
    found = [row(work, organisation, month, bookings) for (organisation, _), bookings in groups.items()]
    return sorted(found, key=lambda item: (item.organisation, item.clinician.name))


def instant_of(month: date) -> datetime:
    """Midnight in London at the start of a month."""
    return clock.instant(month, time())


def row(work: UnitOfWork, organisation: str, month: date, bookings: Sequence[Booking]) -> SoloRow:
    """One GP's month at one organisation; each amount is rounded once, on the sum."""
    clinician = bookings[0].clinician
    rate = pension.employer_rate(month)
    share = rate.decimal("practice_part")
    pay = pay_of(work, bookings)
    amounts = pension.solo_amounts(pay, share)
    choice = pension_profiles.tier_of(work, clinician.id, financial_year(month))
    tier = chosen(choice.tier, month) if choice else None
    days = [booking.on for booking in bookings]
    return SoloRow(
        organisation,
        clinician,
        month,
        min(days),
        max(days),
        len(bookings),
        pay,
        amounts.pensionable,
        share,
        amounts.employer,
        tier.number if tier else "",
        amounts.pensionable.times(tier.rate) if tier else None,
        confirmed=rate.confirmed and (tier is None or tier.confirmed),
    )


def pay_of(work: UnitOfWork, bookings: Sequence[Booking]) -> Money:
    """What was agreed for the work itself; expenses are not pay."""
    ids = [booking.id for booking in bookings]
    charges = select(Charge).where(Charge.booking_id.in_(ids), Charge.pensionable, Charge.state.in_(PAY))
    return total([charge.amount for charge in work.all(charges)])


def cells(row: SoloRow) -> list[Cell]:
    """A row in the order of COLUMNS."""
    return [
        row.organisation,
        f"{row.month:%Y-%m}",
        row.clinician.name,
        row.clinician.registration_number,
        row.first_day,
        row.last_day,
        row.sessions,
        row.pay,
        row.pensionable,
        row.employer_rate * 100,
        row.employer,
        row.tier,
        row.member,
        "yes" if row.confirmed else "no",
    ]


def remind_of_year(work: UnitOfWork) -> int:
    """In April, tell each GP with SOLO work in the year that ended about the annual form, once; says how many."""
    today = clock.london_date(work.now)
    if today.month != APRIL:
        return 0
    year = today.year - 1
    told = exists().where(
        AuditEntry.name == SoloFormDue.__name__,
        AuditEntry.subject_id == Booking.clinician_id,
        AuditEntry.data["year"].as_integer() == year,
    )
    started = (
        Booking.starts_at >= instant_of(date(year, APRIL, 1)),
        Booking.starts_at < instant_of(date(year + 1, APRIL, 1)),
    )
    worked = (Booking.pension_route == SOLO, Booking.state.in_(WORKED), *started, ~told)
    clinicians = work.store.execute(select(Booking.pool_id, Booking.clinician_id).where(*worked).distinct()).all()
    for pool_id, clinician_id in clinicians:
        work.record(SoloFormDue(clinician_id, year), pool_id=pool_id)
    return len(clinicians)
