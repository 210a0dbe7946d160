"""Every page of the portal, by its blueprint. A new noun adds one line here."""

from flask import Blueprint, Flask

from pool.config import Config
from pool.portal import (
    about,
    account,
    bookings,
    clinicians,
    demo_sign_in,
    health,
    home,
    landing,
    login,
    match_runs,
    plans,
    pool_settings,
    practice_settings,
    practices,
    reports,
    sessions,
    sign_in_link,
    timesheets,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    landing.bp,
    login.bp,
    sign_in_link.bp,
    account.bp,
    home.bp,
    sessions.bp,
    bookings.bp,
    timesheets.bp,
    practice_settings.bp,
    match_runs.bp,
    plans.bp,
    pool_settings.bp,
    clinicians.bp,
    practices.bp,
    reports.bp,
    about.bp,
    health.bp,
)
DEMO_BLUEPRINTS: tuple[Blueprint, ...] = (demo_sign_in.bp,)


def install(app: Flask, config: Config) -> None:
    """Register the pages; those of the demonstration only in demo mode."""
    for blueprint in BLUEPRINTS + (DEMO_BLUEPRINTS if config.demo else ()):
        app.register_blueprint(blueprint)
