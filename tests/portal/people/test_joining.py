"""Clinicians join by the manager's hand: what is typed wrong is said at once, and what is right can be matched."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.models.clinician import Clinician
from pool.services.eligibility import session_rules
from tests import builders


def typed(**changes):
    """A GP who joins today with papers for a year."""
    until, today = clock.today() + timedelta(days=365), clock.today()
    return {
        "name": "Dr Robin Demo",
        "email": "robin@demo.example",
        "profession": "gp",
        "registration_number": "6012345",
        "compliant_until-day": str(until.day),
        "compliant_until-month": str(until.month),
        "compliant_until-year": str(until.year),
        "engagement": "sole_trader",
        "engaged_from-day": str(today.day),
        "engaged_from-month": str(today.month),
        "engaged_from-year": str(today.year),
        "home_postcode": "nr31 6qb",
        "clinical_systems": "emis_web",
    } | changes


def joined(pool):
    """The clinicians of the pool."""
    with builders.working_as(Actor.system(pool.id)) as work:
        return [
            (
                clinician.name,
                clinician.registration_body,
                clinician.registration_number,
                clinician.home_postcode,
                clinician.engagements[0].type,
            )
            for clinician in work.all(select(Clinician))
        ]


def test_a_clinician_joins_and_is_told(pool, signed_in, post_form):
    """One form; the postcode gets its place, the number its register."""
    browser = signed_in(builders.a_pool_manager(pool.id))
    answer = post_form(browser, "/clinicians/new", **typed())
    assert answer.status_code == 303
    assert joined(pool) == [("Dr Robin Demo", "GMC", "6012345", "NR31 6QB", "sole_trader")]
    assert "Dr Robin Demo" in browser.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"registration_number": "12"}, "This is not a GMC number"),
        ({"registration_number": "DEMO-0001"}, "This is not a GMC number"),
        ({"home_postcode": "NR99 9ZZ"}, "We do not know this postcode"),
        ({"email": "robin"}, "Enter an email address"),
        ({"engagement": ""}, "engagement"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(pool, signed_in, post_form, wrong, sentence):
    """A number of no register, a made-up number on a real pool, a postcode that is nowhere."""
    answer = post_form(signed_in(builders.a_pool_manager(pool.id)), "/clinicians/new", **typed(**wrong))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Dr Robin Demo" in answer.text
    assert joined(pool) == []


def test_the_same_number_does_not_join_twice(pool, signed_in, post_form):
    """Two rows for one doctor would split their diary."""
    browser = signed_in(builders.a_pool_manager(pool.id))
    post_form(browser, "/clinicians/new", **typed())
    again = post_form(browser, "/clinicians/new", **typed(email="other@demo.example"))
    assert again.status_code == 422
    assert "has this number already" in again.text
    assert len(joined(pool)) == 1


def test_papers_that_ran_out_stop_offers_and_a_new_date_opens_them(pool, signed_in, post_form):
    """Checked for the session's own day (domain 3.4)."""
    session = builders.a_session(builders.a_practice(pool))
    clinician = builders.a_clinician(pool, compliant_until=session.on - timedelta(days=1))
    browser = signed_in(builders.a_pool_manager(pool.id))

    def codes():
        with builders.working_as(Actor.system(pool.id)) as work:
            row = work.get(type(session), session.id)
            return [refusal.code for refusal in session_rules.against(work, row, work.get(Clinician, clinician.id))]

    assert codes() == ["compliance"]
    day = session.on + timedelta(days=30)
    sent = {key: value for key, value in typed().items() if key.startswith("engage")}
    papers = {
        "compliant_until-day": str(day.day),
        "compliant_until-month": str(day.month),
        "compliant_until-year": str(day.year),
    }
    address = f"/clinicians/{clinician.id}/change"
    assert post_form(browser, address, **sent, **papers, active="true").status_code == 303
    assert codes() == []


def test_a_new_engagement_starts_on_its_day(pool, signed_in, post_form):
    """Until then the old one holds; nobody is engaged twice on one day (domain 11.15)."""
    clinician = builders.a_clinician(pool, engagement="sole_trader")
    sent = {key: value for key, value in typed(engagement="bank_worker").items() if key.startswith("engage")}
    post_form(signed_in(builders.a_pool_manager(pool.id)), f"/clinicians/{clinician.id}/change", **sent, active="true")
    with builders.working_as(Actor.system(pool.id)) as work:
        row = work.get(Clinician, clinician.id)
        assert row.engagement_on(clock.today() - timedelta(days=1)).type == "sole_trader"
        assert row.engagement_on(clock.today()).type == "bank_worker"
        assert [engagement.ends_on for engagement in row.engagements] == [clock.today() - timedelta(days=1), None]


