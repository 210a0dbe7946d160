"""The practices of a demo pool: public facts, and a clinical system drawn by network as systems cluster in real life."""

import random
from collections import Counter
from dataclasses import dataclass

from pool.dated import Row, table
from pool.demo import settings
from pool.demo.settings import DemoPool


@dataclass(frozen=True)
class DemoPractice:
    """One real practice; only `system` is synthetic. Position in OS grid metres, decile 1 = most deprived."""

    ods_code: str
    name: str
    address: tuple[str, ...]
    postcode: str
    easting: int
    northing: int
    pcn_code: str
    pcn_name: str
    list_size: int
    imd_score: str
    imd_decile: int | None
    rural: bool
    dispensing: bool
    system: str


def practices_of(pool: DemoPool) -> list[DemoPractice]:
    """The pool's practices, those closest together first when the place has more than the pool takes."""
    rows = [row for row in table(f"places/{pool.place}") if row["list_size"]]
    chosen = _nearest(rows, pool.practices)
    chance = random.Random(f"{settings.SEED}-{pool.slug}-systems")
    systems = _systems(pool, chosen, chance)
    return [_practice(row, systems, chance) for row in chosen]


def _systems(pool: DemoPool, rows: list[Row], chance: random.Random) -> dict[str, str]:
    """The usual system of each network: the largest has that of the area."""
    sizes = Counter(row["pcn_code"] for row in rows)
    largest, *others = sorted(sizes, key=lambda code: (-sizes[code], code))
    return {largest: pool.main_system} | {code: _usually(pool.main_system, chance) for code in others}


def _nearest(rows: list[Row], count: int) -> list[Row]:
    middle = rows[len(rows) // 2]
    return sorted(sorted(rows, key=lambda row: _apart(row, middle))[:count], key=lambda row: row["ods_code"])


def _apart(one: Row, other: Row) -> int:
    return sum((int(one[axis]) - int(other[axis])) ** 2 for axis in ("easting", "northing"))


def _practice(row: Row, systems: dict[str, str], chance: random.Random) -> DemoPractice:
    decile = row["imd_decile_1_most_deprived"]
    return DemoPractice(
        ods_code=row["ods_code"],
        name=row["name"],
        address=tuple(row["address"].split("; ")) if row["address"] else (),
        postcode=row["postcode"],
        easting=int(row["easting"]),
        northing=int(row["northing"]),
        pcn_code=row["pcn_code"],
        pcn_name=row["pcn_name"],
        list_size=int(row["list_size"]),
        imd_score=row["imd_2019_score"],
        imd_decile=int(decile) if decile else None,
        rural=row["rurality"] == "rural",
        dispensing=row["dispensing"] == "yes",
        system=_usually(systems[row["pcn_code"]], chance),
    )


def _usually(system: str, chance: random.Random) -> str:
    """This system four times out of five, else its great rival."""
    other = "emis_web" if system == "systmone" else "systmone"
    return system if chance.random() < settings.SAME_SYSTEM_IN_NETWORK else other
