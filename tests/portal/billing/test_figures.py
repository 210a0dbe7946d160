"""The page of figures: what holds, what is unconfirmed, what was ever recorded; and guidance where sessions are posted."""

from datetime import date

import pytest

from pool.catalogue import GUIDE_RATE
from pool.services.billing.own_rates import About
from tests import builders
from tests.money_builders import a_figure


def typed(token, **said):
    """A guide rate as it is typed."""
    usual = {
        "csrf_token": token,
        "kind": "guide_rate",
        "profession": "gp",
        "session_kind": "",
        "amount": "350",
        "percent": "",
        "valid_from-day": "1",
        "valid_from-month": "4",
        "valid_from-year": "2026",
        "owner": "Board of the host",
        "source": "Minutes of March",
    }
    return usual | said


def test_national_tables_are_shown_with_source_owner_and_banner(manager):
    """A manager sees what money is worked out with, and what awaits somebody's word."""
    page = manager.get("/manager/figures").text
    for words in (
        "Unconfirmed figures",
        "Holiday pay of irregular hours",
        "rate 0.1207",
        "first pence 55",
        "Host finance",
    ):
        assert words in page


def test_a_figure_is_recorded_and_its_history_kept(manager, token_for):
    """A second word does not replace the first; both can be read."""
    token = token_for(manager)
    first = manager.post("/manager/figures/new", data=typed(token), follow_redirects=True)
    assert "£350.00" in first.text
    assert "Guide rate for a session of 4 hr 10 min: GP" in first.text
    assert "Unconfirmed" in first.text
    second = manager.post(
        "/manager/figures/new", data=typed(token, amount="360", confirmed="true"), follow_redirects=True
    )
    assert "Everything that was recorded" in second.text
    assert "£350.00" in second.text
    assert "£360.00" in second.text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"profession": ""}, "Choose whom the guide rate is for"),
        ({"amount": ""}, "Enter an amount"),
        ({"kind": "on_costs"}, "Enter a share"),
        ({"owner": ""}, "Say who answers for it"),
    ],
)
def test_what_is_missing_is_said(manager, token_for, said, words):
    """Nothing is recorded."""
    answer = manager.post("/manager/figures/new", data=typed(token_for(manager), **said))
    assert answer.status_code == 422
    assert words in answer.text


def test_guide_rates_are_guidance_where_sessions_are_posted(pool, signed_in):
    """Labelled as what they are: no agreed fee (domain 4.7)."""
    practice = builders.a_practice(pool)
    browser = signed_in(builders.a_practice_manager(practice))
    assert "Guidance from the pool" not in browser.get("/sessions/new").text
    a_figure(pool, About(GUIDE_RATE, "gp"), {"pence": 35000}, valid_from=date(2026, 4, 1))
    page = browser.get("/sessions/new").text
    assert "Guidance from the pool for 4 hr 10 min, not an agreed fee: GP: £350.00." in page


def test_figures_are_for_managers(pool, signed_in):
    """Practices see guidance, not the pool's books."""
    assert signed_in(builders.a_practice_manager(builders.a_practice(pool))).get("/manager/figures").status_code == 403
