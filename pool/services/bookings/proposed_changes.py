"""Other terms for a booking that has not started: one side proposes, nothing changes before the other side accepts.

The practice (or the pool's manager for it) is one side, the clinician the other. There is one open proposal a booking. Rows
are locked as everywhere: person, sessions, booking, proposal; so an acceptance and a cancellation that meet end in one truth.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pool.errors import AlreadyBooked, Conflict, Invalid, NotAllowed, StaleForm, WrongState
from pool.events import ChangeAccepted, ChangeDeclined, ChangeLapsed, ChangeProposed, ChangeWithdrawn, Event
from pool.lifecycle import CHANGE, advance
from pool.models.booking import ONE_PLACE_AT_A_TIME, Booking
from pool.models.clinician import Clinician
from pool.models.pool import Pool
from pool.models.session import DETAILS, PracticeSession
from pool.models.terms_change import TermsChange
from pool.permissions import CLINICIAN, PRACTICE
from pool.rules.rule_words import MAY_BE_ASKED, WAIVED_BY_YES, Refusal, to_clinician, to_manager_with_way_out
from pool.services.bookings import clashing_offers, offers, session_drafts
from pool.services.bookings.clashing_offers import Times
from pool.services.bookings.making_terms import changed_terms
from pool.services.eligibility import session_rules
from pool.tenancy import for_everybody
from pool.unit_of_work import UnitOfWork

PROPOSED = ("on", "kind", "starts", "ends", "fee", "plan", "notes")
"""Columns of the session that a proposal may change."""

AS_BEFORE = (*(name for name in DETAILS if name not in PROPOSED), "label")
STANDS = "The booking stands as it was."
TWIN = "uq_practice_session_twin"
REFUSED = {
    ONE_PLACE_AT_A_TIME: f"The clinician is booked for something else at those times. {STANDS}",
    TWIN: f"The practice has posted another session for exactly that time. {STANDS} Try again.",
}


def propose(work: UnitOfWork, booking_id: UUID, seen: str, details: Mapping[str, Any]) -> TermsChange:
    """Propose other terms to the other side: `details` holds the columns in PROPOSED, `seen` is the check code of the terms
    that the page showed.

    Raises Invalid for details that cannot be used or change nothing, StaleForm when the terms are others by now, Conflict
    when the booking is over or cancelled, a proposal is open already, or the clinician cannot work then.
    """
    booking = held_booking(work, booking_id)
    refuse_over(work, booking)
    if booking.terms_hash != seen:
        raise StaleForm("The terms of this booking changed after you opened the page. Look at them and try again.")
    if open_change(work, booking.id) is not None:
        raise Conflict("A change of this booking is proposed already. It must be answered or taken back first.")
    draft = drafted(booking, details)
    session_drafts.refuse_incomplete(work, draft)
    refuse_other_engagement(booking, draft.on)
    change = written(work, booking, draft, details["kind"])
    if work.actor.party != PRACTICE:
        try_out(work, booking, change)
    work.add(change)
    work.record(ChangeProposed(change.id, booking.id, change.proposed_by), pool_id=booking.pool_id)
    return change


def drafted(booking: Booking, details: Mapping[str, Any]) -> PracticeSession:
    """The session as it is proposed; never written. Raises Invalid for a time that the clock change skips."""
    kept = {name: getattr(booking.session, name) for name in AS_BEFORE}
    return session_drafts.new_session(
        booking.session.practice, details["on"], kept | {name: details[name] for name in PROPOSED if name != "on"}
    )


def written(work: UnitOfWork, booking: Booking, draft: PracticeSession, kind: str) -> TermsChange:
    """The proposal with the terms of before and after. Raises Invalid when nothing is different."""
    after = changed_terms(booking.terms, draft, booking.clinician, work.get(Pool, booking.pool_id))
    if after == booking.terms:
        raise Invalid("Nothing is different from what is agreed. Change at least one thing, or go back.")
    return TermsChange(
        pool_id=booking.pool_id,
        practice_id=booking.practice_id,
        clinician_id=booking.clinician_id,
        booking_id=booking.id,
        booking=booking,
        state=CHANGE.initial,
        kind=kind,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        before=booking.terms,
        before_hash=booking.terms_hash,
        after=after,
        after_hash=after.check_code,
        proposed_at=work.now,
        proposed_by=work.actor.party,
        proposed_by_id=work.actor.person_id,
        lapses_at=min(booking.starts_at, draft.starts_at),
    )


def try_out(work: UnitOfWork, booking: Booking, change: TermsChange) -> None:
    """Whoever may know why hears at once what stands in the way; a practice may not: it learns the clinician's answer."""
    attempt = work.store.begin_nested()
    try:
        move_session(work, booking, change)
        refuse_broken(work, booking, change)
    finally:
        attempt.rollback()


