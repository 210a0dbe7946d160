"""What a person signs in with besides the e-mailed link: a password, an authenticator, recovery codes.

Each change is written down in all their pools, told to them by e-mail, and signs them out everywhere else.
"""

from collections.abc import Sequence
from uuid import UUID

from pool.errors import Conflict
from pool.events import SignInChanged
from pool.models.person import Person
from pool.services.people import logins, sign_in, signed_tokens
from pool.services.people.accounts import record_everywhere
from pool.unit_of_work import UnitOfWork

AUTHENTICATOR = "authenticator"
FACTOR_FIRST = "Set up your authenticator app first: a password alone does not sign you in."


def set_password(work: UnitOfWork, person_id: UUID, hashed: str, *, keep: UUID) -> None:
    """Set or change the password, given as its hash; Conflict while there is no second factor."""
    person = work.get(Person, person_id, lock=True)
    if not sign_in.has_second_factor(person):
        raise Conflict(FACTOR_FIRST)
    person.password = hashed
    _changed(work, person_id, "password", keep)


def set_second_factor(
    work: UnitOfWork, person_id: UUID, secret: str, counter: int, codes: Sequence[str], *, keep: UUID
) -> None:
    """Use this authenticator (its encrypted secret) from now on; `counter` is the code that proved it, used up."""
    person = work.get(Person, person_id, lock=True)
    person.tf_primary_method, person.tf_totp_secret, person.totp_counter = AUTHENTICATOR, secret, counter
    person.mf_recovery_codes = [_kept(code) for code in codes]
    _changed(work, person_id, "authenticator app", keep)


def set_recovery_codes(work: UnitOfWork, person_id: UUID, codes: Sequence[str], *, keep: UUID) -> None:
    """Replace the recovery codes; Conflict while there is no second factor to recover."""
    person = work.get(Person, person_id, lock=True)
    if not sign_in.has_second_factor(person):
        raise Conflict("Set up your authenticator app first: recovery codes stand in for it.")
    person.mf_recovery_codes = [_kept(code) for code in codes]
    _changed(work, person_id, "recovery codes", keep)


def use_recovery_code(person: Person, typed: str) -> bool:
    """Is this one of the person's recovery codes? It is gone afterwards; their row must be held."""
    kept = _kept(typed)
    codes = person.mf_recovery_codes or []
    if kept not in codes:
        return False
    person.mf_recovery_codes = [code for code in codes if code != kept]
    return True


def _kept(code: str) -> str:
    """What the table holds of a recovery code, however it was typed."""
    plain = "".join(character for character in code.lower() if character.isalnum())
    return signed_tokens.mark("recovery code", plain)


def _changed(work: UnitOfWork, person_id: UUID, what: str, keep: UUID) -> None:
    logins.end_others(work, person_id, keep)
    record_everywhere(work, SignInChanged(person_id, what))
