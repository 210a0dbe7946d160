"""Every name of a profession, system, skill, pool and postcode of a problem with its number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matching.basis import bits
from matching.problem.columns import joined_postcode


class Words:
    """Every name of a profession, system, skill, pool and postcode with its number."""

    def __init__(self, rows: Mapping[str, list[tuple[int, dict[str, Any]]]]):
        def used(table, column):
            return [row[column] for _, row in rows[table]]

        people, work, sites = "clinicians", "sessions", "practices"
        self.professions = bits.vocabulary([used(people, "profession"), used(work, "profession")])
        self.systems = bits.vocabulary([*used(people, "systems"), filter(None, used(sites, "system"))])
        self.skills = bits.vocabulary([*used(people, "skills"), *used(work, "skills")])
        self.pools = bits.vocabulary(
            [
                *used(people, "pool_id"),
                used(sites, "pool_id"),
                used("sharing", "pool_id"),
                used("sharing", "with_pool_id"),
            ]
        )
        self.postcodes = bits.vocabulary([{joined_postcode(code) for code in used(sites, "postcode") if code}])
