"""Tells the story of one pool: beats of one instant, verb and actor share a transaction, as a person's clicks would."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import groupby

from sqlalchemy import text, update

from pool.actor import Actor
from pool.demo.acts import Acts
from pool.demo.identity import pool_id
from pool.demo.settings import DemoPool
from pool.demo.timeline import Beat
from pool.models.outbox import OutboxMessage
from pool.unit_of_work import UnitOfWork, unit_of_work

Say = Callable[[str], None]

ONCE_A_DAY = "lapse"
NOTHING_TO_LOSE = text("SET LOCAL synchronous_commit TO off")
STILL_NEWS = timedelta(hours=6)


def tell(acts: Acts, beats: list[Beat], say: Say) -> None:
    """Perform every beat in order."""
    told = 0
    for scene in scenes(acts, beats):
        with unit_of_work(acts.actor(scene[0]), now=scene[0].at) as work:
            work.store.execute(NOTHING_TO_LOSE)
            for beat in scene[:1] if scene[0].verb == ONCE_A_DAY else scene:
                acts.perform(work, beat)
        told += len(scene)
        if told // 500 > (told - len(scene)) // 500:
            say(f"  {told:,} of {len(beats):,} events, now at {scene[0].at:%d %B}")


def scenes(acts: Acts, beats: Iterable[Beat]) -> Iterator[list[Beat]]:
    """Neighbouring beats that one actor does at one instant."""
    for _, scene in groupby(beats, key=lambda beat: (beat.at, beat.verb, acts.actor(beat))):
        yield list(scene)


def settle_old_news(work: UnitOfWork, pool: DemoPool) -> None:
    """What happened in the past needs no messages now."""
    work.store.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.pool_id == pool_id(pool),
            OutboxMessage.at < work.now - STILL_NEWS,
        )
        .values(done_at=work.now)
    )


def in_pool(pool: DemoPool) -> Actor:
    """The product working for one demo pool."""
    return Actor.system(pool_id(pool))
