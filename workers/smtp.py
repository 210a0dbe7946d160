"""The mail server: one connection for as many messages as there are, and three ways in which sending can end."""

import smtplib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from types import TracebackType
from urllib.parse import urlsplit

from pool.smtp_connection import connect

NOT_NOW = 421
"""The answer of a mail server that is about to close."""


class ServerAway(Exception):
    """The mail server cannot be reached, or does not let us in: not the message's fault."""


class Refused(Exception):
    """The mail server does not take this message."""


class Unsendable(Exception):
    """No mail server could take this message."""


class MailServer:
    """A context: connects at the first message, says goodbye at the end. `url` as in docs/settings.md: SMTP_URL."""

    def __init__(self, url: str):
        self._url = urlsplit(url)
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> "MailServer":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()

    def send(self, message: EmailMessage) -> None:
        """Hand a message over. Raises ServerAway, Refused or Unsendable."""
        try:
            self._connected().send_message(message)
        except (UnicodeError, ValueError) as impossible:
            raise Unsendable(str(impossible)) from impossible
        except (smtplib.SMTPException, OSError) as problem:
            raise (ServerAway if is_away(problem) else Refused)(said(problem)) from problem

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            self._connection = connect(self._url)
        return self._connection


def is_away(problem: Exception) -> bool:
    """Is it the server, not the message?"""
    if isinstance(problem, smtplib.SMTPAuthenticationError | smtplib.SMTPServerDisconnected | smtplib.SMTPConnectError):
        return True
    if isinstance(problem, smtplib.SMTPResponseException):
        return problem.smtp_code == NOT_NOW
    return not isinstance(problem, smtplib.SMTPException)


def said(problem: Exception) -> str:
    """What the mail server answered, in one line."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return in_words(*next(iter(problem.recipients.values())))
    if isinstance(problem, smtplib.SMTPResponseException):
        return in_words(problem.smtp_code, problem.smtp_error)
    return f"{type(problem).__name__}: {problem}"


def in_words(code: int, answer: bytes | str) -> str:
    """452 mailbox full."""
    return f"{code} {answer.decode(errors='replace') if isinstance(answer, bytes) else answer}"


def email_of(
    *, mark: str, sender: Address, name: str, address: str, subject: str, body: str, written_at: datetime
) -> EmailMessage:
    """The message with its headers. Its id is made of `mark`, so a message that is sent twice can be told as one.

    Raises Unsendable for an address that is none. Line breaks never reach a header.
    """
    message = EmailMessage()
    message["From"] = sender
    message["To"] = addressed(name, address)
    message["Subject"] = one_line(subject)
    message["Date"] = written_at
    message["Message-ID"] = f"<{mark}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, charset="utf-8", cte="quoted-printable")
    return message


def addressed(name: str, address: str) -> Address:
    """A name with an address; Unsendable when the address is none."""
    try:
        return Address(one_line(name), addr_spec=address)
    except Exception as wrong:
        raise Unsendable(f"{address!r} is not an e-mail address.") from wrong


def one_line(text: str) -> str:
    """Text for a header."""
    return " ".join(text.split())
