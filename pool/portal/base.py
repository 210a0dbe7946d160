"""The base that every page stands on, set up in one call: `base.install(app, config)`."""

from flask import Flask

from pool.config import Config
from pool.portal import errors, render, security_headers, static_files


def install(app: Flask, config: Config) -> None:
    """Templates, static files, safe headers and error pages."""
    render.install(app, config)
    static_files.install(app)
    security_headers.install(app, config)
    errors.install(app)
