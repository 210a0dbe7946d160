"""A reason: why a clinician may not take a session, or what a plan breaks, in one plain sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reason:
    """A broken rule. `code` is for programs, `sentence` for people, `numbers` what the sentence rests on."""

    code: str
    sentence: str
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Violation:
    """A rule that a plan breaks. `fixed` says that only bookings that have to stay are involved."""

    code: str
    sentence: str
    session_ids: tuple[str, ...] = ()
    clinician_id: str | None = None
    fixed: bool = False
