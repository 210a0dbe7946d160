"""Disputes about hours: what is agreed is billed at once, the rest goes to and fro, the manager has the last word."""

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from pool import clock
from pool.actor import Actor
from pool.errors import Conflict, Invalid, NotAllowed, NotFound, StaleForm, WrongState
from pool.models.audit import AuditEntry
from pool.models.dispute import Dispute, DisputeRound
from pool.money import Money
from pool.permissions import CLINICIAN, MANAGER, PRACTICE
from pool.rules.claims import Extras, Objection, Proposal
from pool.services.billing import invoicing
from pool.services.hours import disputes, hours_pages, queries, timesheets
from pool.services.payments import payments
from tests.builders import a_booking, a_clinician, a_pool, a_practice, a_session, again, read, working_as, yesterday
from tests.dispute_builders import a_dispute, acting, by_state, charges_of, full_hours
from tests.invoice_builders import a_clinician_who_sells

CLAIMED = 35_700 + 3_570 + 6_000 + 1_353


@pytest.fixture(autouse=True)
def application(app):
    """Every test here needs the application."""


def answer(dispute, role, do, *args, seen=None, now=None, **named):
    """One side does something, having read the page as it is."""
    with working_as(acting(role, dispute), now=now) as work:
        do(work, dispute.id, seen if seen is not None else read(Dispute, dispute.id).rounds_written, *args, **named)
    return again(dispute)


def told(dispute):
    """The rounds, oldest first."""
    with working_as(acting(MANAGER, dispute)) as work:
        ids = work.all(
            select(DisputeRound.id).where(DisputeRound.dispute_id == dispute.id).order_by(DisputeRound.number)
        )
        return [read(DisputeRound, charge_id) for charge_id in ids]


def test_each_extra_is_a_charge_of_its_own_from_the_start():
    """The practice approves or queries each; until then nothing is owed."""
    sheet = full_hours()
    assert sorted((charge.kind, charge.amount.pence, charge.state) for charge in charges_of(sheet)) == [
        ("extra_time", 3_570, "claimed"),
        ("extra_visits", 6_000, "claimed"),
        ("mileage", 1_353, "claimed"),
        ("session", 35_700, "claimed"),
    ]
    assert not sheet.as_booked


def test_the_fee_that_was_agreed_counts_not_the_one_proposed():
    """It stood in the offer; a higher one in the form changes nothing."""
    booking = a_booking(session=a_session(on=yesterday(), extra_visit_fee=Money(2500)))
    sheet = full_hours(booking, extras=Extras(visits=2, visit_fee=Money(9900)))
    (visits,) = (charge for charge in charges_of(sheet) if charge.kind == "extra_visits")
    assert (visits.amount, visits.quantity, visits.unit_price) == (Money(5000), Decimal(2), Money(2500))
    assert "agreed in the terms" in visits.working


def test_one_click_agrees_to_every_item():
    """And silence would do the same after the agreed days."""
    sheet = full_hours()
    with working_as(acting(PRACTICE, sheet)) as work:
        timesheets.confirm(work, sheet.id)
    assert by_state(sheet) == {"agreed": CLAIMED}


def test_silence_agrees_to_extras_too():
    """It was shown at booking (domain 6.6)."""
    sheet = full_hours()
    with working_as(Actor.system(sheet.pool_id), now=timesheets.answer_due(sheet)) as work:
        timesheets.accept_silence(work)
    assert by_state(sheet) == {"agreed": CLAIMED}


def test_a_query_splits_one_item_and_approves_the_others():
    """10 of 25 minutes: £14.28 is agreed, £21.42 is open, and everything else is agreed."""
    dispute = a_dispute()
    assert (dispute.claimed, dispute.agreed, dispute.disputed) == (Money(3570), Money(1428), Money(2142))
    assert by_state(dispute.timesheet) == {"agreed": CLAIMED - 2142, "disputed": 2142}
    assert (again(dispute.timesheet).state, again(dispute.timesheet.booking).state) == ("queried", "queried")
    assert dispute.state == "with_clinician"


