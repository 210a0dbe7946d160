"""The page of adjustments: both workings, accepted with one button or dismissed with a reason."""

from uuid import uuid4

import pytest

from pool import clock
from pool.actor import Actor
from pool.models.adjustment import AdjustmentProposal
from pool.money import Money
from tests import builders
from tests.builders import again, working_as


@pytest.fixture
def proposed(pool):
    """A difference on a pension form, which touches no invoice."""
    practice = builders.a_practice(pool, name="The Park Surgery")
    row = AdjustmentProposal(
        practice_id=practice.id,
        subject="form_b",
        subject_id=uuid4(),
        figure_table="pension_tiers",
        used="tier 3 (8.3%) of £1,000.00: £83.00",
        now_known="tier 2 (6.5%) of £1,000.00: £65.00",
        old_amount=Money(8300),
        new_amount=Money(6500),
        recorded_on=clock.today(),
        proposed_at=clock.now(),
        source_key=str(uuid4()),
    )
    with working_as(Actor.system(pool.id)) as work:
        work.add(row)
    return builders.written(row)


def test_a_manager_sees_both_workings_and_accepts(manager, token_for, proposed):
    """What was used, what is known now, the difference."""
    page = manager.get("/manager/adjustments").text
    assert "The Park Surgery" in page
    assert "-£18.00" in page
    address = f"/manager/adjustments/{proposed.id}"
    shown = manager.get(address).text
    for words in ("tier 3 (8.3%)", "tier 2 (6.5%)", "No invoice changes"):
        assert words in shown
    answer = manager.post(f"{address}/accept", data={"csrf_token": token_for(manager)}, follow_redirects=True)
    assert "settles the difference" in answer.text
    assert again(proposed).state == "accepted"


def test_dismissing_needs_a_reason(manager, token_for, proposed):
    """Beside the field, and then it is kept."""
    address, token = f"/manager/adjustments/{proposed.id}", token_for(manager)
    assert manager.post(f"{address}/dismiss", data={"csrf_token": token, "reason": ""}).status_code == 422
    said = {"csrf_token": token, "reason": "The year is closed."}
    assert "Dismissed" in manager.post(f"{address}/dismiss", data=said, follow_redirects=True).text
    assert "The year is closed." in manager.get(address).text


def test_nothing_to_adjust(manager):
    """The usual day."""
    assert "Nothing to adjust" in manager.get("/manager/adjustments").text
