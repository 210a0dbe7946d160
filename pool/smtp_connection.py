"""A connection to the mail server, as the workers send by it and as `flask doctor` tries it."""

import smtplib
import ssl
from urllib.parse import SplitResult, unquote

TIMEOUT_SECONDS = 10


def connect(url: SplitResult) -> smtplib.SMTP:
    """A connection that is encrypted when the address says smtps:// or the server offers it, and signed in if asked.

    Raises OSError or SMTPException with what the server said.
    """
    host, port, trusted = url.hostname or "", url.port or 0, ssl.create_default_context()
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=trusted)
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=trusted)
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))
    return server
