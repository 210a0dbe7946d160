"""Status determinations of the demo's companies: outside nearly everywhere, inside where the two are kept apart anyway."""

from collections.abc import Iterator
from datetime import date, timedelta

from pool.demo.clinicians import DemoClinician
from pool.demo.foundation import practice_id
from pool.demo.identity import demo_id, pool_id
from pool.demo.members import clinician_id
from pool.demo.practices import DemoPractice
from pool.demo.settings import DemoPool
from pool.models.determination import StatusDetermination
from pool.rules.off_payroll import INSIDE, OUTSIDE, PATTERNS
from pool.unit_of_work import UnitOfWork

DECIDED_DAYS_AGO, REVIEWED_AFTER_DAYS = 200, 365
REASONS = {
    OUTSIDE: "Works without supervision, sends a substitute when away, pays for own indemnity and equipment. (Demo text)",
    INSIDE: "Works the practice’s own rota under its lead GP and may not send a substitute. (Demo text)",
}


def decide(
    work: UnitOfWork, pool: DemoPool, practices: list[DemoPractice], people: list[DemoClinician], *, today: date
) -> None:
    """Every practice has decided about every company, for each way of working."""
    companies = [person for person in people if person.engagement == "limited_company"]
    decided_on = today - timedelta(days=DECIDED_DAYS_AGO)
    work.store.add_all(row for company in companies for row in about(work, pool, practices, company, decided_on))


def about(
    work: UnitOfWork, pool: DemoPool, practices: list[DemoPractice], member: DemoClinician, decided_on: date
) -> Iterator[StatusDetermination]:
    """The determinations about one company."""
    for practice in practices:
        outcome = INSIDE if practice.ods_code == member.blocked else OUTSIDE
        for pattern in PATTERNS:
            yield StatusDetermination(
                id=demo_id("determination", pool.slug, member.email, practice.ods_code, pattern),
                pool_id=pool_id(pool),
                practice_id=practice_id(practice.ods_code),
                clinician_id=clinician_id(pool, member.email),
                pattern=pattern,
                outcome=outcome,
                reasons=REASONS[outcome],
                decided_on=decided_on,
                review_on=decided_on + timedelta(days=REVIEWED_AFTER_DAYS),
                issued_at=work.now - timedelta(days=DECIDED_DAYS_AGO),
            )
