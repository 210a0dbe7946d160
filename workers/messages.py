"""E-mails: written when something has happened, sent by a job of their own so that a slow mail server holds up nothing."""

from email.headerregistry import Address
from email.message import EmailMessage

import structlog
from flask import current_app

from pool.actor import Actor
from pool.config import Config
from pool.services.messages import delivery
from pool.services.messages.delivery import Taken
from pool.services.messages.links import Letterhead
from pool.unit_of_work import system_actor, unit_of_work
from workers import queues
from workers.failures import described
from workers.happened import Happened
from workers.smtp import MailServer, Refused, ServerAway, Unsendable, email_of

log = structlog.get_logger()

BATCH = 100


def tell(happened: Happened) -> None:
    """Write the e-mails that follow from an event, once, and wake whoever sends them."""
    with unit_of_work(happened.actor) as work:
        new = delivery.compose(work, happened.outbox_id, letterhead())
    if new:
        queues.signal_when_idle(queues.DELIVER)


def deliver() -> None:
    """Send everything that is due and still true, in the order in which it happened; stop when the mail server is away."""
    everyone = system_actor("the e-mails of every pool are sent")
    with MailServer(config().smtp_url) as server:
        for _ in range(BATCH):
            taken = take(everyone)
            if taken is None:
                return
            fresh = read_again(taken)
            if fresh is not None and not sent(everyone, server, fresh):
                return
    queues.signal_when_idle(queues.DELIVER)


def anything_due(everyone: Actor) -> bool:
    """Does any e-mail wait to be sent?"""
    with unit_of_work(everyone, read_only=True) as work:
        return delivery.anything_due(work)


def take(everyone: Actor) -> Taken | None:
    """The next e-mail, held for us."""
    with unit_of_work(everyone) as work:
        return delivery.take(work)


def read_again(taken: Taken) -> Taken | None:
    """The message by the rows as they are now; None when it is not to be sent. One that cannot be read again waits like a
    refused one and is given up in the end: it never stops the others."""
    actor = Actor.system(taken.pool_id)
    try:
        with unit_of_work(actor) as work:
            return delivery.read_again(work, taken, letterhead())
    except Exception as problem:
        log.error("message_unreadable", message_id=str(taken.id), exc_info=problem)
        with unit_of_work(actor) as work:
            delivery.mark_refused(work, taken.id, described(problem))
        return None


def sent(everyone: Actor, server: MailServer, taken: Taken) -> bool:
    """Send one and write down how it went; False when the mail server is away."""
    try:
        server.send(as_email(taken))
    except ServerAway as away:
        log.warning("mail_server_away", reason=str(away))
        with unit_of_work(everyone) as work:
            delivery.put_off(work, taken.id, str(away))
        return False
    except Refused as refused:
        log.warning("message_refused", message_id=str(taken.id), reason=str(refused))
        with unit_of_work(everyone) as work:
            delivery.mark_refused(work, taken.id, str(refused))
    except Unsendable as impossible:
        log.error("message_unsendable", message_id=str(taken.id), reason=str(impossible))
        with unit_of_work(everyone) as work:
            delivery.mark_unsendable(work, taken.id, str(impossible))
    else:
        with unit_of_work(everyone) as work:
            delivery.mark_sent(work, taken.id)
    return True


def as_email(taken: Taken) -> EmailMessage:
    """The message as the mail server takes it."""
    return email_of(
        mark=str(taken.id),
        sender=Address(config().product_name, addr_spec=config().mail_from),
        name=taken.name,
        address=taken.address,
        subject=taken.subject,
        body=taken.body,
        written_at=taken.written_at,
    )


def letterhead() -> Letterhead:
    """Names and addresses for e-mails; pages are found in the application's own map."""
    pages = current_app.url_map.bind("")
    return Letterhead(config().product_name, config().base_url, lambda endpoint, ids: pages.build(endpoint, dict(ids)))


def config() -> Config:
    """The application's settings."""
    return current_app.extensions["pool_config"]
