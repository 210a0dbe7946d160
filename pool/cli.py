"""The commands of `flask`: imports and the demonstration."""

from flask import Flask


def install(app: Flask) -> None:
    """Add the commands."""
