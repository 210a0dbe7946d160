"""Load the demo once: found the pools, register the people, tell the story of the past weeks."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from pool import clock
from pool.actor import Actor
from pool.demo import company_status, pensions, settings
from pool.demo.acts import Acts
from pool.demo.casting import Casting
from pool.demo.clinicians import DemoClinician, clinicians_of
from pool.demo.demand import DemoSession, sessions_of
from pool.demo.foundation import UNFINISHED, found_pool, found_practices
from pool.demo.identity import pool_id
from pool.demo.members import register
from pool.demo.practices import practices_of
from pool.demo.settings import DemoPool, Scenario
from pool.demo.story import in_pool, settle_old_news, tell
from pool.demo.timeline import Beat, Timeline
from pool.models.pool import Pool
from pool.places.postcodes import Postcodes
from pool.unit_of_work import unit_of_work

Say = Callable[[str], None]


def load(
    scenario_name: str, postcodes: Postcodes, say: Say, *, throw_away: Callable[[], None], now: datetime | None = None
) -> bool:
    """Load what is not there yet; False when the demo was complete. The same day gives the same demo.

    A load that was interrupted leaves a pool without its name: `throw_away` makes room to start again.
    """
    scenario, now = settings.SCENARIOS[scenario_name], now or clock.now()
    if is_unfinished():
        say("The last load was interrupted: starting over")
        throw_away()
    missing = [pool for pool in settings.POOLS if not is_loaded(pool)]
    for pool in missing:
        _load_pool(pool, scenario, postcodes, say, now=now)
    return bool(missing)


def is_unfinished() -> bool:
    """Did a load stop half way?"""
    with unit_of_work(Actor.system(), read_only=True) as work:
        return work.first(select(Pool).where(Pool.slug.endswith(UNFINISHED))) is not None


def is_loaded(pool: DemoPool) -> bool:
    """Is the pool there, told to its end?"""
    with unit_of_work(Actor.system(), read_only=True) as work:
        return work.first(select(Pool).where(Pool.slug == pool.slug)) is not None


def _load_pool(pool: DemoPool, scenario: Scenario, postcodes: Postcodes, say: Say, *, now: datetime) -> None:
    today, practices = clock.london_date(now), practices_of(pool)
    people = clinicians_of(pool, scenario, practices, today=today, postcodes=postcodes)
    say(f"{pool.name}: {len(practices)} practices, {len(people)} synthetic clinicians ({scenario.title})")
    with unit_of_work(Actor.system(), now=now) as work:
        found_pool(work, pool, today=today)
    with unit_of_work(in_pool(pool), now=now) as work:
        found_practices(work, pool)
        register(work, pool, people, today=today)
        pensions.introduce(work, pool, people, today=today)
        company_status.decide(work, pool, practices, people, today=today)
    acts = Acts(pool, practices)
    tell(acts, story_of(pool, scenario, people, now=now), say)
    with unit_of_work(in_pool(pool), now=now - timedelta(days=1)) as work:
        pensions.certify(work)
    with unit_of_work(in_pool(pool), now=now) as work:
        settle_old_news(work, pool)
        work.get(Pool, pool_id(pool)).slug = pool.slug


def story_of(pool: DemoPool, scenario: Scenario, people: list[DemoClinician], *, now: datetime) -> list[Beat]:
    """What happened in the pool from some weeks ago until now."""
    today, practices = clock.london_date(now), practices_of(pool)
    first = clock.week_of(today) - timedelta(weeks=pool.past_weeks)
    last = today + timedelta(weeks=settings.WEEKS_AHEAD)
    every = sessions_of(pool, practices, scenario, first=first, last=last)
    drawn = [session for session in every if session.on >= today or was_wanted(session)]
    return Timeline(pool, Casting(pool, people, practices), now=now).beats(drawn)


def was_wanted(session: DemoSession) -> bool:
    """The shortage is recent: only some of the sessions drawn for the past were needed then."""
    return random.Random(f"{session.ods_code}-{session.on}-{session.kind}").random() < settings.PAST_SHARE
