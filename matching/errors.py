"""What can be wrong with a matching problem, said so that the person who made the file can mend it.

MatchingError
├── ProblemError     a table of the problem has a bad row: names table, row and column
└── PlanError        a plan file, an unknown id or an impossible question
"""

from __future__ import annotations


class MatchingError(ValueError):
    """Anything the engine refuses; the message is a sentence a person can act on."""


class ProblemError(MatchingError):
    """A table of the problem cannot be used. Rows count from 1, the header is not counted."""

    def __init__(self, message: str, *, table: str, row: int | None = None, column: str | None = None):
        self.table, self.row, self.column, self.message = table, row, column, message
        where = f"{table}" + (f", row {row}" if row else "") + (f", column {column}" if column else "")
        super().__init__(f"{where}: {message}")


class PlanError(MatchingError):
    """A plan or a question names something the problem does not have."""
