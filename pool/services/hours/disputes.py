"""Disputes about an item of some hours: each side in turn, then the pool manager; the outcome is agreed or refused.

The undisputed part was billed when the item was queried (services/hours/queries.py). Whatever is agreed here is billed by a
supplementary invoice; documents that were issued never change (domain 6.6).
"""

from uuid import UUID

from sqlalchemy import select

from pool.errors import Invalid, NotAllowed, StaleForm
from pool.events import DisputeCountered, DisputeDecided, DisputeEscalated, DisputeSettled, TimesheetConfirmed
from pool.lifecycle import BOOKING, DISPUTE, OPEN_DISPUTE_STATES, TIMESHEET, advance
from pool.models.booking import Booking
from pool.models.charge import Charge
from pool.models.dispute import Dispute, DisputeRound
from pool.models.timesheet import Timesheet
from pool.money import Money
from pool.permissions import CLINICIAN, MANAGER, PRACTICE, SYSTEM
from pool.rules.claims import Proposal
from pool.services.billing import charges, invoice_state
from pool.services.hours import timesheets
from pool.services.hours.queries import answer_by, whole_item, write_round
from pool.unit_of_work import UnitOfWork

TURNS = {CLINICIAN: "with_clinician", PRACTICE: "with_practice"}
OTHER = {CLINICIAN: PRACTICE, PRACTICE: CLINICIAN}
SIDES = frozenset(OTHER)
IN_TURN = tuple(TURNS.values())


def accept(work: UnitOfWork, dispute_id: UUID, seen: int) -> Dispute:
    """Agree to what the other side asked last; possible for either side as long as nobody has decided.

    `seen` is the number of the last round on the page. Raises StaleForm when another one was written since.
    """
    dispute = answering(work, dispute_id, seen)
    party = own_side(work)
    advance(DISPUTE, dispute, "accept")
    write_round(work, dispute, party, "accept", "", due=standing(work, dispute, OTHER[party]))
    close(work, dispute, standing(work, dispute, OTHER[party]))
    work.record(DisputeSettled(dispute.id, party), pool_id=dispute.pool_id)
    return dispute


def counter(work: UnitOfWork, dispute_id: UUID, seen: int, proposal: Proposal, words: str) -> Dispute:
    """Propose another figure; the other side has the next word and a new clock. Raises Invalid."""
    dispute = answering(work, dispute_id, seen)
    party = own_turn(work, dispute)
    due = due_at(work, dispute, party, proposal)
    advance(DISPUTE, dispute, "counter")
    write_round(work, dispute, party, "counter", words, figure=proposal.figure, due=due)
    dispute.answer_by = answer_by(work, dispute.timesheet.booking)
    work.record(DisputeCountered(dispute.id, party), pool_id=dispute.pool_id)
    return dispute


def due_at(work: UnitOfWork, dispute: Dispute, party: str, proposal: Proposal) -> Money:
    """The part of the disputed amount that a proposal makes due; between what the other side said and the own side's end."""
    whole = whole_item(dispute.timesheet, dispute.kind, proposal.figure, proposal.amount)
    due, theirs = whole - dispute.agreed, standing(work, dispute, OTHER[party])
    fits = theirs < due <= dispute.disputed if party == CLINICIAN else Money(0) <= due < theirs
    if not fits:
        words = out_of_bounds(dispute, party, theirs)
        raise Invalid(f"{words}.", {"figure" if proposal.figure is not None else "amount": [words]})
    return due


def out_of_bounds(dispute: Dispute, party: str, theirs: Money) -> str:
    """Where a proposal must lie, for the whole item, and what to do when there is nothing left to propose."""
    edge = dispute.agreed + theirs
    if party == CLINICIAN:
        return f"Propose more than the practice’s {edge} and no more than the {dispute.claimed} you claimed, or accept"
    return f"Propose at least the {dispute.agreed} already agreed and less than the clinician’s {edge}, or accept"


def escalate(work: UnitOfWork, dispute_id: UUID, seen: int, words: str) -> Dispute:
    """The side whose turn it is asks the pool manager to decide."""
    dispute = answering(work, dispute_id, seen)
    return hand_over(work, dispute, own_turn(work, dispute), "escalate", words)


def hand_over(work: UnitOfWork, dispute: Dispute, party: str, act: str, words: str) -> Dispute:
    """From the sides to the manager, for good."""
    advance(DISPUTE, dispute, "escalate")
    write_round(work, dispute, party, act, words)
    dispute.escalated_at, dispute.answer_by = work.now, None
    work.record(DisputeEscalated(dispute.id, party), pool_id=dispute.pool_id)
    return dispute


