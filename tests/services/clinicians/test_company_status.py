"""Status determinations: each outcome blocks or frees a company everywhere at once (domain 4.3)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from matching import Problem
from pool import clock
from pool.actor import Actor
from pool.errors import Conflict, Invalid
from pool.models.clinician import Clinician
from pool.models.determination import StatusDetermination
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.permissions import CLINICIAN, PRACTICE
from pool.rules.off_payroll import ABSENCE, EXTRA, INSIDE, OUTSIDE
from pool.rules.rule_words import to_manager
from pool.services.bookings import offers
from pool.services.clinicians import clinician_records, company_status
from pool.services.eligibility import session_rules, why
from pool.services.eligibility.pool_facts import Window
from pool.services.runs import run_tables
from tests import builders
from tests.builders import again, working_as
from tests.money_builders import a_determination

pytestmark = pytest.mark.usefixtures("app")


def codes(session, clinician):
    """The codes and sentences of what stops a clinician."""
    with working_as(Actor.system(session.pool_id)) as work:
        row = work.get(PracticeSession, session.id)
        against = session_rules.against(work, row, work.get(Clinician, clinician.id))
        return {refusal.code: to_manager(refusal) for refusal in against}


def proposed(session, clinician):
    """Whether a matching run may propose this pair."""
    with working_as(Actor.system(session.pool_id)) as work:
        tables = run_tables.tables_between(work, Window(session.on, session.on))
    problem = Problem.from_tables(tables)
    row = next(row for row in tables["sessions"] if row["session_id"] == str(session.id))
    assert str(clinician.id) in {row["clinician_id"] for row in tables["clinicians"]}
    assert problem is not None
    return str(clinician.id) not in row.get("barred", [])


def test_without_a_determination_nothing_is_proposed_offered_or_accepted(practice, company):
    """Missing: the run leaves the company out, an offer is refused with what to do about it."""
    session = builders.a_session(practice)
    assert "has not recorded a status determination" in codes(session, company)["status"]
    assert not proposed(session, company)
    with pytest.raises(Conflict, match=r"Dr Jay Finch cannot be offered this session. The clinician works through"):
        builders.an_offer(session, company)


def test_outside_may_be_booked(practice, company):
    """The company invoices the practice like any other supplier."""
    a_determination(practice, company, OUTSIDE)
    session = builders.a_session(practice)
    assert codes(session, company) == {}
    assert proposed(session, company)
    booking = builders.a_booking(session=session, clinician=company)
    assert (booking.engagement_type, booking.terms.pension.route) == ("limited_company", "none")


def test_inside_blocks(practice, company):
    """Tax and insurance would have to be deducted."""
    a_determination(practice, company, INSIDE)
    session = builders.a_session(practice)
    assert "off-payroll rules (IR35) apply" in codes(session, company)["status"]
    assert not proposed(session, company)


def test_a_session_after_the_review_day_is_blocked(practice, company):
    """An expired determination is none."""
    session = builders.a_session(practice, on=builders.next_week())
    a_determination(practice, company, OUTSIDE, review_on=session.on - timedelta(days=1))
    assert "was to be reviewed" in codes(session, company)["status"]
    a_determination(practice, company, OUTSIDE, review_on=session.on)
    assert codes(session, company) == {}


def test_an_offer_that_is_open_cannot_be_accepted_after_the_practice_decides_inside(practice, company):
    """The rule is asked again at the moment of acceptance, and speaks to the clinician."""
    a_determination(practice, company, OUTSIDE)
    offer = builders.an_offer(builders.a_session(practice), company)
    a_determination(practice, company, INSIDE)
    with pytest.raises(Conflict, match=r"You cannot take this session any more. .*apply to your company"):
        builders.a_booking(offer)


def test_the_reason_for_cover_decides_which_determination_counts(practice, company):
    """Standing in is not an extra pair of hands."""
    a_determination(practice, company, OUTSIDE, pattern=ABSENCE)
    leave, vacancy = builders.a_session(practice), builders.a_session(practice, label="two", cover_reason="vacancy")
    assert codes(leave, company) == {}
    assert "extra capacity or a vacant post" in codes(vacancy, company)["status"]
    a_determination(practice, company, OUTSIDE, pattern=EXTRA)
    assert codes(vacancy, company) == {}


def test_each_practice_decides_for_itself(pool, practice, company):
    """The neighbour's determination says nothing here."""
    a_determination(practice, company, OUTSIDE)
    neighbour = builders.a_practice(pool)
    assert "status" in codes(builders.a_session(neighbour), company)


@pytest.mark.parametrize(("small", "blocked"), [(True, False), (False, True)])
def test_an_apms_contractor_is_subject_to_the_size_test(pool, company, small, blocked):
    """No public authority: a small one leaves the decision to the company."""
    practice = builders.a_practice(pool, contract_type="APMS", small_client=small)
    assert ("status" in codes(builders.a_session(practice), company)) is blocked


@pytest.mark.parametrize("engagement", ["sole_trader", "bank_worker", "salaried"])
def test_nobody_else_needs_one(pool, practice, engagement):
    """The rules are about companies only."""
    assert codes(builders.a_session(practice), builders.a_clinician(pool, engagement=engagement)) == {}


