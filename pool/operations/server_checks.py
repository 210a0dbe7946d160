"""Are queue, mail, keys and addresses what the product needs, and does the background work?"""

import smtplib
from collections.abc import Iterator
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from redis.exceptions import RedisError
from sqlalchemy import select

from pool import clock, queue
from pool.config import Config
from pool.models.invoice import Seller
from pool.models.pool import Pool
from pool.operations.finding import Finding, later, well, wrong
from pool.services import health
from pool.smtp_connection import connect
from pool.unit_of_work import system_actor, unit_of_work

OLDEST_REDIS = 7
SECONDS_APART = 5
EXAMPLES = (".example", "example.com", "example.org")


def addresses(config: Config) -> Iterator[Finding]:
    """The public address and the sender."""
    host = urlsplit(config.base_url).hostname or ""
    if host.endswith(EXAMPLES):
        yield wrong(
            f"POOL_BASE_URL is still {config.base_url}.", "Put the address in by which people reach the portal."
        )
    elif not config.secure_cookies and not config.demo:
        yield wrong(f"POOL_BASE_URL is {config.base_url}, without TLS.", "Put a proxy with TLS in front; use https://…")
    else:
        yield well(f"People reach the portal at {config.base_url}.")
    if config.mail_from.endswith(EXAMPLES) and not config.demo:
        yield wrong(f"POOL_MAIL_FROM is still {config.mail_from}.", "Put the address in from which messages come.")
    if config.demo:
        yield later("POOL_DEMO=1: anybody can sign in as somebody made up.", "Leave it out on a real installation.")


def redis(config: Config) -> Iterator[Finding]:
    """Does the queue answer, take writes, and keep what it is told?"""
    try:
        facts = queue.redis().info()
        queue.redis().set("doctor", "was here", ex=60)
        seconds, _ = queue.redis().time()
    except RedisError as away:
        yield wrong(
            f"Redis does not do as REDIS_URL says: {away}", "Start it, make room on its disk, or mend the address."
        )
        return
    yield from _redis_settings(facts)
    if abs(seconds - clock.now().timestamp()) > SECONDS_APART:
        yield wrong("The clocks of this machine and of Redis are apart.", "Let both follow a time server.")


def _redis_settings(facts: dict[str, str]) -> Iterator[Finding]:
    name, version = (
        ("Valkey", facts["valkey_version"]) if "valkey_version" in facts else ("Redis", facts["redis_version"])
    )
    if int(version.split(".")[0]) < OLDEST_REDIS:
        yield wrong(f"{name} {version} is too old.", f"Use Redis {OLDEST_REDIS} or Valkey 8, or newer.")
    else:
        yield well(f"{name} {version} answers and takes writes.")
    if facts.get("maxmemory_policy", "noeviction") != "noeviction":
        yield wrong(f"{name} may throw work away ({facts['maxmemory_policy']}).", "Set maxmemory-policy noeviction.")
    if not int(facts.get("aof_enabled", 0)):
        yield later(f"{name} forgets what waits when it restarts.", "Set appendonly yes; the sweeper repairs the rest.")


def mail(config: Config) -> Iterator[Finding]:
    """Does the mail server let us in? Nothing is sent."""
    url = urlsplit(config.smtp_url)
    try:
        with connect(url) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as refused:
        yield wrong(
            f"The mail server {url.hostname} does not let us in: {refused}",
            "Mend SMTP_URL; nobody can sign in without mail.",
        )
    else:
        yield well(f"The mail server {url.hostname} lets us in.")


def keys(config: Config) -> Iterator[Finding]:
    """Are the keys those that the data were encrypted with? That they are no examples was asked at the start."""
    try:
        with unit_of_work(system_actor("whether the key fits is asked of every pool"), read_only=True) as work:
            kept = work.store.scalar(
                select(Seller.bank_account_number).where(Seller.bank_account_number.is_not(None)).limit(1)
            )
    except InvalidToken:
        yield wrong(
            "POOL_BANK_DETAILS_KEY is not the key that bank details were encrypted with.",
            "Put the key back that was in use before: nothing else reads them.",
        )
    else:
        yield well(
            "The keys are no examples." if kept is None else "The keys are no examples, and bank details can be read."
        )


def background(config: Config) -> Iterator[Finding]:
    """Does anybody work behind the pages?"""
    with unit_of_work(system_actor("the background works for every pool"), read_only=True) as work:
        found = health.background(work)
    if found.away:
        yield later(
            f"Nobody works on {'; '.join(found.waiting)}.",
            "Start pool-workers, and look into its log (journalctl -u pool-workers).",
        )
    elif found.queue_answers:
        yield well("The workers and the sweeper give signs of life.")


def pools(config: Config) -> Iterator[Finding]:
    """Is there anything to run?"""
    with unit_of_work(system_actor("how many pools there are"), read_only=True) as work:
        names = list(work.store.scalars(select(Pool.name).order_by(Pool.name)))
    if names:
        yield well(f"There {'is one pool' if len(names) == 1 else f'are {len(names)} pools'}: {', '.join(names[:5])}.")
    else:
        yield later("There is no pool yet.", "`/opt/pool/deploy/flask.sh setup` makes the first one.")
