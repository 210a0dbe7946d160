"""Messages that did not reach people, for the pool's manager."""

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from pool.channels.protocol import Channels
from pool.channels.registry import channels_of
from pool.doors.access import allow
from pool.doors.transactions import reading
from pool.models.message import Message
from pool.portal.web import paging
from pool.portal.web.render import render
from pool.services.messages import unsent

bp = Blueprint("unsent_messages", __name__, url_prefix="/messages")


@bp.get("/")
@allow("message.see")
def index() -> ResponseReturnValue:
    """Newest first, with the reason of each."""
    channels = channels_of(current_app.extensions["pool_config"])
    with reading() as work:
        page = paging.page_asked(unsent.count(work))
        messages = unsent.listed(work, offset=page.offset, limit=page.size)
        rows = [(message, recipient(channels, message)) for message in messages]
        return render("messages/unsent_messages/index.html", rows=rows, page=page, days=unsent.RECENT.days)


def recipient(channels: Channels, message: Message) -> str:
    """To whom it went; the address alone on a channel that is not in use any more."""
    channel, name = channels.get(message.channel), message.person.name if message.person else ""
    return channel.shown(name, message.address) if channel else message.address
