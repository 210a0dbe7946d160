"""Messages: written when something has happened, sent by a job of their own so that a slow server holds up nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from flask import current_app

from pool.actor import Actor
from pool.channels.protocol import (
    Channel,
    Channels,
    ChannelUnavailable,
    Outgoing,
    PermanentFailure,
    TransientFailure,
)
from pool.channels.registry import channels_of
from pool.config import Config
from pool.services.messages import composing, delivery
from pool.services.messages.composing import Superseded
from pool.services.messages.links import Links
from pool.unit_of_work import system_actor, unit_of_work
from workers import queues
from workers.failures import described
from workers.happened import Happened

log = structlog.get_logger()

BATCH = 100


def tell(happened: Happened) -> None:
    """Write the messages that follow from an event, once, and wake the worker that sends them."""
    with unit_of_work(happened.actor, read_only=True) as work:
        messages = composing.compose(work, happened.outbox_id, links(), channels_of(config()))
    if not messages:
        return
    with unit_of_work(happened.actor) as work:
        new = delivery.keep(work, happened.outbox_id, messages)
    if new:
        queues.signal_when_idle(queues.DELIVER)


def deliver() -> None:
    """Send everything that is due and still true, in the order in which it happened, by every channel that answers."""
    everyone = system_actor("the messages of every pool are sent")
    with opened(channels_of(config())) as channels:
        reachable = dict(channels)
        for _ in range(BATCH):
            outgoing = take(everyone, reachable)
            if outgoing is None:
                return
            fresh = look_again(outgoing, channels)
            if fresh is not None and not sent(everyone, channels[fresh.channel], fresh):
                del reachable[fresh.channel]
    queues.signal_when_idle(queues.DELIVER)


@contextmanager
def opened(channels: Channels) -> Iterator[Channels]:
    """The channels for a while; their connections end with it."""
    try:
        yield channels
    finally:
        for channel in channels.values():
            channel.close()


def anything_due(everyone: Actor) -> bool:
    """Does any message wait to be sent?"""
    with unit_of_work(everyone, read_only=True) as work:
        return delivery.anything_due(work)


def take(everyone: Actor, reachable: Channels) -> Outgoing | None:
    """The next message of these channels, held for us."""
    with unit_of_work(everyone) as work:
        return delivery.take(work, list(reachable))


def look_again(outgoing: Outgoing, channels: Channels) -> Outgoing | None:
    """The message by the rows as they are now; None when it is not to be sent. One that cannot be written again waits
    like a refused one and is given up in the end: it never stops the others."""
    actor = Actor.system(outgoing.pool_id)
    try:
        with unit_of_work(actor, read_only=True) as work:
            fresh = composing.look_again(work, outgoing, links(), channels)
    except Exception as problem:
        log.error("message_unreadable", message_id=str(outgoing.id), exc_info=problem)
        with unit_of_work(actor) as work:
            delivery.mark_refused(work, outgoing, described(problem))
        return None
    if not isinstance(fresh, Superseded):
        return fresh
    with unit_of_work(actor) as work:
        delivery.mark_superseded(work, outgoing.id, fresh.reason)
    return None


def sent(everyone: Actor, channel: Channel, outgoing: Outgoing) -> bool:
    """Send one and write down how it went; False when the channel cannot be reached."""
    try:
        channel.deliver(outgoing)
    except ChannelUnavailable as away:
        log.warning("channel_unavailable", channel=channel.name, reason=str(away))
        with unit_of_work(everyone) as work:
            delivery.put_off(work, outgoing, str(away))
        return False
    except TransientFailure as refused:
        log.warning("message_refused", message_id=str(outgoing.id), reason=str(refused))
        with unit_of_work(everyone) as work:
            delivery.mark_refused(work, outgoing, str(refused))
    except PermanentFailure as impossible:
        log.error("message_unsendable", message_id=str(outgoing.id), reason=str(impossible))
        with unit_of_work(everyone) as work:
            delivery.mark_unsendable(work, outgoing, str(impossible))
    else:
        with unit_of_work(everyone) as work:
            delivery.mark_sent(work, outgoing)
    return True


def links() -> Links:
    """Names and addresses for messages; pages are found in the application's own map."""
    pages = current_app.url_map.bind("")
    return Links(config().product_name, config().base_url, lambda endpoint, ids: pages.build(endpoint, dict(ids)))


def config() -> Config:
    """The application's settings."""
    return current_app.extensions["pool_config"]
