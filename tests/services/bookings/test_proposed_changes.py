"""A booking changes only as one side proposed and the other accepted: all of it, in one step, or not a word."""

from dataclasses import replace
from datetime import time, timedelta
from threading import Thread

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from pool import clock
from pool.actor import Actor
from pool.errors import AlreadyBooked, Conflict, Invalid, NotAllowed, NotFound, StaleForm, WrongState
from pool.models.booking import Booking
from pool.models.charge import Charge
from pool.models.clinician import Clinician
from pool.models.person import Person
from pool.models.pool import Pool
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.models.terms_change import TermsChange
from pool.money import Money
from pool.rules.session_plan import SessionPlan
from pool.services.bookings import cancelling, proposed_changes, terms_differences
from pool.services.sessions import posting
from tests.builders import (
    a_booking,
    a_clinician,
    a_pool_manager,
    a_practice,
    a_practice_manager,
    a_session,
    actor_of,
    again,
    an_offer,
    next_week,
    read,
    working_as,
)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def booking(pool):
    """08:30 to 12:40, ten days ahead or more."""
    return a_booking(session=a_session(a_practice(pool)), clinician=a_clinician(pool))


@pytest.fixture
def desk(booking):
    """The practice."""
    return actor_of(a_practice_manager(read(Practice, booking.practice_id)))


@pytest.fixture
def clinician(booking):
    """Who is booked."""
    return actor_of(read(Person, booking.person_id))


@pytest.fixture
def manager(booking):
    """Of the pool."""
    return actor_of(a_pool_manager(booking.pool_id))


def asked_for(booking, **other):
    """The details of the form, as agreed but for these."""
    session = read(PracticeSession, booking.session_id)
    return {name: getattr(session, name) for name in proposed_changes.PROPOSED} | other


def session_of(booking) -> PracticeSession:
    """The session as it is now."""
    return read(PracticeSession, booking.session_id)


def proposed(by, booking, **other) -> TermsChange:
    """One side proposes."""
    with working_as(by) as work:
        change_id = proposed_changes.propose(
            work, booking.id, again(booking).terms_hash, asked_for(booking, **other)
        ).id
    return read(TermsChange, change_id)


def answer(by, how, change):
    """One side presses a button."""
    with working_as(by) as work:
        return how(work, change.id).id


SIDES = [("desk", "clinician"), ("manager", "clinician"), ("clinician", "desk"), ("clinician", "manager")]


@pytest.mark.parametrize(("one", "other"), SIDES)
def test_nothing_changes_before_the_other_side_accepts_and_then_everything(request, booking, one, other):
    """Booking, check code, session and former terms, whoever proposes."""
    one, other = request.getfixturevalue(one), request.getfixturevalue(other)
    change = proposed(one, booking, starts=time(9), ends=time(13), fee=Money(42000), notes="Use the back door.")
    before = again(booking)
    assert (before.terms, before.terms_hash, before.fee, before.starts_at) == (
        booking.terms,
        booking.terms_hash,
        booking.fee,
        booking.starts_at,
    )
    assert session_of(booking).starts == time(8, 30)
    answer(other, proposed_changes.accept, change)
    now, kept, session = again(booking), again(change), session_of(booking)
    assert (now.terms.starts, now.terms.ends, now.terms.fee, now.fee) == (time(9), time(13), Money(42000), Money(42000))
    assert (
        (now.starts_at, now.ends_at)
        == clock.span(booking.on, time(9), time(13))
        == (session.starts_at, session.ends_at)
    )
    assert now.terms_hash == now.terms.check_code != booking.terms_hash
    assert (session.starts, session.ends, session.fee, session.notes) == (
        time(9),
        time(13),
        Money(42000),
        "Use the back door.",
    )
    assert (kept.state, kept.before) == ("accepted", booking.terms)
    assert (kept.before_hash, kept.after_hash) == (booking.terms_hash, now.terms_hash)
    assert (kept.proposed_by, kept.proposed_by_id, kept.answered_by, kept.answered_by_id) == (
        one.party,
        one.person_id,
        other.party,
        other.person_id,
    )
    assert now.changed_at == kept.closed_at


def test_what_was_not_proposed_stays_as_agreed(booking, desk, clinician):
    """Also when the practice or the pool has changed its own facts meanwhile."""
    with working_as(desk) as work:
        work.get(Practice, booking.practice_id).arrival_notes = "Another door"
    answer(clinician, proposed_changes.accept, proposed(desk, booking, notes="New"))
    assert again(booking).terms == replace(booking.terms, notes="New")


