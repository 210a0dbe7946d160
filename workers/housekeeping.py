"""What time itself brings about, pool by pool: offers run out, sessions lapse, hours are asked for, the nightly run."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time

from pool import clock
from pool.actor import Actor
from pool.models.pool import Pool
from pool.services.audit import audit_chain
from pool.services.billing import adjustments
from pool.services.bookings import offer_waves, offers, proposed_changes
from pool.services.hours import disputes, hours_due, timesheets
from pool.services.ledger import ledger_nightly_check
from pool.services.payments import reminders
from pool.services.pension import gp_solo, pension_deadlines
from pool.services.pools.policy import policy_of
from pool.services.runs import run_requests
from pool.services.sessions import posting
from pool.unit_of_work import UnitOfWork, unit_of_work
from workers.invoices import LOCK_TIMEOUT, bill_everything, draw_forgotten

MORNING = time(8)
"""Reminders of pension forms and payments wait for this London time."""

NIGHT = (time(2), time(5))
"""London times between which a pool's nightly run is asked for; a machine that was off all night does not catch up."""


def expire_offers(actor: Actor, now: datetime) -> int:
    """Offers whose time is over; says how many."""
    with short_lock_timeout(actor, now) as work:
        return offers.expire_due(work)


def lapse_sessions(actor: Actor, now: datetime) -> int:
    """Close sessions that started without a booking; returns how many."""
    with short_lock_timeout(actor, now) as work:
        return posting.lapse_due(work)


def lapse_changes(actor: Actor, now: datetime) -> int:
    """Close proposed changes without an answer before the session started; returns how many."""
    with short_lock_timeout(actor, now) as work:
        return proposed_changes.lapse_due(work)


def ask_for_hours(actor: Actor, now: datetime) -> int:
    """Bookings that are over and whose clinician has not sent hours; says how many are asked, once each."""
    with short_lock_timeout(actor, now) as work:
        return hours_due.ask_where_due(work)


def accept_silence(actor: Actor, now: datetime) -> int:
    """Hours that a practice left unanswered for the agreed days; says how many."""
    with short_lock_timeout(actor, now) as work:
        return timesheets.accept_silence(work)


def bill_periods(actor: Actor, now: datetime) -> int:
    """Weeks and months that are over, and whatever was left over; says how many invoices. At night, hours that were
    confirmed before there were charges are claimed first."""
    if is_night(now):
        with short_lock_timeout(actor, now) as work:
            timesheets.claim_forgotten(work)
    return bill_everything(actor, now)


def draw_forgotten_documents(actor: Actor, now: datetime) -> int:
    """Invoices whose document could not be made so far, once a night; says how many are there now."""
    return draw_forgotten(actor, now) if is_night(now) and now.minute < ONCE_AN_HOUR else 0


def pass_on_disputes(actor: Actor, now: datetime) -> int:
    """Disputes whose answer clock has run out go to the pool manager; says how many."""
    with short_lock_timeout(actor, now) as work:
        return disputes.pass_on_silent(work)


def release_waves(actor: Actor, now: datetime) -> int:
    """Send the next wave of offers of sessions that are due for one; returns how many sessions."""
    with short_lock_timeout(actor, now) as work:
        return offer_waves.release_due(work)


def pension_reminders(actor: Actor, now: datetime) -> int:
    """Pension forms that grow old, months and years whose form is due; by day, once each; says how many."""
    if is_early(now):
        return 0
    with short_lock_timeout(actor, now) as work:
        return pension_deadlines.remind(work) + pension_deadlines.remind_of_months(work) + gp_solo.remind_of_year(work)


def propose_adjustments(actor: Actor, now: datetime) -> int:
    """At night: where a figure was changed for days that are billed already; says how many adjustments are proposed."""
    if not is_night(now):
        return 0
    with short_lock_timeout(actor, now) as work:
        return adjustments.look_since(work, tonight(now))


def nightly_run(actor: Actor, now: datetime) -> int:
    """One run by itself every night for pools that want it; 1 when it was asked for now."""
    if not is_night(now):
        return 0
    with short_lock_timeout(actor, now) as work:
        pool = work.get(Pool, work.pool_id)
        wanted = policy_of(pool).nightly_run and not run_requests.ran_since(work, tonight(now))
        if wanted:
            run_requests.request(work, *run_requests.horizon(work))
        return int(wanted)


def payment_reminders(actor: Actor, now: datetime) -> int:
    """Invoices past their day, by day, for pools that want it; says how many."""
    if is_early(now):
        return 0
    with short_lock_timeout(actor, now) as work:
        return reminders.remind_due(work)


def prove_books(actor: Actor, now: datetime) -> int:
    """Compare the ledger with the documents, once a night; 1 when it was done now. Managers are told of differences."""
    if not is_night(now):
        return 0
    with short_lock_timeout(actor, now) as work:
        return int(ledger_nightly_check.prove_since(work, tonight(now)))


def seal_audit(actor: Actor, now: datetime) -> int:
    """Entries of the audit trail that have no link of its chain yet; says how many."""
    with short_lock_timeout(actor, now) as work:
        return audit_chain.seal(work)


def note_audit_head(actor: Actor, now: datetime) -> int:
    """How far the chain reached yesterday, once a day."""
    with short_lock_timeout(actor, now) as work:
        return int(audit_chain.note_head(work))


ONCE_AN_HOUR = 2
"""Minutes of an hour in which what is dear and rarely needed is tried again."""


@contextmanager
def short_lock_timeout(actor: Actor, now: datetime) -> Iterator[UnitOfWork]:
    """A unit of work that waits only LOCK_TIMEOUT for a lock; what is locked now is tried again in a minute."""
    with unit_of_work(actor, now=now) as work:
        work.store.execute(LOCK_TIMEOUT)
        yield work


def is_night(now: datetime) -> bool:
    """Is it the time for what is done once a night?"""
    return NIGHT[0] <= clock.london(now).time() < NIGHT[1]


def is_early(now: datetime) -> bool:
    """Is it too early in the day to write to people?"""
    return clock.london(now).time() < MORNING


def tonight(now: datetime) -> datetime:
    """The instant at which this night's runs begin."""
    return clock.instant(clock.london_date(now), NIGHT[0])


ROUTINES = (
    expire_offers,
    lapse_sessions,
    lapse_changes,
    ask_for_hours,
    accept_silence,
    pass_on_disputes,
    bill_periods,
    release_waves,
    draw_forgotten_documents,
    pension_reminders,
    payment_reminders,
    prove_books,
    propose_adjustments,
    nightly_run,
    seal_audit,
    note_audit_head,
)
"""Each is safe to repeat: it looks at the rows and finds nothing the second time."""
