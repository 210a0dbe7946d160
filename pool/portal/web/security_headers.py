"""Headers that keep a page safe in the browser: what it may load, who may frame it, what may be kept."""

import secrets

from flask import Flask, Response, g

from pool.config import Config

PAGE_POLICY = (
    "default-src 'self'",
    "script-src 'self' 'nonce-{nonce}'",
    "style-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
FILE_POLICY = "frame-ancestors 'none'"
"""For documents: browsers' own viewers break under a page's policy."""

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
ONE_YEAR = 365 * 24 * 3600


def install(app: Flask, config: Config) -> None:
    """Send the headers with every answer; Strict-Transport-Security only when the public address is https."""
    app.before_request(make_nonce)
    app.after_request(add_headers)
    if config.secure_cookies:
        app.after_request(add_transport_security)
    app.jinja_env.globals["csp_nonce"] = nonce


def make_nonce() -> None:
    """Make the nonce early: the sign-in pages read g.csp_nonce."""
    nonce()


def nonce() -> str:
    """The nonce of this answer's scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return g.csp_nonce


def add_headers(response: Response) -> Response:
    """Pages are not kept by browsers or proxies (they show people's work) unless the page itself says otherwise."""
    response.headers["Content-Security-Policy"] = policy(response)
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def policy(response: Response) -> str:
    """The content security policy of a page, or of a document such as an invoice."""
    return "; ".join(PAGE_POLICY).format(nonce=nonce()) if response.mimetype == "text/html" else FILE_POLICY


def add_transport_security(response: Response) -> Response:
    """Browsers must come back by https for a year."""
    response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}; includeSubDomains"
    return response
