"""What the tours of a day can add to the bound of the flow, which knows each session's own journey only."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from matching.flow.network import Network
from matching.objective.scoring import pair_tours
from matching.problem.problem import Problem

_BLOCK = 200_000


def most_from_tours(network: Network, reduced: np.ndarray) -> int:
    """Points that tours can add to the bound of the flow, at most.

    A plan is below that bound by the reduced cost of each pair it uses. So on one day a clinician adds at most the best
    chain of sessions, each costing its reduced cost; and days with a tour use up two sessions of the caps each.
    """
    if not network.weights.tour:
        return 0
    return sum(_days_capped(network.problem, *_best_days(network, rows, reduced)) for rows in _by_clinician(network))


def _by_clinician(network: Network) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Session, clinician and arc (-1: booked) of all that could be worked, some clinicians at a time."""
    edges, fixed = network.edges, network.problem.sessions.fixed
    booked = np.flatnonzero(fixed >= 0)
    session, clinician = np.r_[edges.session, booked], np.r_[edges.clinician, fixed[booked]]
    arc = np.r_[np.arange(len(edges.session)), np.full(len(booked), -1)]
    order = np.lexsort((session, network.problem.sessions.start[session], clinician))
    ends = np.searchsorted(clinician[order], np.unique(clinician), side="right")
    cuts = ends[np.unique(np.searchsorted(ends, np.arange(_BLOCK, len(order), _BLOCK)))]
    for rows in np.split(order, cuts[cuts < len(order)]):
        yield session[rows], clinician[rows], arc[rows]


def _best_days(
    network: Network, rows: tuple[np.ndarray, np.ndarray, np.ndarray], reduced: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each clinician and day with more than one session: clinician, week, and the best chain's points."""
    problem, (session, clinician, arc) = network.problem, rows
    day = problem.sessions.day[session]
    opens = (
        np.flatnonzero(np.r_[True, (clinician[1:] != clinician[:-1]) | (day[1:] != day[:-1])]) if len(day) else arc[:0]
    )
    size = np.diff(np.r_[opens, len(session)])
    rank = np.arange(len(session)) - np.repeat(opens, size)
    cost = np.where(arc >= 0, np.maximum(reduced[arc], 0), 0)
    chain, arriving = -cost, np.zeros(len(session), dtype=np.int64)
    for number in range(1, int(size.max(initial=1))):
        later = np.flatnonzero(rank == number)
        second = np.repeat(later, number)
        first = second - number + np.tile(np.arange(number), len(later))
        saved = pair_tours(problem, network.weights, session[first], session[second], clinician[second])
        overlap = problem.sessions.start[session[second]] < problem.sessions.end[session[first]]
        saved[overlap & ((arc[first] >= 0) | (arc[second] >= 0))] = 0
        arriving[later] = np.maximum((chain[first] + saved).reshape(len(later), number).max(axis=1), 0)
        chain[later] = arriving[later] - cost[later]
    best = np.maximum(np.maximum.reduceat(chain, opens), 0) if len(opens) else chain
    return clinician[opens], problem.sessions.week[session[opens]], best


def _days_capped(problem: Problem, clinician: np.ndarray, week: np.ndarray, best: np.ndarray) -> int:
    """The points of the best days, as many a week and in all as the caps leave room for at two sessions each."""
    people, booked = (
        problem.clinicians,
        np.bincount(problem.sessions.fixed[problem.sessions.fixed >= 0], minlength=len(problem.clinicians.ids)),
    )
    order = np.lexsort((-best, week, clinician))
    clinician, week, best = clinician[order], week[order], best[order]
    limit = np.maximum(people.weekly_cap, booked)[clinician] // 2
    best = np.where(_place(clinician, week) < limit, best, 0)
    order = np.lexsort((-best, clinician))
    limit = np.maximum(people.period_cap, booked)[clinician[order]] // 2
    return int(best[order][_place(clinician[order], clinician[order]) < limit].sum())


def _place(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """The number of each row within its group; groups are runs of equal values."""
    opens = np.flatnonzero(np.r_[True, (one[1:] != one[:-1]) | (two[1:] != two[:-1])]) if len(one) else one
    return np.arange(len(one)) - np.repeat(opens, np.diff(np.r_[opens, len(one)]))
