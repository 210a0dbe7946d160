"""Status determinations and figures for tests; on top of tests/builders.py."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from pool import clock
from pool.actor import Actor
from pool.models.clinician import Clinician
from pool.models.determination import StatusDetermination
from pool.models.figure import PoolFigure
from pool.models.ledger import LedgerPosting
from pool.models.pool import Pool
from pool.models.practice import Practice
from pool.money import Money
from pool.rules.ledger_accounts import RECEIVABLE
from pool.rules.off_payroll import ABSENCE
from pool.services.billing import own_rates
from pool.services.billing.own_rates import About
from pool.services.clinicians import company_status
from pool.unit_of_work import UnitOfWork
from tests.builders import working_as, written
from tests.replay import replayed


@replayed
def a_determination(
    practice: Practice, clinician: Clinician, outcome: str, *, pattern: str = ABSENCE, review_on: date | None = None
) -> StatusDetermination:
    """What a practice decided about a company, now; to be reviewed in ten months unless said otherwise."""
    review = review_on or clock.today() + timedelta(days=300)
    with working_as(Actor.system(practice.pool_id)) as work:
        row = company_status.issue(
            work,
            practice.id,
            clinician.id,
            pattern=pattern,
            outcome=outcome,
            reasons="Decided for a test.",
            review_on=review,
        )
    return written(row)


@replayed
def a_figure(
    pool: Pool, about: About, amounts: dict[str, int], *, valid_from: date, confirmed: bool = True
) -> PoolFigure:
    """A figure that a pool recorded just now."""
    with working_as(Actor.system(pool.id)) as work:
        row = own_rates.record(
            work, about, amounts, valid_from=valid_from, confirmed=confirmed, owner="Host finance", source="Board"
        )
    return written(row)


def owed_in_books(work: UnitOfWork, invoice_id: UUID) -> Money:
    """What the postings say is owed on an invoice."""
    pence = select(func.coalesce(func.sum(LedgerPosting.pence), 0)).where(
        LedgerPosting.invoice_id == invoice_id, LedgerPosting.account == RECEIVABLE
    )
    return Money(int(work.store.execute(pence).scalar_one()))
