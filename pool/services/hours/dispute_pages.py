"""What the pages of disputes show: whose turn it is, and for one dispute all the evidence on one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select

from pool.lifecycle import OPEN_DISPUTE_STATES
from pool.models.booking import Booking
from pool.models.charge import Charge
from pool.models.dispute import Dispute, DisputeRound
from pool.models.invoice import Invoice, InvoiceLine
from pool.models.timesheet import Timesheet
from pool.money import Money
from pool.permissions import CLINICIAN, MANAGER, PRACTICE
from pool.rules.fees import Line
from pool.services.billing import invoice_preview
from pool.services.billing.invoice_preview import BillAhead
from pool.services.hours import timesheets
from pool.services.hours.disputes import OTHER, SIDES, TURNS, standing
from pool.unit_of_work import UnitOfWork

MOST_CLOSED = 30
TURN_OF = {PRACTICE: "with_practice", CLINICIAN: "with_clinician", MANAGER: "with_manager"}


@dataclass(frozen=True)
class Case:
    """One dispute with its evidence, and what the reader may do. Money is of the disputed part unless it says whole.

    `ahead` is what accepting invoices, for a manager what the whole disputed amount would.
    `theirs` is what the other side asks for the whole item; `own_side` is empty for a manager.
    """

    dispute: Dispute
    item: Line | None
    items: Sequence[Line]
    rounds: Sequence[DisputeRound]
    invoices: Sequence[Invoice]
    own_side: str
    theirs: Money
    asked: Money
    offered: Money
    ahead: BillAhead

    @property
    def booking(self) -> Booking:
        """The booking of the disputed session, with what was agreed."""
        return self.timesheet.booking

    @property
    def timesheet(self) -> Timesheet:
        """The timesheet that was sent."""
        return self.dispute.timesheet

    @property
    def open(self) -> bool:
        """Is it not decided yet?"""
        return self.dispute.state in OPEN_DISPUTE_STATES

    @property
    def own_turn(self) -> bool:
        """Does everybody wait for the reader's side?"""
        return bool(self.own_side) and self.dispute.state == TURNS[self.own_side]


def open_disputes(work: UnitOfWork) -> Sequence[Dispute]:
    """Every dispute that is not over, the next clock first, those with the manager by when they came."""
    return work.all(
        with_booking()
        .where(Dispute.state.in_(OPEN_DISPUTE_STATES))
        .order_by(Dispute.answer_by.nulls_first(), Dispute.escalated_at, Dispute.opened_at, Dispute.id)
    )


def count_own_turn(work: UnitOfWork) -> int:
    """How many disputes wait for the reader: for their side, or for a manager's decision."""
    own = select(func.count(Dispute.id)).where(Dispute.state == TURN_OF.get(work.actor.role, ""))
    return work.store.scalar(own) or 0


def closed_disputes(work: UnitOfWork) -> Sequence[Dispute]:
    """The last ones that are over, newest first."""
    return work.all(
        with_booking()
        .where(Dispute.closed_at.is_not(None))
        .order_by(Dispute.closed_at.desc(), Dispute.id)
        .limit(MOST_CLOSED)
    )


def with_booking() -> Select[Dispute]:
    """Disputes; their hours and booking come along."""
    return select(Dispute).join(Timesheet, Dispute.timesheet_id == Timesheet.id)


def of_timesheet(work: UnitOfWork, timesheet_id: UUID) -> Sequence[Dispute]:
    """The disputes about some hours, in the order of their items."""
    return work.all(
        select(Dispute).where(Dispute.timesheet_id == timesheet_id).order_by(Dispute.opened_at, Dispute.kind)
    )


def case(work: UnitOfWork, dispute_id: UUID) -> Case:
    """Everything about one dispute. Raises NotFound."""
    dispute = work.get(Dispute, dispute_id)
    side = work.actor.role if work.actor.role in SIDES else ""
    items = timesheets.items(dispute.timesheet.booking, dispute.timesheet)
    asked, offered = standing(work, dispute, CLINICIAN), standing(work, dispute, PRACTICE)
    their_part = standing(work, dispute, OTHER[side]) if side else Money(0)
    return Case(
        dispute=dispute,
        item=next((item for item in items if item.kind == dispute.kind), None),
        items=items,
        rounds=work.all(
            select(DisputeRound).where(DisputeRound.dispute_id == dispute.id).order_by(DisputeRound.number)
        ),
        invoices=invoices_of(work, dispute),
        own_side=side,
        theirs=dispute.agreed + their_part,
        asked=asked,
        offered=offered,
        ahead=invoice_preview.of_part(work, dispute.charge, their_part if side else dispute.disputed),
    )


def invoices_of(work: UnitOfWork, dispute: Dispute) -> Sequence[Invoice]:
    """The invoices on which this item stands: the undisputed part, and the outcome once it is billed."""
    mine = select(Charge.id).where(Charge.timesheet_id == dispute.timesheet_id, Charge.kind == dispute.kind)
    lines = select(InvoiceLine.invoice_id).where(InvoiceLine.charge_id.in_(mine))
    return work.all(select(Invoice).where(Invoice.id.in_(lines), Invoice.number.is_not(None)).order_by(Invoice.number))