def test_nothing_agreed_disputes_the_whole_item():
    """Mileage that was never agreed: all of it is open."""
    dispute = a_dispute(kind="mileage", figure=0)
    assert (dispute.agreed, dispute.disputed) == (Money(0), Money(1353))
    assert by_state(dispute.timesheet) == {"agreed": CLAIMED - 1353, "disputed": 1353}


def test_the_clinician_has_five_working_days():
    """Asked on the Thursday before Easter 2026, bank holidays and weekends do not count: the Friday after next."""
    booking = a_booking(session=a_session(on=datetime(2026, 4, 1, tzinfo=UTC).date()))
    sheet = full_hours(booking)
    asked = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
    with working_as(acting(PRACTICE, sheet), now=asked) as work:
        (dispute,) = queries.query(work, sheet.id, {"mileage": Objection("not_agreed", Decimal(0))})
        assert dispute.answer_by == datetime(2026, 4, 13, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("objections", "field"),
    [
        ({}, None),
        ({"session": Objection("left_early")}, "session_figure"),
        ({"extra_time": Objection("left_early", Decimal(25))}, "extra_time_figure"),
        ({"extra_time": Objection("left_early", amount=Money(3570))}, "extra_time_amount"),
        ({"extra_time": Objection("left_early", Decimal("9.5"))}, "extra_time_figure"),
    ],
)
def test_a_query_needs_a_smaller_figure(objections, field):
    """Otherwise there is nothing to dispute; and nothing is written."""
    sheet = full_hours()
    with pytest.raises(Invalid) as refused, working_as(acting(PRACTICE, sheet)) as work:
        queries.query(work, sheet.id, objections)
    assert list(refused.value.fields) == ([field] if field else [])
    assert again(sheet).state == "submitted"


def test_an_item_that_was_not_claimed_cannot_be_queried():
    """A form of another page."""
    sheet = full_hours(extras=timesheets.NO_EXTRAS)
    with pytest.raises(Invalid), working_as(acting(PRACTICE, sheet)) as work:
        queries.query(work, sheet.id, {"mileage": Objection("not_agreed", Decimal(0))})


def test_queried_twice_or_confirmed_meanwhile_is_told():
    """A double click, or two colleagues at once: the first answer counts."""
    dispute = a_dispute()
    with pytest.raises(WrongState), working_as(acting(PRACTICE, dispute)) as work:
        queries.query(work, dispute.timesheet_id, {"session": Objection("left_early", Decimal(100))})
    sheet = full_hours()
    with working_as(acting(PRACTICE, sheet)) as work:
        timesheets.confirm(work, sheet.id)
    with pytest.raises(WrongState, match="already confirmed"), working_as(acting(PRACTICE, sheet)) as work:
        queries.query(work, sheet.id, {"session": Objection("left_early", Decimal(100))})


def test_a_query_stops_the_silence():
    """An open question is not a yes."""
    dispute = a_dispute()
    with working_as(Actor.system(dispute.pool_id), now=dispute.opened_at + timedelta(days=60)) as work:
        assert timesheets.accept_silence(work) == 0


def test_the_clinician_accepts_the_practices_figure():
    """Nothing more is owed, and the hours are done."""
    dispute = answer(a_dispute(), CLINICIAN, disputes.accept)
    assert (dispute.state, dispute.awarded) == ("settled", Money(0))
    assert by_state(dispute.timesheet) == {"agreed": CLAIMED - 2142, "refused": 2142}
    assert (again(dispute.timesheet).state, again(dispute.timesheet.booking).state) == ("confirmed", "confirmed")


def test_the_practice_may_agree_after_all():
    """A look into the diary settles it without waiting."""
    dispute = answer(a_dispute(), PRACTICE, disputes.accept)
    assert (dispute.state, dispute.awarded) == ("settled", Money(2142))
    assert by_state(dispute.timesheet) == {"agreed": CLAIMED}


