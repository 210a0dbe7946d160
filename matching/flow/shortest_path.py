"""Cheapest way to move one unit through the residual network: bidirectional Dijkstra on reduced costs.

An entry of a node's list is an arc number when the node is the arc's tail, and ~arc when it is its head. The reduced
cost of going from u to v is cost + potential[u] - potential[v]; it is never negative where there is room, and that is
the certificate that the flow is best. After a move the potentials are mended so that it stays so.

The side that has looked at fewer entries goes on, so that a side which reaches a node of very many entries, such as the
sink, waits there for the other.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from matching.basis.compiled import compiled

FAR = np.int64(1) << np.int64(60)


class Graph(NamedTuple):
    """The residual network as a search sees it."""

    entries: np.ndarray
    """int32[2 * arcs], the entries of all nodes one after another"""
    first: np.ndarray
    """int64[nodes + 1], index of each node's first entry"""
    tail: np.ndarray
    """int32[arcs], node"""
    head: np.ndarray
    """int32[arcs], node"""
    capacity: np.ndarray
    """int64[arcs], units"""
    cost: np.ndarray
    """int64[arcs], points with the sign turned, per unit"""
    flow: np.ndarray
    """int64[arcs], units"""
    potential: np.ndarray
    """int64[nodes], points: price of a unit at a node"""


class Side(NamedTuple):
    """What one of the two searches knows; clean between searches: nothing near, nothing done."""

    near: np.ndarray
    """int64[nodes], reduced cost of the shortest way known so far, FAR where none is"""
    parent: np.ndarray
    """int64[nodes], entry by which that way comes; means nothing where nothing is near"""
    done: np.ndarray
    """bool[nodes], no shorter way can come"""


@compiled
def settle(entries, first, tail, head, room, cost, flow, price, near, parent, done, far, forward, heap, seen, best):
    """Settles the next node of one side and offers its neighbours; gives the best length and meeting node so far.

    `far` is what the other side is near to, `seen` collects the nodes that this side comes to.
    """
    base, node = heappop(heap)
    done[node] = True
    cheapest, meeting = best
    for position in range(first[node], first[node + 1]):
        entry = entries[position]
        along = entry >= 0
        arc = entry if along else ~entry
        if not (flow[arc] < room[arc] if along == forward else flow[arc] > 0):
            continue
        other = head[arc] if along else tail[arc]
        step = cost[arc] + price[tail[arc]] - price[head[arc]]
        length = base + (step if along == forward else -step)
        if length < near[other] and length < cheapest:
            if near[other] == FAR:
                seen.append(other)
            near[other] = length
            parent[other] = entry
            heappush(heap, (length, other))
            if far[other] != FAR and length + far[other] < cheapest:
                cheapest, meeting = length + far[other], other
    return cheapest, meeting


@compiled
def drop_stale(heap, near, done):
    """Removes entries of the heap that a shorter way has overtaken; gives the smallest length left."""
    while len(heap) > 0 and (done[heap[0][1]] or near[heap[0][1]] < heap[0][0]):
        heappop(heap)
    return heap[0][0] if len(heap) > 0 else FAR


@compiled
def degree(heap, first):
    """Number of entries of the node that comes next; 0 when none does."""
    return first[heap[0][1] + 1] - first[heap[0][1]] if len(heap) > 0 else np.int64(0)


@compiled
def search(
    source, target, entries, first, tail, head, room, cost, flow, price, near, came, done, far, goes, ended, limit, mend
):
    """Length of the shortest way from source to target in reduced costs, and its arcs as entries seen from the tail.

    The arrays are those of a Graph and of two Sides, one by one, because compiled code counts references for each array
    that it takes out of a tuple. Ways longer than `limit` are not looked for: the length is then larger than it and the
    way empty. With `mend` the potentials are changed so that they stay a certificate once a unit has been moved along
    the way, or, when it is too long, so that the target becomes dearer than the source by `limit`. The two sides are
    given back clean.
    """
    heap_a, heap_b = [(np.int64(0), source)], [(np.int64(0), target)]
    seen_a, seen_b = [source], [target]
    near[source], far[target] = np.int64(0), np.int64(0)
    best = (limit + 1, np.int64(-1))
    work_a, work_b = np.int64(0), np.int64(0)
    while True:
        reach, back = drop_stale(heap_a, near, done), drop_stale(heap_b, far, ended)
        if reach >= best[0] or back >= best[0] or reach + back >= best[0] or (reach == FAR and back == FAR):
            break
        next_a, next_b = work_a + degree(heap_a, first), work_b + degree(heap_b, first)
        if back == FAR or (reach != FAR and next_a <= next_b):
            work_a = next_a
            best = settle(
                entries, first, tail, head, room, cost, flow, price, near, came, done, far, True, heap_a, seen_a, best
            )
        else:
            work_b = next_b
            best = settle(
                entries, first, tail, head, room, cost, flow, price, far, goes, ended, near, False, heap_b, seen_b, best
            )
    way = trace(best[1], source, target, tail, head, came, goes)
    total = min(best[0], limit)
    radius = min(reach, total)
    clean(seen_a, near, done, price, radius, 1, mend)
    clean(seen_b, far, ended, price, total - radius, -1, mend)
    return best[0], way


@compiled
def clean(seen, near, done, price, radius, sign, mend):
    """Makes one side ready for the next search; with `mend` it first changes the prices of what is nearer than `radius`."""
    for node in seen:
        if mend and near[node] < radius:
            price[node] += sign * (near[node] - radius)
        near[node], done[node] = FAR, False


@compiled
def trace(meeting, source, target, tail, head, came, goes):
    """The arcs of the way found: an arc number when it is used forwards, ~arc when a unit is taken off it."""
    way = [np.int64(0)]
    way.pop()
    if meeting < 0:
        return way
    node = meeting
    while node != source:
        entry = came[node]
        way.append(entry)
        node = tail[entry] if entry >= 0 else head[~entry]
    way.reverse()
    node = meeting
    while node != target:
        entry = goes[node]
        way.append(~entry)
        node = head[~entry] if entry < 0 else tail[entry]
    return way


@compiled
def relax(tail, head, capacity, cost, flow, distance):
    """Shortens distances along every arc with room, both ways (one turn of Bellman-Ford); whether any became shorter."""
    shorter = False
    for arc in range(len(tail)):
        if flow[arc] < capacity[arc] and distance[tail[arc]] + cost[arc] < distance[head[arc]]:
            distance[head[arc]] = distance[tail[arc]] + cost[arc]
            shorter = True
        if flow[arc] > 0 and distance[head[arc]] - cost[arc] < distance[tail[arc]]:
            distance[tail[arc]] = distance[head[arc]] - cost[arc]
            shorter = True
    return shorter
