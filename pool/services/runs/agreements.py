"""Pools of one care system that are matched together: each names the other in its rules (docs/adr/0008).

An agreement holds while both name each other. It matches while both count the same points, too: one plan over both has
one objective. Pools and their rules can be read by every member.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from pool.errors import Invalid
from pool.formats import listed
from pool.models.pool import Place, Pool
from pool.services.pools import pool_settings
from pool.services.pools.policy import policy_of
from pool.services.runs.objective import TERMS, weights_of
from pool.unit_of_work import UnitOfWork

AGREED, DIFFERENT, ONLY_WE, ONLY_THEY, NOBODY = "agreed", "different", "only_we", "only_they", "nobody"
"""How two pools stand to each other, from the side of one of them."""


class Neighbour(NamedTuple):
    """Another pool of the care system, and how the two stand to each other."""

    pool: Pool
    standing: str
    differing: Sequence[str] = ()

    @property
    def words(self) -> str:
        """What holds, what is missing, and what to do."""
        return WORDS[self.standing].format(pool=self.pool.name, differing="; ".join(self.differing))


WORDS = {
    AGREED: "Both pools agreed. Runs cover both.",
    DIFFERENT: "Both pools agreed, but they count different points, so runs cover each pool alone. These differ: {differing}. "
    "Set the same in both, on the page What counts in a plan.",
    ONLY_WE: "{pool} has not agreed yet. Its manager ticks your pool on this same page.",
    ONLY_THEY: "{pool} asks to be matched together with your pool. Tick it to agree.",
    NOBODY: "",
}


def neighbours(work: UnitOfWork, pool: Pool) -> list[Neighbour]:
    """The other pools of the pool's care system, by name."""
    others = [other for other in of_system(work, pool) if other.id != pool.id]
    return [Neighbour(other, standing(pool, other), differences(pool, other)) for other in others]


def of_system(work: UnitOfWork, pool: Pool) -> Sequence[Pool]:
    """Every pool of a pool's care system, by name; demo pools only beside demo pools."""
    same = (Place.ics_id == pool.place.ics_id, Pool.is_demo == pool.is_demo)
    return work.all(select(Pool).join(Place, Pool.place_id == Place.id).where(*same).order_by(Pool.name, Pool.id))


def standing(pool: Pool, other: Pool) -> str:
    """How one pool stands to another."""
    we, they = names(pool, other), names(other, pool)
    if we and they:
        return AGREED if points(pool) == points(other) else DIFFERENT
    return ONLY_WE if we else ONLY_THEY if they else NOBODY


def names(pool: Pool, other: Pool) -> bool:
    """Does a pool want to be matched with another one?"""
    return str(other.id) in policy_of(pool).together


def points(pool: Pool) -> tuple[dict[str, int], bool]:
    """What counts in a pool's plans: the points of each term, and whether filling comes first."""
    policy = policy_of(pool)
    return weights_of(policy).to_dict(), policy.fill_first


def differences(pool: Pool, other: Pool) -> list[str]:
    """What counts differently in two pools, term by term."""
    (here, first_here), (there, first_there) = points(pool), points(other)
    found = [
        f"{term.label} ({here[term.name]} in {pool.name}, {there[term.name]} in {other.name})"
        for term in TERMS
        if here[term.name] != there[term.name]
    ]
    return [*found, *(["Filling first"] if first_here != first_there else [])]


def group(work: UnitOfWork, pool_id: UUID) -> list[Pool]:
    """The pools that a run of this pool covers: this one first, then all that it reaches over agreements that match."""
    pool = work.get(Pool, pool_id)
    if not policy_of(pool).together:
        return [pool]
    return reached(pool, of_system(work, pool))


def reached(pool: Pool, pools: Iterable[Pool]) -> list[Pool]:
    """A pool and all pools connected with it by agreements that match."""
    found, waiting = [pool], [pool]
    left = [other for other in pools if other.id != pool.id]
    while waiting:
        here = waiting.pop(0)
        near = [pool for pool in left if standing(here, pool) == AGREED]
        found, waiting = found + near, waiting + near
        left = [pool for pool in left if pool not in near]
    return found


def asking(work: UnitOfWork, pool: Pool) -> str:
    """The names of the pools that ask to be matched together with this one and have no answer."""
    return listed([neighbour.pool.name for neighbour in neighbours(work, pool) if neighbour.standing == ONLY_THEY])


class Together(NamedTuple):
    """Names of the pools that a run covers beside one, and of those it leaves out although both agreed."""

    others: str
    different: str


def together(work: UnitOfWork, pool_id: UUID) -> Together:
    """With whom a pool is matched now."""
    pool, *others = group(work, pool_id)
    different = [neighbour.pool.name for neighbour in neighbours(work, pool) if neighbour.standing == DIFFERENT]
    return Together(listed([other.name for other in others]), listed(different))


def of_reader(work: UnitOfWork) -> dict[str, str]:
    """For each pool of the reader, by name, the pools it is matched together with."""
    found = {work.get(Pool, pool_id).name: together(work, pool_id).others for pool_id in work.actor.pool_ids}
    return {name: others for name, others in found.items() if others}


def choose(work: UnitOfWork, pool_ids: Iterable[UUID]) -> list[Neighbour]:
    """Say with which pools of the care system the actor's pool wants to be matched; what holds then. Raises Invalid for
    any other pool. Runs that are under way end as they were begun."""
    pool = pool_settings.own_pool(work)
    chosen = {str(pool_id) for pool_id in pool_ids}
    if chosen - {str(neighbour.pool.id) for neighbour in neighbours(work, pool)}:
        words = "Choose pools of your own care system only. Reload the page and try again"
        raise Invalid(f"{words}.", {"together": [words]})
    pool_settings.change(work, {"together": tuple(sorted(chosen))})
    return neighbours(work, pool)


def told(standing: Iterable[Neighbour]) -> str:
    """What a choice brought about, in sentences."""
    standing = list(standing)
    asked = [neighbour.words for neighbour in standing if neighbour.standing in (ONLY_WE, DIFFERENT)]
    agreed = listed([neighbour.pool.name for neighbour in standing if neighbour.standing == AGREED])
    first = [f"The next run covers {agreed} too."] if agreed else []
    return " ".join(first + asked) or "The next run covers your pool alone."