def test_counter_and_accept():
    """20 minutes, says the clinician; the practice takes it. Half of the rest is due, the other half is refused."""
    dispute = a_dispute()
    dispute = answer(dispute, CLINICIAN, disputes.counter, Proposal(Decimal(20)), "The last patient left at 13:00")
    assert (dispute.state, dispute.rounds_written) == ("with_practice", 2)
    dispute = answer(dispute, PRACTICE, disputes.accept)
    assert dispute.awarded == Money(2856 - 1428)
    assert by_state(dispute.timesheet) == {"agreed": CLAIMED - 714, "refused": 714}


def test_every_round_stays_as_it_was_written():
    """Figures, words and who: the evidence of the manager. PostgreSQL lets nobody change them."""
    dispute = a_dispute(words="We have 12:50")
    answer(dispute, CLINICIAN, disputes.counter, Proposal(Decimal(20)), "It was 13:00")
    answer(dispute, PRACTICE, disputes.counter, Proposal(amount=Money(2000)), "Twenty pounds, then")
    assert [
        (sentence.number, sentence.party, sentence.act, sentence.words, sentence.figure, sentence.due)
        for sentence in told(dispute)
    ] == [
        (1, "practice", "query", "We have 12:50", Decimal(10), Money(0)),
        (2, "clinician", "counter", "It was 13:00", Decimal(20), Money(1428)),
        (3, "practice", "counter", "Twenty pounds, then", None, Money(572)),
    ]
    for statement in ("UPDATE dispute_round SET words = 'no'", "DELETE FROM dispute_round"):
        with pytest.raises(ProgrammingError, match="permission denied"), working_as(acting(MANAGER, dispute)) as work:
            work.store.execute(text(statement))


@pytest.mark.parametrize(
    ("role", "proposal"),
    [
        (CLINICIAN, Proposal(Decimal(26))),
        (CLINICIAN, Proposal(Decimal(10))),
        (CLINICIAN, Proposal(Decimal(5))),
        (PRACTICE, Proposal(Decimal(20))),
        (PRACTICE, Proposal(Decimal(9))),
        (PRACTICE, Proposal(Decimal(24))),
    ],
)
def test_a_proposal_lies_between_the_two(role, proposal):
    """What the other side said already is accepted, not proposed; and nobody asks for more than was claimed."""
    dispute = a_dispute()
    if role == PRACTICE:
        dispute = answer(dispute, CLINICIAN, disputes.counter, Proposal(Decimal(20)), "")
    with pytest.raises(Invalid) as refused:
        answer(dispute, role, disputes.counter, proposal, "")
    assert list(refused.value.fields) == ["figure"]


def test_nobody_answers_out_of_turn():
    """The practice has just spoken."""
    with pytest.raises(StaleForm, match="not your turn"):
        answer(a_dispute(), PRACTICE, disputes.counter, Proposal(Decimal(12)), "")
    with pytest.raises(StaleForm, match="not your turn"):
        answer(a_dispute(), PRACTICE, disputes.escalate, "")
    with pytest.raises(NotAllowed):
        answer(a_dispute(), MANAGER, disputes.accept)


def test_an_answer_to_an_older_round_is_refused():
    """The page was open while the other side proposed something else: what was pressed is not what stands there now."""
    dispute = a_dispute()
    answer(dispute, CLINICIAN, disputes.counter, Proposal(Decimal(20)), "")
    answer(dispute, PRACTICE, disputes.counter, Proposal(Decimal(12)), "")
    with pytest.raises(StaleForm, match="after you opened this page"):
        answer(dispute, CLINICIAN, disputes.accept, seen=1)
    assert again(dispute).state == "with_clinician"


def test_a_double_click_answers_once():
    """The second one is told; there is one round of it."""
    dispute = a_dispute()
    answer(dispute, CLINICIAN, disputes.counter, Proposal(Decimal(20)), "", seen=1)
    with pytest.raises(StaleForm):
        answer(dispute, CLINICIAN, disputes.counter, Proposal(Decimal(20)), "", seen=1)
    assert again(dispute).rounds_written == 2