def test_money_that_follows_from_the_fee_is_said_line_by_line(pool, desk, booking):
    """Holiday pay and pension come with the fee; every part of the terms that differs has its line."""
    bank_worker = a_clinician(pool, engagement="bank_worker")
    hired = a_booking(session=a_session(read(Practice, booking.practice_id)), clinician=bank_worker)
    plan = SessionPlan(appointments=10, minutes_each=20, visits=1)
    change = proposed(desk, hired, on=next_week(3), fee=Money(50000), plan=plan)
    before, after = change.before.to_json(), change.after.to_json()
    differs = {name for name in after if after[name] != before.get(name)}
    assert differs == {"on", "fee_pence", "plan", "settlement"}
    lines = {
        difference.name: (difference.old, difference.new)
        for difference in terms_differences.between(change.before, change.after)
    }
    assert set(lines) == {"When", "Appointments", "How", "Visits", "Fee", "How it is paid"}
    assert lines["Fee"] == ("£357.00", "£500.00")
    assert lines["Visits"] == ("nothing", "1 at most")


def test_the_pension_contribution_follows_the_fee(pool, desk, booking):
    """Whether it is pensioned stays as chosen; what the practice pays on top is worked out anew."""
    offer = an_offer(a_session(read(Practice, booking.practice_id), on=next_week(2)), a_clinician(pool))
    gp = actor_of(read(Person, offer.clinician.person_id))
    with working_as(gp) as work:
        from_offer = cancelling.offers.accept(work, offer.id, pension=True).id
    pensioned = read(Booking, from_offer)
    change = proposed(desk, pensioned, fee=Money(71400))
    answer(gp, proposed_changes.accept, change)
    now = again(pensioned)
    assert (now.pension_intent, now.pension_route) == (True, "locum_ab")
    assert now.pension_cost.pence == now.terms.pension.cost.amount.pence > pensioned.pension_cost.pence > 0
    assert "Employer’s pension contribution" in [
        difference.name for difference in terms_differences.between(change.before, change.after)
    ]


def test_declined_and_taken_back_change_nothing(booking, desk, clinician):
    """And another one can be proposed afterwards."""
    for by, how, state in (
        (clinician, proposed_changes.decline, "declined"),
        (desk, proposed_changes.withdraw, "withdrawn"),
    ):
        change = proposed(desk, booking, ends=time(13))
        answer(by, how, change)
        answer(by, how, change)
        assert again(change).state == state
        with pytest.raises(WrongState, match="already"):
            answer(clinician, proposed_changes.accept, change)
    assert again(booking).terms_hash == booking.terms_hash


def test_one_open_proposal_a_booking(booking, desk, clinician):
    """Whoever comes second is told."""
    proposed(desk, booking, ends=time(13))
    with pytest.raises(Conflict, match="proposed already"):
        proposed(clinician, booking, ends=time(14))


def test_nobody_answers_for_the_other_side(booking, desk, clinician, manager):
    """The pool's manager speaks for the practice, never for the clinician."""
    change = proposed(desk, booking, fee=Money(40000))
    for how in (proposed_changes.accept, proposed_changes.decline):
        for by in (desk, manager):
            with pytest.raises(NotAllowed):
                answer(by, how, change)
    with pytest.raises(NotAllowed):
        answer(clinician, proposed_changes.withdraw, change)
    stranger = actor_of(a_practice_manager(a_practice(read(Pool, booking.pool_id))))
    with pytest.raises(NotFound):
        answer(stranger, proposed_changes.accept, change)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (dict, "Nothing is different"),
        (lambda: {"ends": time(9)}, "plan adds up"),
        (lambda: {"fee": Money(0)}, "a fee"),
        (lambda: {"on": clock.today() - timedelta(days=1)}, "already started"),
    ],
    ids=["nothing", "an end before its start", "no fee", "yesterday"],
)
def test_what_cannot_be_is_not_proposed(booking, desk, other, words):
    """As when a session is posted."""
    with pytest.raises(Invalid, match=words):
        proposed(desk, booking, **other())


def test_a_page_that_is_out_of_date_proposes_nothing(booking, desk, clinician):
    """The terms have changed since it was opened."""
    answer(clinician, proposed_changes.accept, proposed(desk, booking, fee=Money(40000)))
    with pytest.raises(StaleForm), working_as(desk) as work:
        proposed_changes.propose(work, booking.id, booking.terms_hash, asked_for(booking, ends=time(13)))