def test_only_days_on_which_the_company_is_engaged_are_blocked(pool, practice):
    """From the first of the month employed by the host: no determination needed from then on."""
    session = builders.a_session(practice)
    clinician = builders.a_clinician(pool, engagement="limited_company")
    with working_as(Actor.system(pool.id)) as work:
        clinician_records.engage(work, work.get(Clinician, clinician.id), "bank_worker", session.on)
    assert codes(session, clinician) == {}
    before = builders.a_session(practice, on=session.on - timedelta(days=1))
    assert "status" in codes(before, clinician)


def test_the_clinician_reads_why(practice, company):
    """The page "why was I not offered this" speaks of your company."""
    builders.a_session(practice)
    actor = Actor(role=CLINICIAN, pool_ids=(company.pool_id,), clinician_ids=(company.id,), name="Dr Finch")
    with working_as(actor) as work:
        (answer,) = why.answers(work, why.sessions(work))
    assert answer.standing == why.NOT
    assert answer.sentences[0].startswith("You work through a limited company and The Park Surgery has not recorded")


def issue(practice, clinician, **said):
    """As the practice."""
    usual = {
        "pattern": ABSENCE,
        "outcome": OUTSIDE,
        "reasons": "Sends a substitute when away.",
        "review_on": clock.today() + timedelta(days=300),
    }
    actor = Actor(role=PRACTICE, pool_ids=(practice.pool_id,), practice_id=practice.id, name="Sam Reed")
    with working_as(actor) as work:
        return company_status.issue(work, practice.id, clinician.id, **(usual | said)).id


def test_only_companies_are_decided_about(pool, practice):
    """A determination about a sole trader would be about nothing."""
    with pytest.raises(Conflict, match="does not work through a limited company"):
        issue(practice, builders.a_clinician(pool))


@pytest.mark.parametrize("days", [0, -1, 401])
def test_the_review_day_is_ahead_and_not_too_far(practice, company, days):
    """Nobody decides for ever (blanket determinations are not accepted)."""
    with pytest.raises(Invalid, match="at most about a year ahead"):
        issue(practice, company, review_on=clock.today() + timedelta(days=days))


def test_a_disagreement_starts_45_days_and_is_answered_once(practice, company):
    """The clinician says why, the practice answers why it keeps its decision."""
    row_id = issue(practice, company, outcome=INSIDE)
    own = Actor(role=CLINICIAN, pool_ids=(company.pool_id,), clinician_ids=(company.id,), name="Dr Finch")
    theirs = Actor(role=PRACTICE, pool_ids=(practice.pool_id,), practice_id=practice.id, name="Sam Reed")
    with working_as(own) as work:
        company_status.disagree(work, row_id, "I send a substitute whenever I like.")
    with working_as(own) as work, pytest.raises(Conflict, match="already"):
        company_status.disagree(work, row_id, "Again.")
    row = builders.read(StatusDetermination, row_id)
    assert company_status.answer_due(row) == clock.today() + timedelta(days=45)
    with working_as(theirs) as work:
        company_status.uphold(work, row_id, "A substitute has to be agreed with us.")
    assert company_status.answer_due(builders.read(StatusDetermination, row_id)) is None
    with working_as(theirs) as work, pytest.raises(Conflict, match="no disagreement"):
        company_status.uphold(work, row_id, "Again.")


def test_what_was_issued_never_changes(practice, company):
    """A new decision is a new row; PostgreSQL refuses to rewrite the old one."""
    row_id = issue(practice, company, outcome=INSIDE)
    for change in (
        "UPDATE status_determination SET outcome = 'outside' WHERE id = :id",
        "DELETE FROM status_determination WHERE id = :id",
    ):
        with (
            pytest.raises(DBAPIError, match=r"never changes|is kept"),
            working_as(Actor.system(practice.pool_id)) as work,
        ):
            work.store.execute(text(change), {"id": row_id})


def test_the_list_of_a_practice_names_what_is_blocked(practice, company):
    """Both ways of working of every company, with what is missing today."""
    issue(practice, company)
    with working_as(Actor.system(practice.pool_id)) as work:
        found = company_status.standings(work, work.get(Practice, practice.id))
        assert [
            (document.clinician.id, document.pattern, bool(document.current), bool(document.blocked))
            for document in found
        ] == [
            (company.id, ABSENCE, True, False),
            (company.id, EXTRA, False, True),
        ]


def test_an_old_decision_is_superseded(practice, company):
    """The newest counts; the one before stays to be read."""
    first, second = issue(practice, company, outcome=INSIDE), issue(practice, company)
    with working_as(Actor.system(practice.pool_id)) as work:
        rows = {row.id: row for row in work.all(select(StatusDetermination))}
        assert company_status.superseded(rows[first], rows.values())
        assert not company_status.superseded(rows[second], rows.values())
    assert codes(builders.a_session(practice, on=builders.next_week()), company) == {}


def test_offers_go_out_once_the_practice_has_decided(practice, company):
    """The whole way: refused, decided, sent."""
    session = builders.a_session(practice)
    with pytest.raises(Conflict):
        builders.an_offer(session, company)
    issue(practice, company)
    with working_as(Actor.system(practice.pool_id)) as work:
        row = work.get(PracticeSession, session.id, lock=True)
        assert offers.send(work, row, work.get(Clinician, company.id)).state == "sent"
    assert again(session).state == "offered"
    assert isinstance(again(session).on, date)
