"""What can be wrong with a matching problem, said so that the person who made the file can mend it.

MatchingError
├── ProblemError     a table of the problem has a bad row: names table, row and column
├── PlanError        a plan file, an unknown id or an impossible question
└── UnsafePlan       the independent check refused a plan: a fault of the engine
"""

from __future__ import annotations


class MatchingError(ValueError):
    """Anything the engine refuses; the message is a sentence a person can act on."""


class ProblemError(MatchingError):
    """A table of the problem cannot be used. Rows count from 1, the header is not counted; `key` is the row's own id."""

    def __init__(
        self, message: str, *, table: str, row: int | None = None, column: str | None = None, key: str | None = None
    ):
        self.table, self.row, self.column, self.key, self.message = table, row, column, key, message
        line = f", row {row}" + (f" ({key})" if key else "") if row else ""
        where = f"{table}{line}" + (f", column {column}" if column else "")
        super().__init__(f"{where}: {message}")


class PlanError(MatchingError):
    """A plan or a question names something the problem does not have."""


class UnsafePlan(MatchingError):
    """The independent check refused a plan of the engine's own; nothing is given back."""
