"""Static files through WhiteNoise: compressed, safe headers, kept for a year because each address names its content."""

from functools import cache
from hashlib import sha256
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

from pool.config import PROJECT

STATIC = PROJECT / "static"
PREFIX = "/static"
PUBLIC_SUFFIXES = (".css", ".js", ".svg", ".png", ".ico", ".webmanifest")


def install(app: Flask) -> None:
    """Serve static/ under /static/ and give templates asset("app.css")."""
    server = WhiteNoise(app.wsgi_app, max_age=365 * 24 * 3600, add_headers_function=add_headers)
    for file in STATIC.rglob("*"):
        if file.suffix in PUBLIC_SUFFIXES:
            server.add_file_to_dictionary(f"{PREFIX}/{file.relative_to(STATIC).as_posix()}", str(file))
    app.wsgi_app = server  # type: ignore[method-assign]
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """The address of a static file with a mark of its content, so that a new release is fetched at once."""
    return f"{PREFIX}/{name}?v={content_mark(name)}"


@cache
def content_mark(name: str) -> str:
    """Eight hex digits of the file's content; FileNotFoundError for a name that is not there."""
    return sha256((STATIC / name).read_bytes()).hexdigest()[:8]


def add_headers(headers: Headers, path: str, url: str) -> None:
    """Headers of each static answer."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
