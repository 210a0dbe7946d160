"""Every page of the portal, by its blueprint. A new noun adds one line here."""

from flask import Blueprint, Flask

from pool.config import Config
from pool.portal import about, health

BLUEPRINTS: tuple[Blueprint, ...] = (about.bp, health.bp)
DEMO_BLUEPRINTS: tuple[Blueprint, ...] = ()


def install(app: Flask, config: Config) -> None:
    """Register the pages; those of the demonstration only in demo mode."""
    for blueprint in BLUEPRINTS + (DEMO_BLUEPRINTS if config.demo else ()):
        app.register_blueprint(blueprint)