def accept(work: UnitOfWork, change_id: UUID) -> Booking:
    """The other side agrees: session and booking have the new terms from now on. Pressing twice is one answer.

    Raises NotAllowed for the side that proposed it, WrongState when it is closed, AlreadyBooked or Conflict when a rule
    stands against the clinician at the new times (as for an offer: own wishes of somebody who says yes themselves do not).
    """
    change = answering(work, change_id)
    offers.lock_person(work, change.booking.person_id)
    times = Times(change.booking.person_id, change.booking.session_id, change.starts_at, change.ends_at)
    clashing_offers.hold_sessions(work, times)
    booking, change = held(work, change)
    if change.state == "accepted":
        return booking
    refuse_over(work, booking)
    refuse_closed(work, change)
    close(work, change, "accept", ChangeAccepted(change.id, booking.id, work.actor.party))
    move_session(work, booking, change)
    refuse_broken(work, booking, change)
    put_in_force(work, booking, change)
    offers.close_as_booked(work, clashing_offers.hold_offers(work, times))
    return booking


def move_session(work: UnitOfWork, booking: Booking, change: TermsChange) -> None:
    """The session follows the terms; beside another one of the practice it gets a label of its own."""
    session, after = booking.session, change.after
    if session.kind != change.kind:
        session.label = ""
    session.kind, session.plan, session.notes, session.fee = (
        change.kind,
        after.plan,
        after.notes,
        after.fee,
    )
    session.on, session.starts, session.ends = change.on, change.starts, change.ends
    session.starts_at, session.ends_at = change.starts_at, change.ends_at
    with work.store.no_autoflush:
        session_drafts.number_labels([session], session_drafts.twins_of(work, session))
    flush(work)


def put_in_force(work: UnitOfWork, booking: Booking, change: TermsChange) -> None:
    """The new terms take the place of the old ones, which stay in the proposal; PostgreSQL checks that it was accepted."""
    terms = change.after
    booking.terms, booking.terms_hash, booking.fee = terms, change.after_hash, terms.fee
    booking.starts_at, booking.ends_at, booking.changed_at = change.starts_at, change.ends_at, change.closed_at
    booking.pension_cost = terms.pension.practice_pays
    flush(work)


def flush(work: UnitOfWork) -> None:
    """Write now, so that PostgreSQL has the last word; its refusal becomes a sentence."""
    try:
        work.store.flush()
    except IntegrityError as refused:
        name = getattr(getattr(refused.orig, "diag", None), "constraint_name", "")
        if name not in REFUSED:
            raise
        raise (AlreadyBooked if name == ONE_PLACE_AT_A_TIME else Conflict)(REFUSED[name]) from refused


def refuse_broken(work: UnitOfWork, booking: Booking, change: TermsChange) -> None:
    """Every hard rule at the new times, from all rows: a practice that accepts does not see the person's other work."""
    clinician = booking.clinician
    with for_everybody(work.store):
        against = session_rules.against(work, booking.session, clinician, waived=waived(booking, change))
    if against:
        raise refusal(work, clinician, against)
    refuse_other_engagement(booking, change.on)


def refuse_other_engagement(booking: Booking, on: date) -> None:
    """The terms were made for one way of being engaged: it decides who bills whom (domain 4.1)."""
    engagement = booking.clinician.engagement_on(on)
    if engagement is None or engagement.type != booking.engagement_type:
        raise Conflict(
            f"{booking.clinician.name} is not engaged in the same way on that day. Cancel and book again instead."
        )


def waived(booking: Booking, change: TermsChange) -> frozenset[str]:
    """Own wishes, as when an offer is accepted; own limits too when the clinician asks for it, or was asked beyond them."""
    asked_for = booking.offer.asked_for or change.proposed_by == CLINICIAN
    return WAIVED_BY_YES | (MAY_BE_ASKED if asked_for else frozenset(booking.offer.over_limits))


def refusal(work: UnitOfWork, clinician: Clinician, against: Sequence[Refusal]) -> Conflict:
    """The clinician and the pool's manager hear the rule; a practice only that it cannot be: the rest is not its business."""
    party = work.actor.party
    kind = AlreadyBooked if any(refusal.code == "overlap" for refusal in against) else Conflict
    if party == CLINICIAN:
        return kind(f"You cannot work then. {to_clinician(against[0])} {STANDS}")
    why = f" {to_manager_with_way_out(against[0])}" if party != PRACTICE else ""
    return kind(f"{clinician.name} cannot work then.{why} {STANDS}")


