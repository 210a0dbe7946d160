"""What is asked of whoever takes a session: the part of the terms that comes from the session alone."""

from dataclasses import dataclass

from pool.rules.session_plan import SessionPlan


@dataclass(frozen=True)
class Covering:
    """Why cover is needed, and the post or person who is away; "" when nobody was named."""

    reason: str
    post: str

    def __str__(self) -> str:
        return f"{self.reason} ({self.post})" if self.post else self.reason


@dataclass(frozen=True, kw_only=True)
class OfferedWork:
    """The work of a session in the words of the catalogue. A new field is said in rules/work_words.py."""

    kind: str
    role: str
    plan: SessionPlan
    clinical_system: str
    covering: Covering
    notes: str
