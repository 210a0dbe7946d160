"""The wake-up signal to the background: names and ids only, never state (design D3).

PostgreSQL holds the truth, so a Redis that is away loses nothing: the sweeper finds what was not sent.
"""

import json
from typing import Any
from uuid import uuid4

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer

log = structlog.get_logger()

NOW = "now"
MAIL = "mail"
MATCH = "match"
LATER = "later"
QUEUES = (NOW, MAIL, MATCH, LATER)
"""A queue of its own for what may take long: who relays events waits neither for e-mails nor for runs or invoices."""

PRESENCE_KEY = "live:present"
QUESTIONS = "live:questions"
QUESTION = "live:question:"
ANSWER = "live:answer:"
MOST_QUESTIONS = 100
LISTEN_SECONDS = 2.0

CONNECT_SECONDS = 2
ANSWER_SECONDS = 3
"""How long Redis may take to accept a connection, and to answer when nothing is waited for."""

TRIED = "health:tried"
TRIED_SECONDS = 60
"""What is written to see whether Redis keeps anything."""

RESULT_SECONDS = 300
FAILURE_SECONDS = 86_400

_connection: dict[str, Redis] = {}


def connect(redis_url: str) -> None:
    """Remember where Redis is; nothing is opened until the first signal."""
    _connection["redis"] = opened(redis_url, listens=LISTEN_SECONDS)


def opened(redis_url: str, *, listens: float, text: bool = False) -> Redis:
    """A client whose reads may wait so many seconds: its own limit would end longer ones and throw the connection away.

    Every connection of the product is made here, so that how long it listens is said once.
    """
    seconds = listens + ANSWER_SECONDS
    return Redis.from_url(
        redis_url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=seconds, decode_responses=text
    )


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
    """Something happened: wake the relay that turns outbox rows into jobs. One that still waits will see it too.

    Nothing but relays may stand in this queue: anything else would be taken for one.
    """
    if not waits(NOW):
        enqueue(NOW, "workers.outbox.relay", timeout=60)


def waits(queue: str) -> bool:
    """Does a signal on this queue wait for a worker? False when Redis is away."""
    try:
        return Queue(queue, connection=redis()).count > 0
    except RedisError:
        return False


def ask(question: dict[str, Any], *, seconds: float) -> dict[str, Any] | None:
    """Ask the process `live` and wait at most so many seconds. None when it is away or too slow.

    Question and answer hold ids and numbers; both are gone after a moment. An answer is only ever shown: whatever is
    done because of it is checked against the rows again.
    """
    question_id = uuid4().hex
    try:
        if not redis().exists(PRESENCE_KEY):
            return None
        redis().set(f"{QUESTION}{question_id}", json.dumps(question), px=round(seconds * 1000))
        redis().rpush(QUESTIONS, question_id)
        redis().ltrim(QUESTIONS, -MOST_QUESTIONS, -1)
        answer = wait_for_answer(f"{ANSWER}{question_id}", seconds)
    except RedisError as away:
        log.warning("redis_away", queue=QUESTIONS, error=type(away).__name__)
        return None
    return json.loads(answer) if answer else None


def wait_for_answer(key: str, seconds: float) -> bytes | str | None:
    """The item that arrives in a list within so many seconds, or None. Waits in steps, because the connection's own time
    limit is shorter than some waits."""
    while seconds > 0:
        item = redis().blpop([key], timeout=min(seconds, LISTEN_SECONDS))
        if item is not None:
            return item[1]
        seconds -= LISTEN_SECONDS
    return None


def answers() -> bool:
    """Does Redis answer, and keep what it is told? One whose disk or memory is full answers and keeps nothing."""
    try:
        return bool(redis().set(TRIED, "1", ex=TRIED_SECONDS))
    except RedisError:
        return False


def served() -> set[str] | None:
    """The queues that a living worker serves; None when Redis is away or refuses to keep anything. A worker that has died
    stands in the lists until RQ tidies up, but what it keeps saying about itself is gone after a minute or two."""
    try:
        return {name for name in QUEUES if is_served(name)} if answers() else None
    except RedisError:
        return None


def is_served(name: str) -> bool:
    """Is there a worker of this queue that said something lately?"""
    known = Worker.all_keys(connection=redis(), queue=Queue(name, connection=redis()))
    return any(redis().exists(key) for key in known)
