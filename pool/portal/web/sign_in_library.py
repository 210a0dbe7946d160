"""Flask-Security, set up for our two ways in: its argon2 hashes, one-time codes and freshness, with pages of our own.

Its own views and its database access stay unused: people are read and written through the unit of work like all else.
"""

from datetime import timedelta
from typing import Any

from flask import Flask, current_app
from flask_security import RoleMixin, Security, Totp, UserDatastore, hash_password, verify_password
from flask_security.utils import check_and_update_authn_fresh, set_request_attr

from pool.config import Config
from pool.models.person import Person
from pool.portal.web import cookie
from pool.services.people import logins, sign_in_factors, signed_tokens

FRESH = timedelta(minutes=30)
GRACE = timedelta(minutes=10)
CLOCK_DRIFT_SECONDS = 30
RECOVERY_CODES = 10
NOBODYS = "checked when there is no password, so that an unknown address takes as long as a known one"


class OneTimeCodes(Totp):
    """Codes of the authenticator; each counts once, also when two browsers send it at the same moment."""

    def get_last_counter(self, user: Any) -> int | None:
        """The last code this person used."""
        return user.totp_counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Remember the code as used; the caller holds the person's row."""
        user.totp_counter = tmatch.counter


def install(app: Flask, config: Config) -> None:
    """Set up the library."""
    app.config.update(
        SECURITY_PASSWORD_SALT=config.secret_key,
        SECURITY_TOTP_SECRETS={"1": config.totp_secret},
        SECURITY_TOTP_ISSUER=config.product_name,
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
    )
    signed_tokens.unlock(config.secret_key)
    library = Security(app, UserDatastore(Person, RoleMixin), register_blueprint=False, totp_cls=OneTimeCodes)
    library.login_manager.user_loader(load_visitor)
    library.login_manager.request_loader(load_nobody)


def load_visitor(_mark: str) -> Person | None:
    """The person behind the visit that the cookie names; asked of the database with every click."""
    login_id = cookie.login_id()
    person = logins.person_of(login_id) if login_id else None
    if person is None or not person.active:
        return None
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", cookie.proved_at())
    return person


def load_nobody(_request: object) -> None:
    """No way in by a token in a header or in the address."""


def is_fresh() -> bool:
    """Did this person prove who they are in the last half hour? Asked before a password or second factor changes."""
    return check_and_update_authn_fresh(FRESH, GRACE)


def hashed(typed: str) -> str:
    """The argon2 hash of a new password."""
    return hash_password(_library().password_util.normalize(typed))


def password_fits(person: Person | None, typed: str) -> bool:
    """Is this the person's password? Takes as long for nobody and for people without a password."""
    kept = person.password if person else None
    fits = verify_password(_library().password_util.normalize(typed), kept or _decoy())
    return fits and kept is not None


def code_fits(person: Person, typed: str) -> bool:
    """Is this a fresh code of the person's authenticator, or one of their recovery codes? Each counts once."""
    digits = typed.replace(" ", "")
    if digits.isdecimal() and person.tf_totp_secret:
        return _library().totp_factory.verify_totp(digits, person.tf_totp_secret, person, CLOCK_DRIFT_SECONDS)
    return sign_in_factors.use_recovery_code(person, typed)


def new_secret() -> str:
    """The secret of a new authenticator, encrypted."""
    return _library().totp_factory.generate_totp_secret()


def setup_facts(person: Person, secret: str) -> dict[str, str]:
    """What an authenticator app needs: `image` (a QR code as a data address), `key` to type, `uri` to tap."""
    return _library().totp_factory.fetch_setup_values(secret, person)


def proving_counter(secret: str, typed: str) -> int | None:
    """The number of the code that proves that this secret is in the app; None when the code is wrong."""
    trial = Person(totp_counter=None)
    fits = _library().totp_factory.verify_totp(typed.replace(" ", ""), secret, trial, CLOCK_DRIFT_SECONDS)
    return trial.totp_counter if fits else None


def new_recovery_codes() -> list[str]:
    """Ten codes like 4f2a-9c01-77de."""
    return _library().totp_factory.generate_recovery_codes(RECOVERY_CODES)


def _library() -> Security:
    return current_app.extensions["security"]


def _decoy() -> str:
    extensions = current_app.extensions
    if "pool_decoy_hash" not in extensions:
        extensions["pool_decoy_hash"] = hash_password(NOBODYS)
    return extensions["pool_decoy_hash"]
