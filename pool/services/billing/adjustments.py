"""Adjustments: proposed by night where a figure was changed for days that are billed, decided by a manager.

Nothing is edited. Accepted, more money becomes a charge of its own on a supplementary invoice, less money a request for a
credit note that another person approves; what concerns pension forms only is settled on the next form (domain 6.7).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from pool import clock
from pool.errors import Conflict, Invalid, NotFound
from pool.events import AdjustmentAccepted, AdjustmentDismissed, AdjustmentProposed, AdjustmentsLookedFor
from pool.lifecycle import ADJUSTMENT, advance
from pool.models.adjustment import AdjustmentProposal
from pool.models.audit import AuditEntry
from pool.models.charge import Charge
from pool.models.form_a import FormA
from pool.models.invoice import InvoiceLine
from pool.money import Money, total
from pool.services.billing import charges, credit_notes, invoice_preview, retroactive
from pool.services.billing.invoice_preview import BillAhead
from pool.services.billing.retroactive import FORM_A, FORM_B, Difference
from pool.unit_of_work import UnitOfWork

NOTHING = Money(0)
ON_CHARGES = (
    "Credit the invoice and bill it again: the contribution is then worked out with the rate that is known now."
)


def look_since(work: UnitOfWork, night: datetime) -> int:
    """Propose what is new unless that was done since; says how many."""
    done = select(AuditEntry.id).where(AuditEntry.name == AdjustmentsLookedFor.__name__, AuditEntry.at >= night)
    return 0 if work.first(done) is not None else look(work)


def look(work: UnitOfWork) -> int:
    """Compare what was billed and signed with what is known now; says how many adjustments are proposed. Asked again, none."""
    known = list(work.all(select(AdjustmentProposal)))
    fresh = [
        row
        for difference in retroactive.differences(work, clock.london_date(work.now))
        if (row := proposal(work, difference, known))
    ]
    for row in fresh:
        work.add(row)
        work.record(AdjustmentProposed(row.id, row.practice_id), pool_id=row.pool_id)
    pool_id = work.pool_id
    work.record(AdjustmentsLookedFor(pool_id, len(fresh)), pool_id=pool_id)
    return len(fresh)


def proposal(work: UnitOfWork, difference: Difference, known: list[AdjustmentProposal]) -> AdjustmentProposal | None:
    """A proposal for a difference; None when one is open, the manager has dismissed this very one, or it is made up for."""
    mine = [row for row in known if row.subject_id == difference.subject_id]
    old = difference.old + total([row.difference for row in mine if row.state == "accepted"])
    key = f"{difference.subject}:{difference.subject_id}:{difference.table}:{difference.recorded_on}:{difference.new.pence}"
    if old == difference.new or any(row.state == "proposed" or row.source_key == key for row in mine):
        return None
    row = AdjustmentProposal(
        pool_id=work.pool_id,
        practice_id=difference.practice_id,
        clinician_id=difference.clinician_id,
        state=ADJUSTMENT.initial,
        subject=difference.subject,
        subject_id=difference.subject_id,
        figure_table=difference.table,
        used=difference.used,
        now_known=difference.now_known,
        old_amount=old,
        new_amount=difference.new,
        recorded_on=difference.recorded_on,
        proposed_at=work.now,
        source_key=key,
    )
    known.append(row)
    return row


def accept(work: UnitOfWork, adjustment_id: UUID) -> AdjustmentProposal:
    """Make up for the difference: a charge, a request for a credit note, or a line on the next pension form.

    Raises WrongState when it was decided already, Conflict where a credit note has to be asked for by hand.
    """
    row = decided(work, adjustment_id, "accept")
    if row.subject != FORM_B:
        if row.difference > NOTHING:
            row.charge_id = charge_for(work, row).id
        else:
            row.credit_request_id = credit_for(work, row)
    work.record(AdjustmentAccepted(row.id, row.practice_id), pool_id=row.pool_id)
    return row


def dismiss(work: UnitOfWork, adjustment_id: UUID, reason: str) -> AdjustmentProposal:
    """Leave it as it was billed, and say why. Raises Invalid without a reason, WrongState when it was decided already."""
    if not reason.strip():
        raise Invalid("Say why it stays as it is.", {"reason": ["Say why it stays as it is"]})
    row = decided(work, adjustment_id, "dismiss")
    row.reason = reason.strip()
    work.record(AdjustmentDismissed(row.id, row.practice_id, row.reason), pool_id=row.pool_id)
    return row


def decided(work: UnitOfWork, adjustment_id: UUID, verb: str) -> AdjustmentProposal:
    """The proposal, held and moved on, with who decided."""
    row = work.get(AdjustmentProposal, adjustment_id, lock=True)
    advance(ADJUSTMENT, row, verb)
    row.decided_at, row.decided_by_id = work.now, work.actor.person_id
    return row


def charge_for(work: UnitOfWork, row: AdjustmentProposal) -> Charge:
    """What is still owed, as a charge of the same seller, booking and day; the invoice follows by itself."""
    charge = drafted_charge(work, row)
    work.add(charge)
    work.store.flush()
    return charges.approve(work, charge)


def drafted_charge(work: UnitOfWork, row: AdjustmentProposal) -> Charge:
    """That charge, written nowhere yet."""
    before = first_charge(work, row)
    return before.another(
        kind="adjustment",
        description=f"Adjustment: {before.description}",
        amount=row.difference,
        working=working(row),
        source_key=f"adjustment:{row.id}",
        claimed_at=work.now,
    )


def bill_of(work: UnitOfWork, row: AdjustmentProposal) -> BillAhead:
    """The supplementary invoice that follows when it is accepted now; nothing where no invoice changes or what it
    is about is out of sight."""
    owed = row.state == ADJUSTMENT.initial and row.subject != FORM_B and row.difference > NOTHING
    try:
        return invoice_preview.of_charges(work, [drafted_charge(work, row)] if owed else [])
    except NotFound:
        return invoice_preview.of_charges(work, [])


def first_charge(work: UnitOfWork, row: AdjustmentProposal) -> Charge:
    """The charge it is about; for a Form A the first one of its invoice."""
    if row.subject != FORM_A:
        return work.get(Charge, row.subject_id)
    lines = work.get(FormA, row.subject_id).invoice.lines
    return next(line.charge for line in lines if line.charge is not None)


def credit_for(work: UnitOfWork, row: AdjustmentProposal) -> UUID:
    """What was too much, as a request for a credit note; another person approves it."""
    if row.subject == FORM_A:
        raise Conflict(ON_CHARGES)
    line = work.one(
        select(InvoiceLine).where(InvoiceLine.charge_id == row.subject_id, InvoiceLine.credits_id.is_(None))
    )
    request = credit_notes.ask(work, line.invoice_id, working(row), {line.id: -row.difference})
    work.store.flush()
    return request.id


def working(row: AdjustmentProposal) -> str:
    """Both workings, the table and the day it became known."""
    known = f"{row.figure_table.replace('_', ' ')} recorded {row.recorded_on:%-d %B %Y}"
    return f"Billed: {row.used}. With {known}: {row.now_known}. Difference {row.difference}"


def listed(work: UnitOfWork) -> Sequence[AdjustmentProposal]:
    """Every proposal, open ones first, then the newest."""
    is_open = AdjustmentProposal.state == ADJUSTMENT.initial
    return work.all(select(AdjustmentProposal).order_by(is_open.desc(), AdjustmentProposal.proposed_at.desc()))