@pytest.mark.parametrize("due", [0, 1, 714, 2141, 2142])
def test_the_manager_decides_any_part(due):
    """Nothing, all, or anything between, to the penny; what is not due is refused."""
    dispute = answer(a_dispute(), CLINICIAN, disputes.escalate, "They watched me work")
    assert (dispute.state, dispute.answer_by) == ("with_manager", None)
    dispute = answer(dispute, MANAGER, disputes.decide, Money(due), "The door log says 12:55")
    assert (dispute.state, dispute.awarded) == ("decided", Money(due))
    states = by_state(dispute.timesheet)
    assert (states["agreed"], states.get("refused", 0)) == (CLAIMED - 2142 + due, 2142 - due)
    assert again(dispute.timesheet).state == "confirmed"


@pytest.mark.parametrize(
    ("due", "words", "field"), [(2143, "Why not", "due"), (-1, "Why not", "due"), (5, " ", "words")]
)
def test_a_decision_is_within_the_claim_and_has_reasons(due, words, field):
    """Both sides read them."""
    dispute = answer(a_dispute(), CLINICIAN, disputes.escalate, "")
    with pytest.raises(Invalid) as refused:
        answer(dispute, MANAGER, disputes.decide, Money(due), words)
    assert list(refused.value.fields) == [field]


def test_the_manager_does_not_decide_before_it_is_their_turn():
    """The sides come first."""
    with pytest.raises(WrongState):
        answer(a_dispute(), MANAGER, disputes.decide, Money(5), "In a hurry")


def test_silence_of_the_one_whose_turn_it_is_goes_to_the_manager():
    """To the minute, once; and for the practice's turn as for the clinician's."""
    dispute = a_dispute()
    everybody = Actor.system(dispute.pool_id)
    with working_as(everybody, now=dispute.answer_by - timedelta(minutes=1)) as work:
        assert disputes.pass_on_silent(work) == 0
    with working_as(everybody, now=dispute.answer_by) as work:
        assert disputes.pass_on_silent(work) == 1
    with working_as(everybody, now=dispute.answer_by) as work:
        assert disputes.pass_on_silent(work) == 0
    assert (again(dispute).state, told(dispute)[-1].act) == ("with_manager", "lapse")
    other = answer(a_dispute(), CLINICIAN, disputes.counter, Proposal(Decimal(20)), "")
    with working_as(Actor.system(other.pool_id), now=other.answer_by) as work:
        assert disputes.pass_on_silent(work) == 1


def test_a_late_answer_is_told_unless_it_ends_the_dispute():
    """Once it is with the manager no more figures are proposed; to agree is never too late."""
    dispute = a_dispute()
    with working_as(Actor.system(dispute.pool_id), now=dispute.answer_by) as work:
        disputes.pass_on_silent(work)
    with pytest.raises(StaleForm):
        answer(dispute, CLINICIAN, disputes.counter, Proposal(Decimal(20)), "", seen=1)
    with pytest.raises(Conflict):
        answer(dispute, CLINICIAN, disputes.counter, Proposal(Decimal(20)), "")
    assert answer(dispute, CLINICIAN, disputes.accept).state == "settled"
    with pytest.raises(WrongState):
        answer(dispute, MANAGER, disputes.decide, Money(1), "Too late for me")


def test_hours_are_done_with_their_last_dispute():
    """Two items queried: the first outcome leaves the other open."""
    sheet = full_hours()
    with working_as(acting(PRACTICE, sheet)) as work:
        both = {
            "mileage": Objection("not_agreed", Decimal(0)),
            "session": Objection("left_early", amount=Money(30_000)),
        }
        opened = [dispute.id for dispute in queries.query(work, sheet.id, both, "It was a remote day")]
    first, second = (read(Dispute, dispute) for dispute in opened)
    answer(first, CLINICIAN, disputes.accept)
    assert again(sheet).state == "queried"
    answer(second, PRACTICE, disputes.accept)
    assert again(sheet).state == "confirmed"


