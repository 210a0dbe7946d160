"""A practice queries hours: what it agrees to is billed now, the rest of each queried item becomes a dispute.

The practice says why (a chip) and how much it agrees to, in the item's measure (minutes, visits, miles) or as an amount.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pool.catalogue import QUERY_REASONS
from pool.errors import Invalid
from pool.events import DisputeOpened, TimesheetQueried
from pool.lifecycle import BOOKING, DISPUTE, TIMESHEET, advance
from pool.models.booking import Booking
from pool.models.charge import Charge
from pool.models.dispute import Dispute, DisputeRound
from pool.models.timesheet import Timesheet
from pool.money import Money
from pool.permissions import PRACTICE
from pool.rules import answer_clock
from pool.rules.claims import MEASURES, MILEAGE, NAMES, Objection, item_at
from pool.services.billing import charges
from pool.services.hours import timesheets
from pool.unit_of_work import UnitOfWork

NOTHING_QUERIED = "Choose what is different in at least one item, or confirm the hours as they are"


def query(work: UnitOfWork, timesheet_id: UUID, objections: Mapping[str, Objection], words: str = "") -> list[Dispute]:
    """Answer hours with objections to some items, by kind; the other items are approved.

    Raises Invalid for figures that cannot be used, WrongState when the hours are answered already.
    """
    timesheet, booking = timesheets.answering(work, timesheet_id)
    advance(TIMESHEET, timesheet, "query")
    advance(BOOKING, booking, "query")
    claimed = {charge.kind: charge for charge in timesheets.claim(work, booking, timesheet)}
    if not objections or set(objections) - set(claimed):
        raise Invalid(f"{NOTHING_QUERIED}.")
    charges.approve_all(work, [charge for kind, charge in claimed.items() if kind not in objections])
    opened = [
        open_dispute(work, timesheet, claimed[kind], objection, words.strip())
        for kind, objection in in_order(objections)
    ]
    timesheet.queried_at, timesheet.query_reason = work.now, said(objections, words)
    work.record(TimesheetQueried(timesheet.id, booking.id, timesheet.query_reason), pool_id=booking.pool_id)
    return opened


def in_order(objections: Mapping[str, Objection]) -> list[tuple[str, Objection]]:
    """As the items stand on the page."""
    return [(kind, objections[kind]) for kind in NAMES if kind in objections]


def said(objections: Mapping[str, Objection], words: str) -> str:
    """Session: Left early. Mileage: Extra not agreed. And what was typed."""
    chips = [f"{NAMES[kind]}: {QUERY_REASONS[objection.reason]}." for kind, objection in in_order(objections)]
    return " ".join([*chips, words.strip()]).strip()


def open_dispute(work: UnitOfWork, timesheet: Timesheet, charge: Charge, objection: Objection, words: str) -> Dispute:
    """Split one item into what is agreed and what is not; the clinician has the next word."""
    claimed, agreed = charge.amount, agreed_part(timesheet, charge, objection)
    if agreed == Money(0):
        rest = charges.dispute(work, charge)
    else:
        reason = f"The practice says: {QUERY_REASONS[objection.reason].lower()}."
        _, rest = charges.split(work, charge, agreed_amount=agreed, reason=reason)
    dispute = Dispute(
        pool_id=timesheet.pool_id,
        practice_id=timesheet.practice_id,
        clinician_id=timesheet.clinician_id,
        timesheet_id=timesheet.id,
        charge_id=rest.id,
        kind=charge.kind,
        state=DISPUTE.initial,
        claimed=claimed,
        agreed=agreed,
        disputed=rest.amount,
        opened_at=work.now,
        answer_by=answer_by(work, timesheet.booking),
        rounds_written=0,
    )
    work.add(dispute)
    write_round(work, dispute, PRACTICE, "query", words, reason=objection.reason, figure=objection.figure, due=Money(0))
    work.record(DisputeOpened(dispute.id, timesheet.id), pool_id=timesheet.pool_id)
    return dispute


def agreed_part(timesheet: Timesheet, charge: Charge, objection: Objection) -> Money:
    """What the practice agrees to of one item. Raises Invalid unless it is less than what was claimed."""
    part = whole_item(timesheet, charge.kind, objection.figure, objection.amount, f"{charge.kind}_figure")
    if part >= charge.amount:
        words = f"That is not less than the {charge.amount} claimed. Enter less, or choose that you agree"
        raise unusable(words, f"{charge.kind}_{'amount' if objection.figure is None else 'figure'}")
    return part


def whole_item(
    timesheet: Timesheet, kind: str, figure: Decimal | None, amount: Money | None, field: str = "figure"
) -> Money:
    """What an item comes to at a figure, by the rules it was claimed under; or the amount that was typed. Raises Invalid."""
    if figure is None and amount is None:
        raise unusable(f"Enter the {MEASURES[kind]} that you find right, 0 for none, or an amount", field)
    if figure is None:
        return amount or Money(0)
    if kind != MILEAGE and figure != int(figure):
        raise unusable(f"Enter whole {MEASURES[kind]}", field)
    return item_at(kind, figure, timesheet.booking.terms, timesheet.worked).amount


def unusable(words: str, field: str) -> Invalid:
    """What is wrong with one box."""
    return Invalid(f"{words}.", {field: [words]})


def answer_by(work: UnitOfWork, booking: Booking) -> datetime:
    """Until when the other side may answer, by the working days in the terms."""
    return answer_clock.answer_by(work.now, booking.terms.dispute_days)


def write_round(
    work: UnitOfWork,
    dispute: Dispute,
    party: str,
    act: str,
    words: str,
    *,
    reason: str = "",
    figure: Decimal | None = None,
    due: Money | None = None,
) -> DisputeRound:
    """Keep what one side said; rounds are only ever added."""
    dispute.rounds_written += 1
    row = DisputeRound(
        pool_id=dispute.pool_id,
        practice_id=dispute.practice_id,
        clinician_id=dispute.clinician_id,
        dispute_id=dispute.id,
        number=dispute.rounds_written,
        at=work.now,
        party=party,
        person_id=work.actor.person_id,
        act=act,
        reason=reason,
        words=words.strip(),
        figure=figure,
        due=due,
    )
    work.add(row)
    return row
