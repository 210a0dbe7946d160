"""Company status, figures and adjustments for the pool in which everything exists."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.catalogue import GUIDE_RATE, ON_COSTS
from pool.models.adjustment import AdjustmentProposal
from pool.models.charge import Charge
from pool.models.determination import StatusDetermination
from pool.money import Money
from pool.rules.off_payroll import EXTRA, INSIDE, OUTSIDE
from pool.services.billing.own_rates import About
from tests import builders
from tests.builders import working_as
from tests.money_builders import a_determination, a_figure


def fill_rules(town: Any, ids: Any, only: Any) -> None:
    """A company that the practice decided about, a disagreement, figures with history, a difference to decide."""
    elm = builders.a_clinician(town.pool, name="Dr Demo Elm", engagement="limited_company")
    a_determination(town.practice, elm, OUTSIDE)
    a_figure(town.pool, About(GUIDE_RATE, "gp"), {"pence": 35000}, valid_from=date(2026, 4, 1))
    a_figure(town.pool, About(GUIDE_RATE, "gp"), {"pence": 36000}, valid_from=date(2026, 4, 1))
    a_figure(town.pool, About(ON_COSTS), {"basis_points": 1505}, valid_from=clock.today(), confirmed=False)
    first, second = a_disagreement(town), a_difference(town)
    with working_as(Actor.system(town.pool.id)) as work:
        work.add(first)
        work.add(second)
        ids["determination_id"], ids["adjustment_id"] = [first.id], [second.id]
    only["company_status.decide"] = [elm.id]


def a_disagreement(town: Any) -> StatusDetermination:
    """From the time in which Dr Alder worked through a company: decided, disagreed with, answered."""
    then = clock.now() - timedelta(days=90)
    return StatusDetermination(
        practice_id=town.practice.id,
        clinician_id=town.alder.id,
        pattern=EXTRA,
        outcome=INSIDE,
        reasons="Works the practice’s own rota and may not send a substitute.",
        decided_on=then.date(),
        review_on=then.date() + timedelta(days=365),
        issued_at=then,
        disagreed_at=then + timedelta(days=2),
        disagreement="I stood in for somebody.",
        answered_at=then + timedelta(days=9),
        answer="Not on those days.",
    )


def a_difference(town: Any) -> AdjustmentProposal:
    """Mileage that was billed at 45p."""
    with working_as(Actor.system(town.pool.id)) as work:
        billed = work.all(select(Charge).where(Charge.practice_id == town.practice.id).order_by(Charge.claimed_at))[
            0
        ].id
    return AdjustmentProposal(
        practice_id=town.practice.id,
        subject="charge",
        subject_id=billed,
        figure_table="mileage_rates",
        used="24.6 miles at 45p (HMRC approved rate from 6 April 2011) = £11.07",
        now_known="24.6 miles at 55p (HMRC approved rate from 6 April 2026) = £13.53",
        old_amount=Money(1107),
        new_amount=Money(1353),
        recorded_on=date(2026, 5, 21),
        proposed_at=clock.now(),
        source_key=str(uuid4()),
    )
