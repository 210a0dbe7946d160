"""Forms and settings of the NHS Pension Scheme."""

from dataclasses import dataclass
from uuid import UUID

from pool.events.base import Event


@dataclass(frozen=True)
class PensionProfileChanged(Event):
    """Pension facts of a clinician changed; `changed` names them."""

    profile_id: UUID
    changed: str


@dataclass(frozen=True)
class TierChosen(Event):
    """A clinician chose the contribution tier of a scheme year (the year in which it starts)."""

    choice_id: UUID
    year: int
    tier: str


@dataclass(frozen=True)
class FormAPrepared(Event):
    """Form A of an invoice waits for the clinician, who is told."""

    form_a_id: UUID
    invoice_id: UUID


@dataclass(frozen=True)
class FormADeclared(Event):
    """The clinician declared Form A. The practice, which signs next, is told."""

    form_a_id: UUID


@dataclass(frozen=True)
class FormASigned(Event):
    """The practice signed Form A. The clinician is told on which Form B it stands."""

    form_a_id: UUID


@dataclass(frozen=True)
class FormAWithdrawn(Event):
    """Form A is void, because its invoice was credited; `reason` is a sentence."""

    form_a_id: UUID
    reason: str


@dataclass(frozen=True)
class FormAAtRisk(Event):
    """`days` days have passed since the work, and Form A is on no Form B. The next to act is told, late the managers
    too."""

    form_a_id: UUID
    days: int


@dataclass(frozen=True)
class FormBDue(Event):
    """A month (ISO date of its first day) with signed forms is over. The clinician is told to send Form B."""

    clinician_id: UUID
    month: str


@dataclass(frozen=True)
class FormBSubmitted(Event):
    """A clinician sent Form B of a month."""

    form_b_id: UUID


@dataclass(frozen=True)
class FormBPaid(Event):
    """A clinician paid the contributions of Form B."""

    form_b_id: UUID


@dataclass(frozen=True)
class SoloFormDue(Event):
    """A scheme year with GP SOLO work is over. The clinician is told to send the annual form."""

    clinician_id: UUID
    year: int
