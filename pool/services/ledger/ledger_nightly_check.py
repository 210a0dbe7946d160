"""The nightly proof of the books: kept in the audit trail, shown to managers when something is wrong."""

from datetime import datetime

from sqlalchemy import select

from pool.events import LedgerChecked
from pool.models.audit import AuditEntry
from pool.services.ledger import ledger_check
from pool.unit_of_work import UnitOfWork


def prove_since(work: UnitOfWork, night: datetime) -> bool:
    """Prove the books of the actor's pool unless that was done since; False when it was."""
    newest = latest(work)
    if newest is not None and newest.at >= night:
        return False
    pool_id = work.pool_id
    report = ledger_check.verify(work, pool_id)
    first = report.mistakes[0] if report.mistakes else ""
    work.record(LedgerChecked(pool_id, len(report.mistakes), first), pool_id=pool_id)
    return True


def latest(work: UnitOfWork) -> AuditEntry | None:
    """The newest proof in the audit trail."""
    done = select(AuditEntry).where(AuditEntry.name == LedgerChecked.__name__)
    return work.first(done.order_by(AuditEntry.at.desc()))


def trouble(work: UnitOfWork) -> str:
    """The first thing that the newest proof found wrong; nothing when the books agreed."""
    newest = latest(work)
    return str(newest.data["first"]) if newest is not None and newest.data["mistakes"] else ""
