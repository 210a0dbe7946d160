"""People and how they sign in."""

from dataclasses import dataclass
from uuid import UUID

from pool.events.base import Event


@dataclass(frozen=True)
class SignInLinkAsked(Event):
    """Somebody asked for a sign-in link. It is sent to the person's address."""

    link_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class PersonSignedIn(Event):
    """A person signed in, by this `way`."""

    person_id: UUID
    way: str


@dataclass(frozen=True)
class SignInRefused(Event):
    """A sign-in failed; `reason` is a sentence for the audit trail."""

    person_id: UUID
    reason: str


@dataclass(frozen=True)
class SignInChanged(Event):
    """Password, second factor or address of a person changed; `changed` names it. The person is warned."""

    person_id: UUID
    changed: str


@dataclass(frozen=True)
class PersonInvited(Event):
    """A person was given a role in the pool. They are told how to begin."""

    person_id: UUID
    role: str


@dataclass(frozen=True)
class InvitationAnswered(Event):
    """A person of other pools accepted or declined an invitation."""

    person_id: UUID
    stand_in_id: UUID
    answer: str


@dataclass(frozen=True)
class FactorResetAsked(Event):
    """A manager of the pool `asked_from_id` says that a person lost their phone. Managers of the person's other pools
    are told."""

    person_id: UUID
    asked_from_id: UUID


@dataclass(frozen=True)
class AddressChangeAsked(Event):
    """A link to confirm a new e-mail address was asked for. It is sent to the new address."""

    link_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class PersonCorrected(Event):
    """A manager corrected name or address of a person, who is told at both addresses; an empty old value did not
    change."""

    person_id: UUID
    old_address: str
    old_name: str = ""


@dataclass(frozen=True)
class RoleEnded(Event):
    """A person's role in the pool ended."""

    person_id: UUID
    role: str