def day_of(name, on):
    """A day in its three boxes."""
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def test_working_time_is_the_managers_word(pool, signed_in, post_form):
    """Contracted sessions, a lower limit of hours, and the opt-out with its days; shown on the clinician's page."""
    clinician, today = builders.a_clinician(pool, engagement="salaried"), clock.today()
    browser, address = signed_in(builders.a_pool_manager(pool.id)), f"/clinicians/{clinician.id}"
    assert "At most 48 hours a week" in browser.get(address).text
    sent = {key: value for key, value in typed(engagement="salaried").items() if key.startswith("engage")}
    terms = {"contracted_sessions": "4", "weekly_hours": "37", "active": "true"} | day_of("opt_out_from", today)
    assert post_form(browser, f"{address}/change", **sent, **terms).status_code == 303
    now = builders.again(clinician)
    assert (now.contracted_sessions, now.weekly_hours, now.opt_out_from, now.opt_out_until) == (4, 37, today, None)
    page = browser.get(address).text
    assert "At most 37 hours a week (opted out of the working time limit)" in page
    assert "4 sessions a week, used first" in page
    assert 'value="37"' in browser.get(f"{address}/change").text


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (None, 0, "Enter the day the opt-out was signed for, too"),
        (0, -1, "The last day of the opt-out is before its first"),
    ],
)
def test_an_opt_out_ends_after_it_began(pool, signed_in, post_form, since, until, words):
    """A slip is said beside the field."""
    clinician, today = builders.a_clinician(pool, engagement="salaried"), clock.today()
    sent = {key: value for key, value in typed(engagement="salaried").items() if key.startswith("engage")}
    if since is not None:
        sent |= day_of("opt_out_from", today + timedelta(days=since))
    sent |= day_of("opt_out_until", today + timedelta(days=until))
    answer = post_form(signed_in(builders.a_pool_manager(pool.id)), f"/clinicians/{clinician.id}/change", **sent)
    assert answer.status_code == 422
    assert words in answer.text


def facts(**changes):
    """What a clinician says by telephone."""
    return {
        "home_postcode": "NR30 1AA",
        "max_travel_minutes": "20",
        "weekly_cap": "3",
        "wanted_sessions": "2",
        "skills": [],
        "clinical_systems": ["systmone"],
    } | changes


def test_a_manager_writes_down_what_a_clinician_said(pool, signed_in, post_form):
    """Name, address, home, limits, systems; the clinician's private fee stays."""
    clinician = builders.a_clinician(pool, name="Dr Jya Finch", min_fee=builders.Money(30000))
    browser, address = signed_in(builders.a_pool_manager(pool.id)), f"/clinicians/{clinician.id}"
    said = facts(name="Dr Jay Finch", email="jay@surgery.example")
    assert post_form(browser, f"{address}/facts", **said).status_code == 303
    now = builders.again(clinician)
    assert (now.name, now.person.email) == ("Dr Jay Finch", "jay@surgery.example")
    assert (now.home_postcode, now.max_travel_minutes, now.weekly_cap) == ("NR30 1AA", 20, 3)
    assert (now.clinical_systems, now.min_fee) == (["systmone"], builders.Money(30000))
    assert post_form(browser, f"{address}/facts", **facts(min_fee="1")).status_code == 422


def test_what_belongs_to_another_pool_too_stays(pool, signed_in, post_form):
    """Home and limits are written in this pool only; name and address are refused."""
    clinician = builders.a_clinician(pool)
    there = builders.a_clinician(person=clinician.person)
    browser, address = signed_in(builders.a_pool_manager(pool.id)), f"/clinicians/{clinician.id}/facts"
    assert "only they can change their name" in browser.get(address).text
    assert post_form(browser, address, **facts()).status_code == 303
    assert (builders.again(clinician).weekly_cap, builders.again(there).weekly_cap) == (3, there.weekly_cap)
    assert post_form(browser, address, **facts(name="Somebody Else")).status_code == 403
