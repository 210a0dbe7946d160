"""A foreign id is simply not there: on every route, for every role, whether of another pool, practice or clinician."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest

from pool.actor import Actor
from pool.models.adjustment import AdjustmentProposal
from pool.models.availability import AvailabilityDay
from pool.models.clinician import PracticePreference
from pool.models.credit_request import CreditRequest
from pool.models.determination import StatusDetermination
from pool.models.invoice import Invoice
from pool.models.match_run import MatchRun, Proposal
from pool.models.person import Membership
from pool.models.terms_change import TermsChange
from pool.money import Money
from pool.permissions import ACTIONS, CLINICIAN, ICS, MANAGER, PRACTICE
from pool.services.billing import invoicing
from pool.services.hours import timesheets
from tests import builders
from tests.dispute_builders import a_dispute, full_hours
from tests.invoice_builders import a_clinician_who_sells
from tests.payment_builders import money_ids
from tests.pension_builders import submitted_forms

SIGN_IN = frozenset({"token", "name", "month"})
"""Arguments that are not ids of rows: secrets, file names, demonstration personas, months."""


class Life(NamedTuple):
    """One whole life in one practice, and the ids that routes take."""

    pool: object
    practice: object
    clinician: object
    ids: dict[str, UUID]


def a_life(pool=None, practice=None, clinician=None) -> Life:
    """A pool, practice and clinician with a row behind every kind of id that a route takes."""
    pool = pool or builders.a_pool()
    practice = practice or builders.a_practice(pool)
    clinician = clinician or a_clinician_who_sells(pool)
    timesheet = builders.a_timesheet(
        builders.a_booking(session=builders.a_session(practice, on=builders.yesterday()), clinician=clinician)
    )
    booking = builders.read(type(timesheet.booking), timesheet.booking_id)
    earlier = builders.a_session(practice, on=builders.yesterday() - timedelta(days=2))
    dispute = a_dispute(full_hours(builders.a_booking(session=earlier, clinician=clinician)))
    pension_ids = submitted_forms(practice, clinician, on=builders.yesterday() - timedelta(days=3))
    open_offer = builders.an_offer(builders.a_session(practice), clinician)
    with builders.working_as(Actor.system(pool.id)) as work:
        timesheets.confirm(work, timesheet.id)
        (invoice,) = invoicing.bill_booking(work, booking.id)
        invoice_id = invoice.id
        run = MatchRun(
            pool_id=pool.id,
            first_day=booking.starts_at.date(),
            last_day=booking.starts_at.date(),
            requested_at=work.now,
            state="published",
            summary={"proposed": 1, "unfilled": 0},
        )
        work.add(run)
        work.store.flush()
        proposal = Proposal(
            pool_id=pool.id,
            practice_id=practice.id,
            clinician_id=clinician.id,
            run_id=run.id,
            session_id=open_offer.session_id,
            travel_minutes=5,
        )
        day = AvailabilityDay(pool_id=pool.id, clinician_id=clinician.id, on=booking.starts_at.date(), available=False)
        work.add(proposal)
        work.add(day)
        member = Membership(pool_id=pool.id, person_id=builders.a_person().id, role=MANAGER)
        work.add(member)
        pair = PracticePreference(pool_id=pool.id, practice_id=practice.id, clinician_id=clinician.id)
        work.add(pair)
        status = StatusDetermination(
            pool_id=pool.id,
            practice_id=practice.id,
            clinician_id=clinician.id,
            pattern="absence",
            outcome="outside",
            reasons="Decided for a test.",
            decided_on=work.now.date(),
            review_on=work.now.date() + timedelta(days=9),
            issued_at=work.now,
        )
        work.add(status)
        asked = CreditRequest(
            pool_id=pool.id,
            practice_id=practice.id,
            clinician_id=clinician.id,
            invoice_id=invoice_id,
            reason="Wrong day",
            lines=[],
            asked_at=work.now,
            asked_by_id=member.person_id,
        )
        work.add(asked)
        adjustment = AdjustmentProposal(
            pool_id=pool.id,
            practice_id=practice.id,
            subject="charge",
            subject_id=uuid4(),
            figure_table="mileage_rates",
            used="45p",
            now_known="55p",
            old_amount=Money(45),
            new_amount=Money(55),
            recorded_on=work.now.date(),
            proposed_at=work.now,
            source_key=str(uuid4()),
        )
        work.add(adjustment)
        change = TermsChange(
            pool_id=pool.id,
            practice_id=practice.id,
            clinician_id=clinician.id,
            booking_id=booking.id,
            kind="am",
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            before={},
            before_hash="a",
            after={},
            after_hash="b",
            proposed_at=work.now,
            proposed_by="practice",
            lapses_at=booking.starts_at,
        )
        work.add(change)
        work.store.flush()
        ids = {
            "adjustment_id": adjustment.id,
            "request_id": asked.id,
            "determination_id": status.id,
            "preference_id": pair.id,
            "run_id": run.id,
            "proposal_id": proposal.id,
            "day_id": day.id,
            "membership_id": member.id,
            "change_id": change.id,
        }
    payment_ids = money_ids(practice, builders.read(Invoice, invoice_id))
    return Life(
        pool,
        practice,
        clinician,
        ids
        | pension_ids
        | payment_ids
        | {
            "pool_id": pool.id,
            "practice_id": practice.id,
            "clinician_id": clinician.id,
            "session_id": open_offer.session_id,
            "offer_id": open_offer.id,
            "booking_id": booking.id,
            "timesheet_id": timesheet.id,
            "invoice_id": invoice_id,
            "dispute_id": dispute.id,
            "stand_in_id": uuid4(),
            "message_id": uuid4(),
            "key": uuid4(),
            "host_id": pool.host_id,
        },
    )


def routes_with_ids(app, role):
    """The routes of a role that take the id of something."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.arguments - SIGN_IN
        and role in ACTIONS.get(getattr(app.view_functions[rule.endpoint], "permission", ""), ())
        and "anonymous" not in ACTIONS[app.view_functions[rule.endpoint].permission]
    ]


