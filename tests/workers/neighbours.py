"""Pools of one care system that agreed to be matched together, each with a market of its own."""

from collections.abc import Sequence
from datetime import time

from sqlalchemy import select

from pool.actor import Actor
from pool.models.clinician import Clinician
from pool.models.match_run import MatchRun
from pool.models.pool import Place, Pool
from pool.models.run_part import RunPart
from tests.builders import a_clinician, a_session, again, next_week, read, working_as
from tests.workers.places import Market, a_market
from workers import match, match_parts

AFTERNOON = {"starts": time(14), "ends": time(18), "kind": "pm"}


def agree(*markets: Market, **policy) -> None:
    """Each pool names all others; all are in the first one's care system."""
    ids = [str(market.pool.id) for market in markets]
    with working_as(Actor.system()) as work:
        ics_id = work.get(Pool, markets[0].pool.id).place.ics_id
        for market in markets:
            pool = work.get(Pool, market.pool.id)
            work.get(Place, pool.place_id).ics_id = ics_id
            pool.policy = pool.policy | policy | {"together": [pool_id for pool_id in ids if pool_id != str(pool.id)]}


def change(market: Market, **policy) -> None:
    """Other rules of one pool."""
    with working_as(Actor.system()) as work:
        pool = work.get(Pool, market.pool.id)
        pool.policy = pool.policy | policy


def joined(market: Market, clinician: Clinician, **columns) -> Clinician:
    """The same person as a member of another pool too."""
    member = a_clinician(market.pool, person=read(type(clinician.person), clinician.person_id), **columns)
    market.clinicians.append(member)
    return member


def three_pools() -> Sequence[Market]:
    """Three pools, three people who are members of two of them each, and more sessions than they can take."""
    markets = [a_market(sessions=3, clinicians=1, weekly_cap=3) for _ in range(3)]
    for number, market in enumerate(markets):
        market.sessions += [a_session(market.practice, on=next_week(day), **AFTERNOON) for day in range(1, 3)]
        joined(markets[(number + 1) % 3], market.clinicians[0], weekly_cap=3)
    agree(*markets)
    return markets


def runs_of(market: Market) -> list[MatchRun]:
    """The runs of a pool, oldest first."""
    return market.rows(select(MatchRun).order_by(MatchRun.requested_at, MatchRun.id))


def everybody(markets: Sequence[Market]) -> Actor:
    """The product at work for all of these pools."""
    return Actor.system(*(market.pool.id for market in markets))


def divided(app, markets: Sequence[Market]) -> None:
    """A run of the first pool, and of all that follow it, whose parts are drawn and not yet solved."""
    run = markets[0].request()
    with app.app_context():
        match.run(str(markets[0].pool.id), str(run.id))
    assert {runs_of(market)[-1].state for market in markets} == {"divided"}


def matched(app, markets: Sequence[Market]) -> None:
    """The same, carried through."""
    divided(app, markets)
    with app.app_context():
        for market in markets:
            for part in market.rows(select(RunPart).where(RunPart.state == "pending")):
                match_parts.run(str(market.pool.id), str(part.id))
        match.run(str(markets[0].pool.id), str(runs_of(markets[0])[-1].id))
    assert {runs_of(market)[-1].state for market in markets} == {"published"}


def planned(markets: Sequence[Market]) -> dict:
    """Session to person, over all pools."""
    return {
        proposal.session_id: again(proposal.clinician).person_id
        for market in markets
        for proposal in market.proposals()
    }
