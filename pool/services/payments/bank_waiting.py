"""A bank line until somebody has dealt with it, and the moment when it is settled."""

from pool.errors import Conflict
from pool.lifecycle import BANK_LINE, advance
from pool.models.bank import BankLine
from pool.rules.bank_entry import BankRow
from pool.unit_of_work import UnitOfWork

WAITING = ("proposed", "unmatched")


def as_row(line: BankLine) -> BankRow:
    """A line as the rules see it."""
    return BankRow(line.row, line.paid_on, line.amount, line.reference, line.payer, line.goes_back)


def must_wait(line: BankLine) -> None:
    """Raises Conflict when somebody else has dealt with it."""
    if line.state not in WAITING:
        raise Conflict("Somebody has dealt with this line already. Refresh the page to see it as it is.")


def settled(work: UnitOfWork, line: BankLine) -> None:
    """Nobody has to look at this line any more."""
    advance(BANK_LINE, line, "match")
    line.settled_at, line.settled_by_id = work.now, work.actor.person_id
