"""What is wrong with an installation, in words."""

from collections.abc import Callable, Iterator

from sqlalchemy.exc import SQLAlchemyError

from pool.config import Config
from pool.operations import database_checks, server_checks
from pool.operations.finding import Finding

FOR_SETUP: tuple[Callable[[Config], Iterator[Finding]], ...] = (
    server_checks.addresses,
    database_checks.findings,
    server_checks.redis,
    server_checks.mail,
)
"""What has to be right before an installation begins."""

OF_ROWS: tuple[Callable[[Config], Iterator[Finding]], ...] = (
    server_checks.keys,
    server_checks.pools,
    server_checks.background,
)
"""What is asked of the tables once they are there."""


def before_setup(config: Config) -> list[Finding]:
    """Everything but the rows."""
    return [finding for check in FOR_SETUP for finding in check(config)]


def examine(config: Config) -> list[Finding]:
    """Everything. Rows are asked only where the database is as it should be."""
    found = before_setup(config)
    try:
        found += [finding for check in OF_ROWS for finding in check(config)]
    except SQLAlchemyError:
        return found
    return found


def verdict(found: list[Finding]) -> str:
    """The last line of the report."""
    wrong = sum(not finding.is_well for finding in found)
    return f"{wrong} to mend." if wrong else "Everything is well."
