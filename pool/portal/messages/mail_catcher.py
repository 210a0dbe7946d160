"""Demonstration only: the e-mails that would have been sent, as the mail catcher keeps them."""

import email
import email.policy
import mailbox
import re
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from pool.doors.access import allow
from pool.errors import NotFound
from pool.portal.web import forms, paging
from pool.portal.web.render import render

bp = Blueprint("mail_catcher", __name__, url_prefix="/demo/mail")

MOST = 500
"""How many of the newest are looked through."""

ARRIVED = re.compile(r"(\d+)\.M(\d+)P\d+Q(\d+)")


class Caught(NamedTuple):
    """One e-mail and the name it is kept under."""

    key: str
    message: EmailMessage

    @property
    def to(self) -> str:
        """Who would have got it."""
        return str(self.message["To"] or "")

    @property
    def subject(self) -> str:
        """What it is about."""
        return str(self.message["Subject"] or "(no subject)")

    @property
    def body(self) -> str:
        """The plain text of the message."""
        part = self.message.get_body(("plain",))
        return part.get_content() if part else ""

    @property
    def written_at(self) -> object:
        """When it was written, as an instant; None when it does not say."""
        return getattr(self.message["Date"], "datetime", None)


@bp.get("")
@allow("demo.see")
def index() -> ResponseReturnValue:
    """Newest first; narrowed to a person by a part of their name or address."""
    words = request.args.get("q", "").strip()
    found = [mail for mail in newest() if words.lower() in f"{mail.to} {mail.subject}".lower()]
    page = paging.page_asked(len(found))
    shown = found[page.offset : page.offset + page.size]
    return render(
        "messages/mail_catcher/index.html", caught=shown, page=page, searching=bool(words), form=forms.blank(q=words)
    )


@bp.get("/<key>")
@allow("demo.see")
def show(key: str) -> ResponseReturnValue:
    """One e-mail as plain text, its links ready to be followed."""
    kept = box()
    if kept is None or key not in kept:
        raise NotFound("This e-mail is not there any more. The demonstration may have been started anew.")
    return render("messages/mail_catcher/show.html", mail=opened(kept, key))


def newest() -> list[Caught]:
    """What the mail catcher holds, newest first."""
    kept = box()
    if kept is None:
        return []
    return [opened(kept, key) for key in sorted(kept.keys(), key=arrived, reverse=True)[:MOST]]


def box() -> mailbox.Maildir | None:
    """The folder of the mail catcher, or None before anything was caught."""
    folder = Path(current_app.extensions["pool_config"].mail_dir or "nowhere")
    return mailbox.Maildir(folder, create=False) if (folder / "new").is_dir() else None


def arrived(key: str) -> tuple[int, ...]:
    """When a message arrived, by the name it is kept under."""
    match = ARRIVED.match(key)
    return tuple(map(int, match.groups())) if match else (0,)


def opened(kept: mailbox.Maildir, key: str) -> Caught:
    """One caught message, decoded."""
    return Caught(key, email.message_from_bytes(kept.get_bytes(key), policy=email.policy.default))
