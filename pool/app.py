"""All wiring of the portal, and nothing else."""

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from pool import cli, queue
from pool.config import Config
from pool.doors import rate_limits, request_log
from pool.extensions import db, migrate
from pool.models.types import SecretText
from pool.portal import pages
from pool.portal.web import (
    error_pages,
    render,
    security_headers,
    sign_in_library,
    signed_in,
    static_files,
    typed_again,
)
from pool.portal.web.input_cleaning import TidyRequest

ONE_MEBIBYTE = 1024 * 1024
CONNECT_SECONDS = 5
"""A PostgreSQL whose machine is gone is given up after so long, not after the minutes of the network."""


def create_app(config: Config | None = None) -> Flask:
    """The application for these settings; from the environment when none are given."""
    config = config or Config.from_env()
    app = Flask("pool", static_folder=None, template_folder=None)
    app.request_class = TidyRequest
    app.config.from_mapping(flask_settings(config))
    app.extensions["pool_config"] = config
    SecretText.unlock(config.bank_details_key)
    db.init_app(app)
    migrate.init_app(app, db, directory="migrations")
    queue.connect(config.redis_url)
    request_log.install(app)
    CSRFProtect(app)
    install_portal(app, config)
    cli.install(app)
    if config.proxy_hops:
        hops = config.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, hops)  # type: ignore[method-assign]
    return app


def install_portal(app: Flask, config: Config) -> None:
    """Templates, headers, sign-in and pages, in the order in which they depend on each other."""
    app.static_url_path = "/static"
    render.install(app, config)
    static_files.install(app)
    security_headers.install(app, config)
    error_pages.install(app)
    sign_in_library.install(app, config)
    rate_limits.install(app)
    signed_in.install(app)
    typed_again.install(app)
    pages.install(app, config)


def flask_settings(config: Config) -> dict[str, object]:
    """Our settings in the words of Flask and its extensions."""
    return {
        "SECRET_KEY": config.secret_key,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_pre_ping": True,
            "hide_parameters": True,
            "pool_size": 10,
            "max_overflow": 10,
            "connect_args": {"connect_timeout": CONNECT_SECONDS},
        },
        "TESTING": config.testing,
        "MAX_CONTENT_LENGTH": ONE_MEBIBYTE,
        "SESSION_COOKIE_NAME": "__Host-pool" if config.secure_cookies else "pool",
        "SESSION_COOKIE_SECURE": config.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": 12 * 3600,
        "WTF_CSRF_TIME_LIMIT": None,
    }
