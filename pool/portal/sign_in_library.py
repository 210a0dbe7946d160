"""Flask-Security, set up for people who sign in by e-mailed link or by password with a second factor."""

from typing import Any

from flask import Flask
from flask_security import Security, SQLAlchemyUserDatastore

from pool.config import Config
from pool.extensions import db
from pool.models.person import Person


def install(app: Flask, config: Config) -> None:
    """Set up the library."""
    app.config.update(
        SECURITY_PASSWORD_SALT=config.secret_key,
        SECURITY_TOTP_SECRETS={"1": config.totp_secret},
        SECURITY_REGISTER_BLUEPRINT=False,
    )
    Security(app, SQLAlchemyUserDatastore(db, Person, None))