def decide(work: UnitOfWork, dispute_id: UUID, seen: int, due: Money, words: str) -> Dispute:
    """The manager's decision: any part of the disputed amount, with reasons that both sides read. Raises Invalid."""
    dispute = answering(work, dispute_id, seen)
    if not words.strip():
        raise Invalid("Give your reasons: both sides read them.", {"words": ["Give your reasons"]})
    if not Money(0) <= due <= dispute.disputed:
        message = f"Enter an amount between {Money(0)} and {dispute.disputed}"
        raise Invalid(f"{message}.", {"due": [message]})
    advance(DISPUTE, dispute, "decide")
    write_round(work, dispute, MANAGER, "decide", words, due=due)
    close(work, dispute, due)
    work.record(DisputeDecided(dispute.id), pool_id=dispute.pool_id)
    return dispute


def pass_on_silent(work: UnitOfWork) -> int:
    """Disputes whose answer clock has run out go to the manager; says how many."""
    silent = select(Dispute.id).where(Dispute.state.in_(IN_TURN), Dispute.answer_by <= work.now)
    passed = [held(work, dispute_id) for dispute_id in work.all(silent.order_by(Dispute.id))]
    due = [
        dispute
        for dispute in passed
        if dispute.state in IN_TURN and dispute.answer_by and dispute.answer_by <= work.now
    ]
    for dispute in due:
        hand_over(work, dispute, SYSTEM, "lapse", "")
    return len(due)


def answering(work: UnitOfWork, dispute_id: UUID, seen: int) -> Dispute:
    """The dispute, held; StaleForm when somebody wrote a round after the page was opened."""
    dispute = held(work, dispute_id)
    if dispute.rounds_written != seen:
        raise StaleForm("Somebody answered after you opened this page.")
    return dispute


def held(work: UnitOfWork, dispute_id: UUID) -> Dispute:
    """A dispute with its hours and booking, locked in the order that every answer to hours uses."""
    timesheets.answering(work, work.get(Dispute, dispute_id).timesheet_id)
    return work.get(Dispute, dispute_id, lock=True)


def own_side(work: UnitOfWork) -> str:
    """The side of whoever acts. Raises NotAllowed for anybody else."""
    if work.actor.role not in SIDES:
        raise NotAllowed("Only the practice and the clinician of these hours can answer.")
    return work.actor.role


def own_turn(work: UnitOfWork, dispute: Dispute) -> str:
    """The side of whoever acts, when it is their turn. Raises StaleForm otherwise."""
    party = own_side(work)
    if dispute.state != TURNS[party]:
        raise StaleForm("It is not your turn in this dispute now.")
    return party


def standing(work: UnitOfWork, dispute: Dispute, party: str) -> Money:
    """The part of the disputed amount that a side finds due by its last round; before it spoke, nothing or all of it."""
    said = select(DisputeRound).where(
        DisputeRound.dispute_id == dispute.id, DisputeRound.party == party, DisputeRound.due.is_not(None)
    )
    last = work.first(said.order_by(DisputeRound.number.desc()))
    if last is not None and last.due is not None:
        return last.due
    return Money(0) if party == PRACTICE else dispute.disputed


def close(work: UnitOfWork, dispute: Dispute, awarded: Money) -> None:
    """The outcome becomes a charge that is billed, or one that is refused; the hours are done with their last dispute."""
    dispute.awarded, dispute.closed_at, dispute.answer_by = awarded, work.now, None
    charge = work.get(Charge, dispute.charge_id, lock=True)
    if awarded == Money(0):
        charges.refuse(work, charge)
    else:
        charges.agree(work, charge, awarded)
    finish(work, dispute)


def finish(work: UnitOfWork, dispute: Dispute) -> None:
    """When nothing about these hours is open any more, they count as confirmed."""
    open_ones = select(Dispute.id).where(
        Dispute.timesheet_id == dispute.timesheet_id, Dispute.state.in_(OPEN_DISPUTE_STATES)
    )
    work.store.flush()
    if work.first(open_ones) is not None:
        return
    timesheet = work.get(Timesheet, dispute.timesheet_id)
    booking = work.get(Booking, timesheet.booking_id)
    advance(TIMESHEET, timesheet, "settle")
    advance(BOOKING, booking, "settle")
    timesheet.confirmed_at, timesheet.confirmed_by_id = work.now, work.actor.person_id
    keep_pace(work, booking)
    work.record(TimesheetConfirmed(timesheet.id, booking.id), pool_id=booking.pool_id)


def keep_pace(work: UnitOfWork, booking: Booking) -> None:
    """The undisputed part was billed, perhaps even paid, meanwhile: with nothing left to bill the booking is as far."""
    states = {charge.state for charge in charges.of_booking(work, booking.id)}
    if "agreed" in states or "billed" not in states:
        return
    advance(BOOKING, booking, "invoice")
    if invoice_state.is_settled(work, booking.id):
        advance(BOOKING, booking, "pay")