def test_hard_rules_count_at_the_new_times(pool, booking, desk, clinician):
    """A session of another practice then: the practice does not read why, the booking stands."""
    taken = a_session(a_practice(pool), on=booking.on, kind="pm", starts=time(14), ends=time(17))
    a_booking(session=taken, clinician=read(Clinician, booking.clinician_id))
    change = proposed(desk, booking, kind="pm", starts=time(15), ends=time(18))
    with pytest.raises(AlreadyBooked, match="overlaps another session that you are booked for"):
        answer(clinician, proposed_changes.accept, change)
    assert (again(change).state, again(booking).terms_hash) == ("proposed", booking.terms_hash)
    assert session_of(booking).starts == time(8, 30)


def test_clinicians_hear_at_once_that_they_are_booked_then(pool, booking, clinician, manager):
    """So does the pool's manager; neither leaves a proposal that cannot be accepted."""
    taken = a_session(a_practice(pool), on=booking.on, kind="pm", starts=time(14), ends=time(17))
    a_booking(session=taken, clinician=read(Clinician, booking.clinician_id))
    for by in (clinician, manager):
        with pytest.raises(AlreadyBooked):
            proposed(by, booking, kind="pm", starts=time(15), ends=time(18))
    assert session_of(booking).starts == time(8, 30)


def test_the_practice_that_accepts_is_refused_without_the_reason(pool, booking, desk, clinician):
    """The clinician has taken something else since; where and what is not the practice's business."""
    change = proposed(clinician, booking, kind="pm", starts=time(15), ends=time(18))
    taken = a_session(a_practice(pool), on=booking.on, kind="pm", starts=time(14), ends=time(17))
    a_booking(session=taken, clinician=read(Clinician, booking.clinician_id))
    with pytest.raises(Conflict) as refused:
        answer(desk, proposed_changes.accept, change)
    assert str(refused.value) == f"{booking.clinician.name} cannot work then. The booking stands as it was."


def test_rest_between_two_days_counts(pool):
    """Bank workers rest eleven hours; their own yes cannot mend it."""
    practice, hired = a_practice(pool), a_clinician(pool, engagement="bank_worker")
    a_booking(
        session=a_session(practice, on=next_week(1), kind="pm", starts=time(14), ends=time(22, 30)), clinician=hired
    )
    booking = a_booking(session=a_session(practice, on=next_week(2), starts=time(10), ends=time(14)), clinician=hired)
    desk = actor_of(a_practice_manager(practice))
    change = proposed(desk, booking, starts=time(8, 30), ends=time(12, 40))
    with pytest.raises(Conflict, match="cannot work then"):
        answer(actor_of(read(Person, booking.person_id)), proposed_changes.accept, change)


def test_own_hours_do_not_stand_in_the_way(pool, desk, booking, clinician):
    """Whoever accepts has decided, as with an offer: availability is a wish."""
    busy = a_clinician(pool, free=False)
    with pytest.raises(Conflict):
        an_offer(a_session(a_practice(pool)), busy)
    change = proposed(desk, booking, starts=time(6), ends=time(10, 10))
    answer(clinician, proposed_changes.accept, change)
    assert again(booking).starts == time(6)


def test_the_persons_open_offers_at_the_new_times_are_closed(pool, booking, desk, clinician):
    """Of other practices too, also when the practice accepts: they would only look like cover."""
    evening = a_session(a_practice(pool), on=booking.on, kind="pm", starts=time(14), ends=time(17))
    offer = an_offer(evening, read(Clinician, booking.clinician_id))
    change = proposed(clinician, booking, kind="pm", starts=time(15), ends=time(18))
    answer(desk, proposed_changes.accept, change)
    assert (again(offer).state, again(evening).state) == ("withdrawn", "posted")


def test_beside_another_session_of_the_practice_it_gets_a_label(booking, desk, clinician):
    """The database tells the two apart."""
    practice = read(Practice, booking.practice_id)
    a_session(practice, on=booking.on, kind="pm", starts=time(14), ends=time(17))
    answer(clinician, proposed_changes.accept, proposed(desk, booking, kind="pm", starts=time(14), ends=time(17)))
    assert session_of(booking).label


def test_it_lapses_when_the_session_starts(booking, desk, clinician):
    """By the old or the new terms, whichever is sooner; the sweeper closes it."""
    change = proposed(desk, booking, starts=time(8), ends=time(12))
    late = clock.span(booking.on, time(8), time(9))[0]
    with pytest.raises(WrongState, match="lapsed"), working_as(clinician, now=late) as work:
        proposed_changes.accept(work, change.id)
    with working_as(Actor.system(booking.pool_id), now=late) as work:
        assert proposed_changes.lapse_due(work) == 1
    assert again(change).state == "lapsed"


