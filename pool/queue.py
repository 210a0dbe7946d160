"""The wake-up signal to the background: names and ids only, never state (design D3).

PostgreSQL holds the truth, so a Redis that is away loses nothing: the sweeper finds what was not sent.
"""

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

log = structlog.get_logger()

NOW = "now"
MATCH = "match"
LATER = "later"
QUEUES = (NOW, MATCH, LATER)

RESULT_SECONDS = 300
FAILURE_SECONDS = 86_400

_connection: dict[str, Redis] = {}


def connect(redis_url: str) -> None:
    """Remember where Redis is; nothing is opened until the first signal."""
    _connection["redis"] = Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=5)


def redis() -> Redis:
    """The connection to Redis."""
    return _connection["redis"]


def enqueue(queue: str, job: str, *ids: str, timeout: int) -> bool:
    """Signal that there is work: a dotted job name, ids as arguments, seconds as a backstop. False when Redis is away."""
    try:
        Queue(queue, connection=redis(), serializer=JSONSerializer).enqueue(
            job, args=ids, job_timeout=timeout, result_ttl=RESULT_SECONDS, failure_ttl=FAILURE_SECONDS
        )
    except RedisError as away:
        log.warning("redis_away", queue=queue, error=type(away).__name__)
        return False
    return True


def nudge() -> None:
    """Something happened: wake the relay that turns outbox rows into jobs. One that still waits will see it too."""
    if not waits(NOW):
        enqueue(NOW, "workers.outbox.relay", timeout=60)


def waits(queue: str) -> bool:
    """Does a signal on this queue wait for a worker? False when Redis is away."""
    try:
        return Queue(queue, connection=redis()).count > 0
    except RedisError:
        return False


def answers() -> bool:
    """Does Redis answer?"""
    try:
        return bool(redis().ping())
    except RedisError:
        return False
