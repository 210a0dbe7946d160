"""The proof that books and documents agree: each check is one SQL statement that finds what is wrong, and a sentence for it.

Plain SQL on purpose, apart from the code that posts: an auditor can run each statement by hand. `flask ledger verify` runs
them, the background programs every night, and the tests wherever money was moved.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text

from pool.models.pool import Pool
from pool.money import Money
from pool.services.ledger.ledger_check_sql import (
    ACCOUNTS_OF_DOCUMENTS,
    ALLOCATED_TOO_MUCH,
    ENTRIES_OF_NOTHING,
    LINES_ARE_THE_NET,
    MISSING_ENTRIES,
    OWED,
    PAID_AND_CREDITED,
    STATES,
    UNBALANCED,
)
from pool.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Check:
    """A statement that gives (name, left, right) for each thing that is wrong, in pence, and the sentence about it."""

    statement: str
    sentence: str


CHECKS = (
    Check(UNBALANCED, "Ledger entry {name} does not balance: its sides come to {left}."),
    Check(MISSING_ENTRIES, "{name} has no ledger entry, although it is worth {left}."),
    Check(ENTRIES_OF_NOTHING, "Ledger entry {name} belongs to no issued document and no payment."),
    Check(LINES_ARE_THE_NET, "The lines of {name} come to {left}, the document says {right}."),
    Check(PAID_AND_CREDITED, "{name}: payments and credit notes come to {left}, the document says {right}."),
    Check(OWED, "{name}: the ledger says {left} is owed, the documents say {right}."),
    Check(ALLOCATED_TOO_MUCH, "{name} is worth {right}, but {left} of it was used."),
    Check(STATES, "{name} is in the wrong state for its amounts: {left} paid of {right} due."),
    Check(ACCOUNTS_OF_DOCUMENTS, "Account {name}: the ledger has {left}, the documents come to {right}."),
)


@dataclass(frozen=True)
class Report:
    """What was found in a pool's books, as sentences; `entries` is how many were looked at."""

    pool: str
    entries: int
    mistakes: tuple[str, ...]


def verify(work: UnitOfWork, pool_id: UUID) -> Report:
    """Run every check on one pool; no mistakes means that books and documents agree to the penny."""
    pool = work.get(Pool, pool_id)
    count = work.store.execute(text("SELECT count(*) FROM ledger_entry WHERE pool_id = :pool"), {"pool": pool_id})
    mistakes = tuple(sentence for check in CHECKS for sentence in found_by(work, check, pool_id))
    return Report(pool.name, int(count.scalar_one()), mistakes)


def found_by(work: UnitOfWork, check: Check, pool_id: UUID) -> list[str]:
    """The sentences of one check."""
    rows = work.store.execute(text(check.statement), {"pool": pool_id})
    return [
        check.sentence.format(name=name, left=Money(int(left or 0)), right=Money(int(right or 0)))
        for name, left, right in rows
    ]


def pools(work: UnitOfWork) -> list[UUID]:
    """Every pool the actor may see, by name."""
    return list(work.all(select(Pool.id).where(Pool.id.in_(work.actor.pool_ids)).order_by(Pool.name)))
