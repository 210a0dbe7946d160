"""What time itself brings about happens once, by the database's clock, for every pool."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select, text

from pool import clock
from pool.models.booking import Booking
from pool.models.match_run import MatchRun
from pool.models.offer import Offer
from pool.models.pool import Pool
from pool.models.session import PracticeSession
from pool.services.ledger import ledger_nightly_check
from tests import builders
from tests.builders import a_booking, a_session, a_timesheet, again, an_offer, working_as, yesterday
from tests.dispute_builders import a_dispute, full_hours
from tests.invoice_builders import a_clinician_who_sells, confirmed_hours, issued
from tests.workers.places import a_market
from workers import housekeeping, sweeper


def night(at: time) -> datetime:
    """A London time tonight."""
    return clock.instant(clock.today() + timedelta(days=1), at)


def test_offers_run_out_and_sessions_lapse(app):
    market = a_market(sessions=1, clinicians=1)
    offer = an_offer(market.sessions[0], market.clinicians[0])
    with app.app_context():
        assert housekeeping.expire_offers(market.system, offer.expires_at - timedelta(minutes=1)) == 0
        assert housekeeping.expire_offers(market.system, offer.expires_at) == 1
        assert housekeeping.expire_offers(market.system, offer.expires_at) == 0
        assert again(offer).state == "expired"
        assert again(market.sessions[0]).state == "posted"
        assert housekeeping.lapse_sessions(market.system, market.sessions[0].starts_at) == 1
        assert housekeeping.lapse_sessions(market.system, market.sessions[0].starts_at) == 0
    assert again(market.sessions[0]).state == "unfilled"


def test_hours_are_asked_for_once_when_a_booking_is_over(app):
    """The clinician hears once, not every minute."""
    market = a_market(sessions=1, clinicians=1)
    booking = a_booking(session=market.sessions[0], clinician=market.clinicians[0])
    with app.app_context():
        assert housekeeping.ask_for_hours(market.system, booking.ends_at - timedelta(minutes=1)) == 0
        assert housekeeping.ask_for_hours(market.system, booking.ends_at) == 1
        assert housekeeping.ask_for_hours(market.system, booking.ends_at + timedelta(days=1)) == 0
    (event,) = market.events("HoursDue")
    assert event.data["booking_id"] == str(booking.id)


def test_nobody_is_asked_for_hours_that_were_sent(app):
    market = a_market(sessions=1, clinicians=1)
    session = a_session(market.practice, on=yesterday())
    booking = a_booking(session=session, clinician=market.clinicians[0])
    a_timesheet(booking)
    with app.app_context():
        assert housekeeping.ask_for_hours(market.system, clock.now()) == 0


def test_silence_becomes_a_yes_after_the_agreed_days(app):
    market = a_market(sessions=1, clinicians=1)
    booking = a_booking(session=a_session(market.practice, on=yesterday()), clinician=market.clinicians[0])
    timesheet = a_timesheet(booking)
    agreed = timesheet.submitted_at + timedelta(days=booking.terms.silence_days)
    with app.app_context():
        assert housekeeping.accept_silence(market.system, agreed - timedelta(minutes=1)) == 0
        assert housekeeping.accept_silence(market.system, agreed) == 1
    assert again(booking).state == "confirmed"


def test_a_dispute_that_nobody_answers_goes_to_the_manager(app):
    """Once, at the minute that both sides were told."""
    market = a_market(sessions=1, clinicians=1)
    booking = a_booking(session=a_session(market.practice, on=yesterday()), clinician=market.clinicians[0])
    dispute = a_dispute(full_hours(booking))
    with app.app_context():
        assert housekeeping.pass_on_disputes(market.system, dispute.answer_by - timedelta(minutes=1)) == 0
        assert housekeeping.pass_on_disputes(market.system, dispute.answer_by) == 1
        assert housekeeping.pass_on_disputes(market.system, dispute.answer_by) == 0
    assert again(dispute).state == "with_manager"


def test_the_nightly_run_is_asked_for_once_a_night(app):
    """In a pool that has chosen nothing."""
    market = a_market(sessions=1, clinicians=1, policy={})
    with app.app_context():
        assert housekeeping.nightly_run(market.system, night(time(1, 59))) == 0
        assert housekeeping.nightly_run(market.system, night(time(5))) == 0
        assert housekeeping.nightly_run(market.system, night(time(2))) == 1
        assert housekeeping.nightly_run(market.system, night(time(2, 1))) == 0
    (run,) = market.rows(select(MatchRun))
    assert run.requested_by_id is None
    assert (run.last_day - run.first_day).days == 28


def test_a_pool_that_does_not_want_it_has_no_nightly_run(app):
    market = a_market(sessions=1, clinicians=1, policy={"nightly_run": False})
    with app.app_context():
        assert housekeeping.nightly_run(market.system, night(time(2))) == 0


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2026, 10, 25)])
def test_the_night_of_a_clock_change_has_one_run_too(app, day):
    """01:00 to 02:00 is skipped in spring and doubled in autumn; the run is due at two in either case."""
    market = a_market(sessions=1, clinicians=1, policy={})
    two = clock.instant(day, time(2))
    with app.app_context():
        asked = [
            housekeeping.nightly_run(market.system, two + timedelta(minutes=step)) for step in range(-120, 180, 30)
        ]
    assert sum(asked) == 1


def test_one_pools_trouble_does_not_stop_the_others(app, monkeypatch):
    """Every pool is looked after in transactions of its own."""
    good, bad = a_market(sessions=1, clinicians=1), a_market(sessions=1, clinicians=1)
    for market in (good, bad):
        an_offer(market.sessions[0], market.clinicians[0])

    def troubled(actor, now):
        if actor.pool_ids == bad.system.pool_ids:
            raise ValueError("trouble")
        return housekeeping.expire_offers(actor, now)

    monkeypatch.setattr(housekeeping, "ROUTINES", (troubled, housekeeping.lapse_sessions))
    with app.app_context():
        sweeper.keep_house(clock.now() + timedelta(days=3))
    assert [offer.state for offer in good.rows(select(Offer))] == ["expired"]
    assert [offer.state for offer in bad.rows(select(Offer))] == ["sent"]


def test_a_lock_that_somebody_holds_does_not_hold_up_the_sweeper(app, monkeypatch):
    """Somebody looks at a session for long: its offer runs out a minute later, everything else goes on."""
    monkeypatch.setattr(housekeeping, "LOCK_TIMEOUT", text("SET LOCAL lock_timeout = '50ms'"))
    market = a_market(sessions=1, clinicians=1)
    offer = an_offer(market.sessions[0], market.clinicians[0])
    with working_as(market.manager) as work:
        work.get(PracticeSession, offer.session_id, lock=True)
        with app.app_context():
            sweeper.keep_house(offer.expires_at)
        assert again(offer).state == "sent"
    with app.app_context():
        sweeper.keep_house(offer.expires_at)
    assert again(offer).state == "expired"


def test_a_live_booking_is_never_touched_by_time(app):
    market = a_market(sessions=1, clinicians=1)
    booking = a_booking(session=market.sessions[0], clinician=market.clinicians[0])
    with app.app_context():
        sweeper.keep_house(booking.ends_at)
    assert market.rows(select(Booking))[0].state == "accepted"
    assert again(market.sessions[0]).state == "filled"


def test_a_rhythm_is_due_at_first_and_then_after_its_seconds():
    rhythm = sweeper.Rhythm(3600)
    assert [rhythm.is_due(), rhythm.is_due()] == [True, False]
    assert all(sweeper.Rhythm(0).is_due() for _ in range(3))


def test_the_books_are_proved_once_a_night_and_managers_hear_of_trouble(app, services, database):
    """Agreed: a line in the audit trail. Not agreed: a notice on the manager's home until a later proof is clean."""
    market = a_market(sessions=1, clinicians=1)
    invoice = issued(
        confirmed_hours(market.practice, a_clinician_who_sells(builders.read(Pool, market.practice.pool_id)))
    )
    with app.app_context():
        assert housekeeping.prove_books(market.system, night(time(1, 59))) == 0
        assert housekeeping.prove_books(market.system, night(time(2))) == 1
        assert housekeeping.prove_books(market.system, night(time(2, 1))) == 0
    with working_as(market.manager) as work:
        assert ledger_nightly_check.trouble(work) == ""
    with services.postgres.connect(database) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE invoice SET paid_total = 100")
        with app.app_context():
            assert housekeeping.prove_books(market.system, night(time(2)) + timedelta(days=1)) == 1
        superuser.execute("UPDATE invoice SET paid_total = 0")
    with working_as(market.manager) as work:
        assert invoice.number in ledger_nightly_check.trouble(work)
    assert [event.data["mistakes"] for event in market.events("LedgerChecked")] == [0, 4]


def test_reminders_of_late_invoices_go_out_by_day(app):
    """Nobody is woken at two."""
    market = a_market(sessions=1, clinicians=1)
    issued(confirmed_hours(market.practice, a_clinician_who_sells(builders.read(Pool, market.practice.pool_id))))
    later = night(time(7, 59)) + timedelta(days=50)
    with app.app_context():
        assert housekeeping.payment_reminders(market.system, later) == 0
        assert housekeeping.payment_reminders(market.system, later + timedelta(minutes=1)) == 1
        assert housekeeping.payment_reminders(market.system, later + timedelta(minutes=2)) == 0