def test_two_sides_who_accept_at_once_settle_once():
    """Both press at the same moment, each agreeing to the other's figure: the first one counts, the second is told."""
    dispute = a_dispute()
    ready, outcomes = threading.Barrier(2), []

    def press(role):
        ready.wait()
        try:
            answer(dispute, role, disputes.accept, seen=1)
            outcomes.append(role)
        except Conflict:
            outcomes.append("told")

    sides = [threading.Thread(target=press, args=(role,)) for role in (CLINICIAN, PRACTICE)]
    for side in sides:
        side.start()
    for side in sides:
        side.join()
    assert "told" in outcomes
    assert len(set(outcomes)) == 2
    states = by_state(dispute.timesheet)
    assert sum(states.values()) == CLAIMED
    assert again(dispute).rounds_written == 2


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["session", "extra_time", "extra_visits", "mileage"]),
    share=st.integers(0, 99),
    decided=st.integers(0, 100),
)
def test_splitting_and_deciding_lose_no_penny(kind, share, decided):
    """Whatever is agreed and decided: agreed, refused and disputed parts are the claim, at every step."""
    sheet = full_hours()
    claimed = {charge.kind: charge.amount.pence for charge in charges_of(sheet)}
    with working_as(acting(PRACTICE, sheet)) as work:
        part = Money(claimed[kind] * share // 100)
        (opened,) = queries.query(work, sheet.id, {kind: Objection("other", amount=part)}, "As we see it")
        dispute_id = opened.id
    dispute = read(Dispute, dispute_id)
    assert by_state(sheet) == {"agreed": CLAIMED - dispute.disputed.pence, "disputed": dispute.disputed.pence}
    answer(dispute, CLINICIAN, disputes.escalate, "")
    due = Money(dispute.disputed.pence * decided // 100)
    answer(dispute, MANAGER, disputes.decide, due, "As I see it")
    states = by_state(sheet)
    assert states["agreed"] == CLAIMED - dispute.disputed.pence + due.pence
    assert sum(states.values()) == CLAIMED


def a_billable_dispute():
    """A dispute of a clinician whose payment details are known."""
    pool = a_pool()
    session = a_session(a_practice(pool), on=yesterday())
    return a_dispute(full_hours(a_booking(session=session, clinician=a_clinician_who_sells(pool))))


def billed(dispute):
    """Bill what is agreed: kind and pence of each invoice that came of it."""
    with working_as(Actor.system(dispute.pool_id)) as work:
        made = invoicing.bill_booking(work, dispute.timesheet.booking_id)
        return [(charge.kind, charge.total.pence, charge.id) for charge in made]


def paid(dispute, invoice_id):
    """The practice pays an invoice in full."""
    with working_as(acting(PRACTICE, dispute)) as work:
        payments.settle(work, invoice_id, clock.london_date(work.now))


def test_the_undisputed_part_is_billed_now_and_the_outcome_by_a_supplement():
    """Two documents, each charge on exactly one; the booking is paid when both are."""
    dispute = a_billable_dispute()
    ((kind, pence, first),) = billed(dispute)
    assert (kind, pence) == ("invoice", CLAIMED - 2142)
    assert again(dispute.timesheet.booking).state == "queried"
    answer(dispute, CLINICIAN, disputes.escalate, "")
    answer(dispute, MANAGER, disputes.decide, Money(1000), "About half")
    ((kind, pence, second),) = billed(dispute)
    assert (kind, pence) == ("supplementary", 1000)
    assert billed(dispute) == []
    states = []
    for invoice_id in (first, second):
        paid(dispute, invoice_id)
        states.append(again(dispute.timesheet.booking).state)
    assert states == ["invoiced", "paid"]


@pytest.mark.parametrize("pays", [False, True], ids=["not paid yet", "paid meanwhile"])
def test_a_booking_catches_up_when_nothing_more_is_due(pays):
    """The first invoice is the only one: the booking is as far as that invoice is."""
    dispute = a_billable_dispute()
    ((_, _, first),) = billed(dispute)
    if pays:
        paid(dispute, first)
    answer(dispute, CLINICIAN, disputes.accept)
    assert again(dispute.timesheet.booking).state == ("paid" if pays else "invoiced")


def test_billed_late_both_parts_stand_on_one_invoice():
    """The dispute was over before anybody billed: one document, no part twice and none left out."""
    dispute = answer(a_billable_dispute(), PRACTICE, disputes.accept)
    assert [(kind, pence) for kind, pence, _ in billed(dispute)] == [("invoice", CLAIMED)]
    assert billed(dispute) == []
    assert by_state(dispute.timesheet) == {"billed": CLAIMED}


def test_a_confirmation_and_a_query_at_once_are_one_answer():
    """Two colleagues, one moment: one of them is told, and nothing is agreed and disputed at the same time."""
    sheet = full_hours()
    ready, outcomes = threading.Barrier(2), []

    def confirm(work):
        timesheets.confirm(work, sheet.id)

    def query(work):
        queries.query(work, sheet.id, {"mileage": Objection("not_agreed", Decimal(0))})

    def press(do):
        ready.wait()
        try:
            with working_as(acting(PRACTICE, sheet)) as work:
                do(work)
            outcomes.append(do.__name__)
        except WrongState:
            outcomes.append("told")

    colleagues = [threading.Thread(target=press, args=(do,)) for do in (confirm, query)]
    for colleague in colleagues:
        colleague.start()
    for colleague in colleagues:
        colleague.join()
    assert outcomes.count("told") == 1
    won = next(outcome for outcome in outcomes if outcome != "told")
    assert by_state(sheet) == (
        {"agreed": CLAIMED} if won == "confirm" else {"agreed": CLAIMED - 1353, "disputed": 1353}
    )


def test_an_employer_counts_the_miles_of_the_tax_year():
    """9,980 miles claimed before: 20 of the next 30 at the first rate, 10 at the further one. A new year counts anew."""
    pool = a_pool(policy={"mileage_cap": None})
    practice, clinician = a_practice(pool), a_clinician(pool, engagement="bank_worker")

    def amount(on, miles):
        booking = a_booking(session=a_session(practice, on=on), clinician=clinician)
        sheet = full_hours(booking, extras=Extras(miles=Decimal(miles)))
        return next(charge.amount.pence for charge in charges_of(sheet) if charge.kind == "mileage")

    assert amount(date(2026, 5, 28), 9_980) == 9_980 * 55
    assert amount(date(2026, 6, 4), 30) == 20 * 55 + 10 * 25
    assert amount(date(2026, 3, 5), 30) == 30 * 45


def test_every_step_stands_in_the_audit_trail():
    """Who did what when, for each dispute."""
    dispute = a_dispute()
    answer(dispute, CLINICIAN, disputes.counter, Proposal(Decimal(20)), "")
    answer(dispute, PRACTICE, disputes.escalate, "")
    answer(dispute, MANAGER, disputes.decide, Money(100), "Because")
    with working_as(acting(MANAGER, dispute)) as work:
        rows = work.all(select(AuditEntry).where(AuditEntry.subject_id == dispute.id).order_by(AuditEntry.at))
        assert {(row.name, row.role) for row in rows} == {
            ("DisputeOpened", "practice"),
            ("DisputeCountered", "clinician"),
            ("DisputeEscalated", "practice"),
            ("DisputeDecided", "manager"),
        }


def test_a_neighbour_cannot_see_or_answer_it():
    """Neither another practice nor another clinician of the pool."""
    dispute, other = a_dispute(), a_dispute()
    for role in (PRACTICE, CLINICIAN):
        with pytest.raises(NotFound), working_as(acting(role, other)) as work:
            disputes.accept(work, dispute.id, 1)


def test_the_page_shows_what_was_agreed_in_the_end():
    """Confirmed lately: less than was claimed after a dispute."""
    dispute = answer(a_dispute(full_hours(on=yesterday())), CLINICIAN, disputes.accept)
    with working_as(acting(PRACTICE, dispute)) as work:
        recent = hours_pages.recent(work)
        assert hours_pages.agreed_amounts(work, recent) == {dispute.timesheet_id: Money(CLAIMED - 2142)}
