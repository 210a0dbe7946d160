"""Areas of large pools, drawn on the map, so that their flows can be solved apart. An area is of one pool.

However the lines run, stitching makes the whole exactly optimal again (see `stitching`): areas only decide how much work
each part is and how many pairs cross a border.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from matching.flow.stitching import Part, PartFlow
from matching.problem.problem import Problem

_CHUNK = 1_000
_FAR = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Areas:
    """The area of each practice and clinician by position, and who brings the flows of the parts, in their order."""

    practice: np.ndarray
    """int64[practices], number of the area"""
    clinician: np.ndarray
    """int64[clinicians], number of the area"""
    solved: Callable[[Sequence[Part]], Iterable[PartFlow]]


def draw_areas(problem: Problem, most: int) -> tuple[np.ndarray, np.ndarray]:
    """The area of each practice and of each clinician, so that an area has at most about `most` open sessions.

    The map of each pool is halved again and again across its wider side; clinicians belong where the nearest practice of
    their pools is.
    """
    sites = problem.practices
    weight = np.bincount(problem.sessions.practice[problem.sessions.fixed < 0], minlength=len(sites.ids))
    waiting, area, number = _pools(problem)[::-1], np.zeros(len(sites.ids), dtype=np.int64), 0
    while waiting:
        piece = waiting.pop()
        if len(piece) > 1 and weight[piece].sum() > most:
            waiting += _halves(sites.easting, sites.northing, weight, piece)
        else:
            area[piece] = number
            number += 1
    return area, area[_nearest(problem)] if len(sites.ids) else np.zeros(len(problem.clinicians.ids), dtype=np.int64)


def _pools(problem: Problem) -> list[np.ndarray]:
    """The practices of each pool."""
    _, pool = np.unique(problem.practices.pool, axis=0, return_inverse=True)
    return [np.flatnonzero(pool.ravel() == number) for number in range(pool.max(initial=-1) + 1)]


def _halves(easting: np.ndarray, northing: np.ndarray, weight: np.ndarray, piece: np.ndarray) -> list[np.ndarray]:
    """A piece of the map cut across its wider side, with like numbers of sessions on both."""
    wide = np.ptp(easting[piece]) >= np.ptp(northing[piece])
    order = piece[np.lexsort((piece, (easting if wide else northing)[piece]))]
    filled = np.cumsum(weight[order])
    cut = int(np.clip(np.searchsorted(filled, filled[-1] / 2) + 1, 1, len(order) - 1))
    return [order[cut:], order[:cut]]


def _nearest(problem: Problem) -> np.ndarray:
    """The position of the practice of their pools nearest to each clinician's home."""
    sites, people = problem.practices, problem.clinicians
    nearest = np.zeros(len(people.ids), dtype=np.int64)
    for low in range(0, len(nearest), _CHUNK):
        part = slice(low, low + _CHUNK)
        east = people.easting[part, None] - sites.easting[None, :]
        north = people.northing[part, None] - sites.northing[None, :]
        distance = east.astype(np.int64) ** 2 + north.astype(np.int64) ** 2
        inside = ((people.pools[part, None, :] & sites.pool[None, :, :]) != 0).any(axis=2)
        nearest[part] = np.argmin(np.where(inside, distance, _FAR), axis=1)
    return nearest
