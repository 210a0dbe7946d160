"""Postcodes typed into forms, looked up in the offline directory."""

from flask import current_app

from pool.places.postcodes import Position, Postcodes

UNKNOWN = "We do not know this postcode. Check it, or enter one nearby"


def position(postcode: str) -> Position | None:
    """Where a postcode is, by the offline directory; None when it has none."""
    return Postcodes(current_app.extensions["pool_config"].var / "postcodes").resolve(postcode)