def answers(app, browser, token, role, ids):
    """(endpoint, method, status) of every route of the role with these ids."""
    found = []
    for rule in routes_with_ids(app, role):
        address = rule.build({name: ids[name] for name in rule.arguments})[1]
        for method in sorted(rule.methods & {"GET", "POST"}):
            answer = browser.open(address, method=method, data={"csrf_token": token} if method == "POST" else None)
            found.append((rule.endpoint, method, answer.status_code))
    return found


@pytest.fixture
def outsiders():
    """A person of each role who has nothing to do with the life that is looked at."""
    elsewhere = builders.a_pool()
    practice = builders.a_practice(elsewhere)
    clinician = builders.a_clinician(elsewhere)
    return {
        PRACTICE: builders.a_practice_manager(practice),
        CLINICIAN: clinician.person,
        MANAGER: builders.a_pool_manager(elsewhere.id),
        ICS: builders.a_member(ICS, elsewhere.id),
    }


@pytest.mark.parametrize("role", [PRACTICE, CLINICIAN, MANAGER, ICS])
def test_rows_of_another_pool_are_not_there(app, signed_in, token_for, outsiders, role):
    """Two pools do not mix, whatever address is typed."""
    life = a_life()
    browser = signed_in(outsiders[role])
    wrong = [each for each in answers(app, browser, token_for(browser), role, life.ids) if each[2] != 404]
    assert wrong == []


@pytest.mark.parametrize("role", [PRACTICE, CLINICIAN])
def test_rows_of_a_neighbour_in_the_same_pool_are_not_there(app, signed_in, token_for, role):
    """A practice sees its own rows, a clinician theirs: rates and bookings of neighbours stay private (design D12)."""
    life = a_life()
    neighbour = {
        PRACTICE: lambda: builders.a_practice_manager(builders.a_practice(life.pool)),
        CLINICIAN: lambda: builders.a_clinician(life.pool).person,
    }[role]()
    browser = signed_in(neighbour)
    shared = {"session_id"} if role == CLINICIAN else set()
    wrong = [
        each
        for each in answers(app, browser, token_for(browser), role, life.ids)
        if each[2] != 404 and not shared & set(_arguments(app, each[0]))
    ]
    assert wrong == []


def _arguments(app, endpoint):
    return {name for rule in app.url_map.iter_rules(endpoint) for name in rule.arguments}
