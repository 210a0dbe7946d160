"""E-mail over SMTP: one connection for as many messages as there are."""

import smtplib
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from pool.channels.protocol import ChannelUnavailable, Outgoing, PermanentFailure, TransientFailure, Words
from pool.channels.texts import one_line, text_of
from pool.smtp_connection import connect

EMAIL = "email"
"""The name of this channel."""

NOT_NOW = 421
"""The answer of a mail server that is about to close."""


class EmailChannel:
    """Connects at the first message. `url` as in docs/settings.md: SMTP_URL; `sender` stands in From."""

    name = EMAIL

    def __init__(self, url: str, sender: Address):
        self._url = urlsplit(url)
        self._sender = sender
        self._connection: smtplib.SMTP | None = None

    def words_of(self, template: str, facts: Mapping[str, Any]) -> Words:
        """Subject and body from <template>.subject.txt and <template>.txt."""
        subject, body = text_of(f"{template}.subject.txt", facts), text_of(f"{template}.txt", facts)
        return Words(one_line(subject), body.strip() + "\n")

    def shown(self, name: str, address: str) -> str:
        """Dr Jay Finch <jay@demo.example>."""
        return f"{one_line(name)} <{address}>" if name else address

    def deliver(self, message: Outgoing) -> None:
        """Hand a message to the mail server."""
        email = email_of(message, self._sender)
        try:
            self._connected().send_message(email)
        except (UnicodeError, ValueError) as impossible:
            raise PermanentFailure(str(impossible)) from impossible
        except (smtplib.SMTPException, OSError) as problem:
            raise (ChannelUnavailable if is_away(problem) else TransientFailure)(answer_of(problem)) from problem

    def close(self) -> None:
        """End the connection to the mail server."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

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


def answer_of(problem: Exception) -> str:
    """What the mail server answered, in one line."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return in_words(*next(iter(problem.recipients.values())))
    if isinstance(problem, smtplib.SMTPResponseException):
        return in_words(problem.smtp_code, problem.smtp_error)
    return f"{type(problem).__name__}: {problem}"


def in_words(code: int, answer: bytes | str) -> str:
    """The code and text of an SMTP reply in one line, such as "452 mailbox full"."""
    return f"{code} {answer.decode(errors='replace') if isinstance(answer, bytes) else answer}"


def email_of(message: Outgoing, sender: Address) -> EmailMessage:
    """The message with its headers. Its id becomes the Message-ID, so that one that is sent twice is known as one.

    Raises PermanentFailure for an address that is none. Line breaks never reach a header.
    """
    email = EmailMessage()
    email["From"] = sender
    email["To"] = addressed(message.name, message.address)
    email["Subject"] = one_line(message.subject)
    email["Date"] = message.written_at
    email["Message-ID"] = f"<{message.id}@{sender.domain}>"
    email["Auto-Submitted"] = "auto-generated"
    email.set_content(message.body, charset="utf-8", cte="quoted-printable")
    return email


def addressed(name: str, address: str) -> Address:
    """A name with an address; PermanentFailure when the address is none."""
    try:
        return Address(one_line(name), addr_spec=address)
    except Exception as wrong:
        raise PermanentFailure(f"{address!r} is not an e-mail address.") from wrong
