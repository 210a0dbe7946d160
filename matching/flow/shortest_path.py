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

from matching.basis.compiled import compiled, inlined

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


@inlined
def settle(graph, forward, side, far, heap, touched, best):
    """Settles the next node of one side and offers its neighbours; gives the best length and meeting node so far.

    `far` is int64[nodes], what the other side is near to; `touched` collects the nodes that this side comes to.
    """
    entries, first, tail, head, capacity, cost, flow, potential = graph
    near, parent, done = side
    base, node = heappop(heap)
    done[node] = True
    cheapest, meeting = best
    for position in range(first[node], first[node + 1]):
        entry = entries[position]
        along = entry >= 0
        arc = entry if along else ~entry
        room = flow[arc] < capacity[arc] if along == forward else flow[arc] > 0
        if not room:
            continue
        other = head[arc] if along else tail[arc]
        step = cost[arc] + potential[tail[arc]] - potential[head[arc]]
        length = base + (step if along == forward else -step)
        if length < near[other] and length < cheapest:
            if near[other] == FAR:
                touched.append(other)
            near[other] = length
            parent[other] = entry
            heappush(heap, (length, other))
            if far[other] != FAR and length + far[other] < cheapest:
                cheapest, meeting = length + far[other], other
    return cheapest, meeting


@compiled
def drop_stale(heap, side):
    """Removes entries of the heap that a shorter way has overtaken; gives the smallest length left."""
    while len(heap) > 0 and (side.done[heap[0][1]] or side.near[heap[0][1]] < heap[0][0]):
        heappop(heap)
    return heap[0][0] if len(heap) > 0 else FAR


@compiled
def degree(heap, first):
    """Number of entries of the node that comes next; 0 when none does."""
    return first[heap[0][1] + 1] - first[heap[0][1]] if len(heap) > 0 else np.int64(0)


@compiled
def search(
    source,
    target,
    entries,
    first,
    tail,
    head,
    capacity,
    cost,
    flow,
    potential,
    near,
    came,
    done,
    far,
    goes,
    ended,
    limit,
    mend,
):
    """`meet` for callers outside compiled code, which pass `*graph, *ahead, *behind`: named tuples cost them 14 µs a call."""
    graph = Graph(entries, first, tail, head, capacity, cost, flow, potential)
    return meet(source, target, graph, Side(near, came, done), Side(far, goes, ended), limit, mend)


@compiled
def meet(source, target, graph, ahead, behind, limit, mend):
    """Length of the shortest way from source to target in reduced costs, and its arcs as entries seen from the tail.

    Ways longer than `limit` are not looked for: the length is then larger than it and the way empty. With `mend` the
    potentials are changed so that they stay a certificate once a unit has been moved along the way, or, when it is too
    long, so that the target becomes dearer than the source by `limit`. The two sides are given back clean.
    """
    heap_ahead, heap_behind = [(np.int64(0), source)], [(np.int64(0), target)]
    touched_ahead, touched_behind = [source], [target]
    ahead.near[source], behind.near[target] = np.int64(0), np.int64(0)
    best = (limit + 1, np.int64(-1))
    work_ahead, work_behind = np.int64(0), np.int64(0)
    while True:
        reach, back = drop_stale(heap_ahead, ahead), drop_stale(heap_behind, behind)
        if reach >= best[0] or back >= best[0] or reach + back >= best[0] or (reach == FAR and back == FAR):
            break
        ahead_next = work_ahead + degree(heap_ahead, graph.first)
        behind_next = work_behind + degree(heap_behind, graph.first)
        if back == FAR or (reach != FAR and ahead_next <= behind_next):
            work_ahead = ahead_next
            best = settle(graph, True, ahead, behind.near, heap_ahead, touched_ahead, best)
        else:
            work_behind = behind_next
            best = settle(graph, False, behind, ahead.near, heap_behind, touched_behind, best)
    way = trace(best[1], source, target, graph, ahead.parent, behind.parent)
    total = min(best[0], limit)
    radius = min(reach, total)
    clean(touched_ahead, ahead, graph.potential, radius, 1, mend)
    clean(touched_behind, behind, graph.potential, total - radius, -1, mend)
    return best[0], way


@compiled
def clean(touched, side, potential, radius, sign, mend):
    """Makes one side ready for the next search; with `mend` it first changes the prices of what is nearer than `radius`."""
    for node in touched:
        if mend and side.near[node] < radius:
            potential[node] += sign * (side.near[node] - radius)
        side.near[node], side.done[node] = FAR, False


@compiled
def trace(meeting, source, target, graph, came, goes):
    """The arcs of the way found: an arc number when it is used forwards, ~arc when a unit is taken off it.

    `came` and `goes` are int64[nodes], the entries by which the two searches came to a node.
    """
    way = [np.int64(0)]
    way.pop()
    if meeting < 0:
        return way
    node = meeting
    while node != source:
        entry = came[node]
        way.append(entry)
        node = graph.tail[entry] if entry >= 0 else graph.head[~entry]
    way.reverse()
    node = meeting
    while node != target:
        entry = goes[node]
        way.append(~entry)
        node = graph.head[~entry] if entry < 0 else graph.tail[entry]
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
