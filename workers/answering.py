"""The process `live`: answers questions about the plan as it stands, from a state that it keeps in memory.

It is a convenience and never the truth: its answers carry the fingerprint of the rows that they are about, the
asking page compares it, and whatever is done because of an answer is checked against the rows again.
"""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NoReturn
from uuid import UUID

import structlog
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

import matching
from matching import MatchingError
from pool import queue
from pool.config import Config
from pool.services.plans import what_if_changes
from pool.services.plans.plan_state import Moving, PlanState
from pool.services.runs import drafts
from workers import processes
from workers.plan_states import PlanStates

log = structlog.get_logger()

Question = Mapping[str, Any]
Answer = dict[str, Any]

LISTEN_SECONDS = 10
REST_SECONDS = 2.0
KEPT_SECONDS = 30
SHOWN = 10


def answer_for_ever(app: Flask) -> NoReturn:
    """The process: a Valkey or a database that is away is waited for."""
    config: Config = app.extensions["pool_config"]
    states = PlanStates()
    with app.app_context():
        processes.forget_connections()
        connection = listening(config.redis_url)
        with suppress(RedisError):
            announce_presence(connection)
        log.info("live_started")
        while True:
            try:
                answer_next(connection, states)
            except (RedisError, SQLAlchemyError) as away:
                log.warning("live_waits", error=type(away).__name__)
                time.sleep(REST_SECONDS)


def listening(redis_url: str) -> Redis:
    """A connection that may wait for a question as long as this process does."""
    return queue.opened(redis_url, listens=LISTEN_SECONDS, text=True)


def announce_presence(connection: Redis) -> None:
    """Say for KEPT_SECONDS that questions are answered; without this no page asks."""
    connection.set(queue.PRESENCE_KEY, "here", ex=KEPT_SECONDS)


def answer_next(connection: Redis, states: PlanStates, *, wait: float = LISTEN_SECONDS) -> bool:
    """Answer one question; False when none came. One whose text has run out is passed over."""
    announce_presence(connection)
    item = connection.blpop([queue.QUESTIONS], timeout=wait)
    if item is None:
        return False
    question_id = str(item[1])
    question = connection.get(queue.QUESTION + question_id)
    if question is not None:
        connection.rpush(queue.ANSWER + question_id, json.dumps(answer(states, str(question))))
        connection.expire(queue.ANSWER + question_id, KEPT_SECONDS)
    return True


def answer(states: PlanStates, text: str) -> Answer:
    """The answer to a question; `cannot` with a sentence when there is none."""
    try:
        question = json.loads(text)
        state = states.of(UUID(question["pool_id"]))
        began = time.monotonic()
        return (
            {"fingerprint": state.fingerprint}
            | KINDS[question["kind"]](state, question)
            | {"seconds": time.monotonic() - began}
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        log.exception("question_not_understood")
        return {"cannot": "The question was not understood."}
    except Moving:
        return {"cannot": "The plan is changing right now. Ask again in a moment."}
    except MatchingError as wrong:
        return {"cannot": str(wrong)}


def who_else(state: PlanState, question: Question) -> Answer:
    """The best clinicians for a session as things stand, and what moving others would make possible."""
    session_id = question["session_id"]
    found = matching.replacements(state.state, session_id, SHOWN)
    explained = matching.explain(state.problem, state.present, session=session_id)
    return {
        "best": [{"clinician_id": clinician.clinician_id, "points": clinician.points} for clinician in found.best],
        "others": list(drafts.alternatives(explained)),
        "chain": {"loss": found.chain.loss, "moves": [list(move) for move in found.chain.moves]}
        if found.chain
        else None,
    }


def what_if(state: PlanState, question: Question) -> Answer:
    """What the plan would be like if one thing were different; nothing is changed."""
    return what_if_changes.answered(state, question["wish"])


KINDS: dict[str, Callable[[PlanState, Question], Answer]] = {"who_else": who_else, "what_if": what_if}
"""Every kind of question."""
