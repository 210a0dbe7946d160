"""Company status as pages: the practice decides, the clinician disagrees, the practice answers, the manager reads."""

from datetime import timedelta

import pytest

from pool import clock
from pool.rules.off_payroll import INSIDE
from tests import builders
from tests.money_builders import a_determination


def form(token, **said):
    """A decision as it is typed."""
    review = clock.today() + timedelta(days=200)
    usual = {
        "csrf_token": token,
        "pattern": "absence",
        "outcome": "outside",
        "reasons": "Sends a substitute when away.",
        "review_on-day": review.day,
        "review_on-month": review.month,
        "review_on-year": review.year,
    }
    return usual | said


def test_a_practice_decides_and_sees_what_it_decided(signed_in, token_for, practice, company):
    """From "not decided" to "outside" with one form."""
    browser = signed_in(builders.a_practice_manager(practice))
    assert "Not decided" in browser.get("/company-status").text
    address = f"/company-status/clinicians/{company.id}"
    assert "Dr Jay Finch" in browser.get(f"{address}?pattern=absence").text
    answer = browser.post(address, data=form(token_for(browser)), follow_redirects=True)
    assert answer.status_code == 200
    assert "Recorded and sent to the clinician" in answer.text
    assert "Outside" in answer.text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"reasons": ""}, "Enter"),
        ({"review_on-year": "2020"}, "Enter a day after today"),
        ({"outcome": "perhaps"}, "Choose"),
    ],
)
def test_what_is_missing_is_said_beside_the_field(signed_in, token_for, practice, company, said, words):
    """Nothing is recorded; what was typed stays."""
    browser = signed_in(builders.a_practice_manager(practice))
    answer = browser.post(f"/company-status/clinicians/{company.id}", data=form(token_for(browser), **said))
    assert answer.status_code == 422
    assert words in answer.text


def test_there_is_nothing_to_decide_about_a_sole_trader(signed_in, token_for, pool, practice):
    """The page is not there for them."""
    browser = signed_in(builders.a_practice_manager(practice))
    address = f"/company-status/clinicians/{builders.a_clinician(pool).id}"
    assert browser.get(address).status_code == 404
    assert browser.post(address, data=form(token_for(browser))).status_code == 404


def test_a_disagreement_and_its_answer(signed_in, token_for, practice, company):
    """The clinician says why, the practice sees the clock and answers, both can read it."""
    row = a_determination(practice, company, INSIDE)
    address = f"/company-status/{row.id}"
    own = signed_in(company.person)
    assert "The Park Surgery" in own.get("/company-status").text
    assert "Do you disagree?" in own.get(address).text
    sent = own.post(
        f"{address}/disagree",
        data={"csrf_token": token_for(own), "words": "I send a substitute."},
        follow_redirects=True,
    )
    assert "must answer within 45 days" in sent.text
    assert own.post(f"{address}/disagree", data={"csrf_token": token_for(own), "words": ""}).status_code == 422
    theirs = signed_in(builders.a_practice_manager(practice))
    assert "Disagreed: answer by" in theirs.get("/company-status").text
    answered = theirs.post(
        f"{address}/uphold", data={"csrf_token": token_for(theirs), "words": "Not without us."}, follow_redirects=True
    )
    assert "Your answer was sent" in answered.text
    assert "Not without us." in signed_in(company.person).get(address).text


def test_the_manager_reads_everything_and_changes_nothing(signed_in, token_for, pool, practice, company):
    """The practice is the client: the pool does not decide for it."""
    row = a_determination(practice, company, INSIDE)
    browser = signed_in(builders.a_pool_manager(pool.id))
    page = browser.get("/company-status").text
    assert "Dr Jay Finch" in page
    assert "Inside" in page
    assert "Keep the decision" not in browser.get(f"/company-status/{row.id}").text
    address = f"/company-status/clinicians/{company.id}"
    assert browser.post(address, data=form(token_for(browser))).status_code == 403


def test_a_small_apms_contractor_reads_that_it_need_not_decide(signed_in, pool, company):
    """The size test is a setting of the practice (domain 4.3)."""
    practice = builders.a_practice(pool, contract_type="APMS", small_client=True)
    assert "You need not decide" in signed_in(builders.a_practice_manager(practice)).get("/company-status").text