def decline(work: UnitOfWork, change_id: UUID) -> Booking:
    """The other side says no; the booking stands as it was. Pressing twice is one answer."""
    booking, change = held(work, answering(work, change_id))
    if change.state != "declined":
        refuse_closed(work, change)
        close(work, change, "decline", ChangeDeclined(change.id, booking.id, work.actor.party))
    return booking


def withdraw(work: UnitOfWork, change_id: UUID) -> Booking:
    """The side that proposed it takes it back. Pressing twice takes it back once."""
    change = work.get(TermsChange, change_id)
    if not is_own(work, change):
        raise NotAllowed("Only the side that proposed it can take it back. You can decline it.")
    booking, change = held(work, change)
    if change.state != "withdrawn":
        refuse_closed(work, change)
        close(work, change, "withdraw", ChangeWithdrawn(change.id, booking.id, work.actor.party))
    return booking


def answering(work: UnitOfWork, change_id: UUID) -> TermsChange:
    """A proposal of the other side. Raises NotAllowed for one's own."""
    change = work.get(TermsChange, change_id)
    if is_own(work, change):
        raise NotAllowed("Your side proposed this change, so the other side answers it. You can take it back.")
    return change


def is_own(work: UnitOfWork, change: TermsChange) -> bool:
    """Did the actor's side propose it? The pool's manager speaks for the practice."""
    return (work.actor.party == CLINICIAN) == (change.proposed_by == CLINICIAN)


def held_booking(work: UnitOfWork, booking_id: UUID) -> Booking:
    """A booking, locked after its session as everywhere."""
    work.get(PracticeSession, work.get(Booking, booking_id).session_id, lock=True)
    return work.get(Booking, booking_id, lock=True)


def held(work: UnitOfWork, change: TermsChange) -> tuple[Booking, TermsChange]:
    """The booking and the proposal as they are now, locked."""
    return held_booking(work, change.booking_id), work.get(TermsChange, change.id, lock=True)


def refuse_over(work: UnitOfWork, booking: Booking) -> None:
    """Terms change only before the session starts, while the booking holds."""
    if booking.state == "cancelled":
        raise WrongState("This booking was cancelled, so its terms cannot change any more.")
    if booking.state != "accepted" or booking.starts_at <= work.now:
        raise WrongState(
            "The session has started, so its terms cannot change any more. Put what was different in the hours."
        )


def refuse_closed(work: UnitOfWork, change: TermsChange) -> None:
    """Say kindly why a proposal can no longer be answered or taken back."""
    if change.state == "proposed" and change.lapses_at > work.now:
        return
    closed = {"accepted": "accepted", "declined": "declined", "withdrawn": "taken back"}.get(change.state)
    raise WrongState(
        f"This proposed change was {closed} already." if closed else f"This proposed change has lapsed. {STANDS}"
    )


def close(work: UnitOfWork, change: TermsChange, verb: str, event: Event) -> None:
    """One answer, by whom and when, written before the booking follows."""
    advance(CHANGE, change, verb)
    change.closed_at = work.now
    if verb in ("accept", "decline"):
        change.answered_by, change.answered_by_id = work.actor.party, work.actor.person_id
    work.record(event, pool_id=change.pool_id)
    work.store.flush()


def lapse_of(work: UnitOfWork, booking: Booking) -> None:
    """The booking has ended: what was proposed for it is closed."""
    change = open_change(work, booking.id, lock=True)
    if change is not None:
        lapse(work, change)


def lapse_due(work: UnitOfWork) -> int:
    """Proposals that nobody answered before the session started; says how many."""
    due = select(TermsChange).where(TermsChange.state == "proposed", TermsChange.lapses_at <= work.now)
    found = work.all(due.with_for_update(of=TermsChange, skip_locked=True))
    for change in found:
        lapse(work, change)
    return len(found)


def lapse(work: UnitOfWork, change: TermsChange) -> None:
    """Close one without an answer."""
    close(work, change, "lapse", ChangeLapsed(change.id, change.booking_id))


def open_change(work: UnitOfWork, booking_id: UUID, *, lock: bool = False) -> TermsChange | None:
    """The proposal of a booking that nobody has answered."""
    asked = select(TermsChange).where(TermsChange.booking_id == booking_id, TermsChange.state == "proposed")
    return work.first(asked.with_for_update(of=TermsChange) if lock else asked)