def test_it_lapses_when_the_booking_is_cancelled(booking, desk, clinician):
    """With the cancellation itself."""
    change = proposed(desk, booking, fee=Money(40000))
    with working_as(clinician) as work:
        cancelling.cancel(work, booking.id, "ill")
    assert again(change).state == "lapsed"
    with pytest.raises(WrongState, match="cancelled"):
        answer(clinician, proposed_changes.accept, change)


def test_cancelling_costs_by_the_terms_of_now(booking, desk, clinician):
    """The bands are those that were agreed, the fee is the one of the change."""
    answer(clinician, proposed_changes.accept, proposed(desk, booking, fee=Money(40000)))
    now = again(booking)
    with working_as(desk, now=now.starts_at - timedelta(hours=2)) as work:
        cancelling.cancel(work, booking.id, "not_needed")
    with working_as(Actor.system(booking.pool_id)) as work:
        (charge,) = work.all(select(Charge).where(Charge.booking_id == booking.id))
        assert charge.amount == Money(40000)


def at_once(*presses) -> list[str]:
    """Everybody presses at the same time; what each came to."""
    came_to = []

    def press(by, act):
        try:
            with working_as(by) as work:
                act(work)
            came_to.append("done")
        except Conflict as refused:
            came_to.append(type(refused).__name__)

    threads = [Thread(target=press, args=run) for run in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came_to


@pytest.mark.parametrize("turn", range(4))
def test_accepting_while_cancelling_ends_in_one_truth(booking, desk, clinician, turn):
    """Whichever was first, rows agree: a cancelled booking has no open proposal, and terms that fit their check code."""
    change = proposed(desk, booking, fee=Money(40000), ends=time(13))
    presses = [
        (clinician, lambda work: proposed_changes.accept(work, change.id)),
        (desk, lambda work: cancelling.cancel(work, booking.id, "not_needed")),
    ]
    came_to = at_once(*(presses if turn % 2 else reversed(presses)))
    now, kept = again(booking), again(change)
    assert now.state == "cancelled"
    assert (kept.state, now.fee, now.terms_hash) in (
        ("accepted", Money(40000), change.after_hash),
        ("lapsed", booking.fee, booking.terms_hash),
    )
    assert came_to.count("done") == (2 if kept.state == "accepted" else 1)
    assert now.terms_hash == now.terms.check_code


@pytest.mark.parametrize(
    ("second", "state"), [(proposed_changes.accept, {"accepted"}), (proposed_changes.decline, {"accepted", "declined"})]
)
def test_two_answers_at_once_are_one(booking, manager, desk, clinician, second, state):
    """A manager and a practice answer a clinician's proposal; the second reads what the first decided."""
    change = proposed(clinician, booking, fee=Money(40000))
    came_to = at_once(
        (desk, lambda work: proposed_changes.accept(work, change.id)), (manager, lambda work: second(work, change.id))
    )
    kept, now = again(change), again(booking)
    assert kept.state in state
    assert now.terms_hash == (kept.after_hash if kept.state == "accepted" else kept.before_hash)
    assert came_to.count("done") == (2 if second is proposed_changes.accept else 1)


BACK = """
    UPDATE booking SET fee = 35700, terms = old.before, terms_hash = old.before_hash, changed_at = now()
    FROM terms_change old WHERE old.id = :change AND booking.id = :id
"""
FORBIDDEN = [("never changes", "UPDATE terms_change SET state = 'declined'"), ("for ever", "DELETE FROM terms_change")]


def test_postgresql_lets_terms_change_in_no_other_way(booking, desk, clinician):
    """Not without a proposal, not before it is accepted, and not back again by an old one; answers are never rewritten."""
    change = proposed(desk, booking, fee=Money(40000))
    rewritten = "UPDATE booking SET fee = 40000 WHERE id = :id"
    with pytest.raises(DBAPIError, match="one side proposed and the other accepted"), working_as(desk) as work:
        work.store.execute(text(rewritten), {"id": booking.id})
    answer(clinician, proposed_changes.accept, change)
    with pytest.raises(DBAPIError, match="one side proposed and the other accepted"), working_as(desk) as work:
        work.store.execute(text(BACK), {"id": booking.id, "change": change.id})
    for words, wrong in FORBIDDEN:
        with pytest.raises(DBAPIError, match=words), working_as(desk) as work:
            work.store.execute(text(wrong))


def test_a_filled_session_itself_stays_closed_to_one_side(booking, desk):
    """Its own form is refused and says what can be done."""
    with pytest.raises(Conflict, match="propose a change"), working_as(desk) as work:
        posting.change(work, booking.session_id, session_of(booking).version, {"fee": Money(1)})
