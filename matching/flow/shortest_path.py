"""Cheapest way to move one unit through the residual network: bidirectional Dijkstra on reduced costs.

An entry of a node's list is an arc number when the node is the arc's tail, and ~arc when it is its head. The reduced
cost of going from u to v is cost + potential[u] - potential[v]; it is never negative where there is room, and that is
the certificate that the flow is best. After a move the potentials are mended so that it stays so.

The side that has looked at fewer entries goes on: whoever comes to a node where all ways meet, such as the sink, waits
there for the other.
"""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np

from matching.basis.compiled import compiled

FAR = np.int64(1) << np.int64(60)


@compiled
def grow(
    node,
    base,
    forward,
    entries,
    first,
    tail,
    head,
    capacity,
    cost,
    flow,
    potential,
    near,
    far,
    parent,
    heap,
    touched,
    best,
):
    """Settles one node of one side and offers its neighbours; gives the best meeting point known so far."""
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
    ahead,
    behind,
    came,
    goes,
    done_ahead,
    done_behind,
    limit,
    mend,
):
    """Length of the shortest way from source to target in reduced costs, and its arcs as entries seen from the tail.

    Ways longer than `limit` are not looked for: the length is then larger than it and the way empty. With `mend` the
    potentials are changed so that they stay a certificate once a unit has been moved along the way, or, when it is too
    long, so that the target becomes dearer than the source by `limit`. The work arrays are given back clean.
    """
    heap_ahead, heap_behind = [(np.int64(0), source)], [(np.int64(0), target)]
    touched_ahead, touched_behind = [source], [target]
    ahead[source], behind[target] = np.int64(0), np.int64(0)
    best = (limit + 1, np.int64(-1))
    work_ahead, work_behind = np.int64(0), np.int64(0)
    while True:
        reach = drop_stale(heap_ahead, ahead, done_ahead)
        back = drop_stale(heap_behind, behind, done_behind)
        if reach >= best[0] or back >= best[0] or reach + back >= best[0] or (reach == FAR and back == FAR):
            break
        ahead_next = work_ahead + degree(heap_ahead, first)
        behind_next = work_behind + degree(heap_behind, first)
        if back == FAR or (reach != FAR and ahead_next <= behind_next):
            work_ahead = ahead_next
            length, node = heappop(heap_ahead)
            done_ahead[node] = True
            best = grow(
                node,
                length,
                True,
                entries,
                first,
                tail,
                head,
                capacity,
                cost,
                flow,
                potential,
                ahead,
                behind,
                came,
                heap_ahead,
                touched_ahead,
                best,
            )
        else:
            work_behind = behind_next
            length, node = heappop(heap_behind)
            done_behind[node] = True
            best = grow(
                node,
                length,
                False,
                entries,
                first,
                tail,
                head,
                capacity,
                cost,
                flow,
                potential,
                behind,
                ahead,
                goes,
                heap_behind,
                touched_behind,
                best,
            )
    way = trace(best[1], source, target, tail, head, came, goes)
    total = min(best[0], limit)
    radius = min(reach, total)
    for node in touched_ahead:
        if mend and ahead[node] < radius:
            potential[node] += ahead[node] - radius
        ahead[node], done_ahead[node] = FAR, False
    for node in touched_behind:
        if mend and behind[node] < total - radius:
            potential[node] -= behind[node] - (total - radius)
        behind[node], done_behind[node] = FAR, False
    return best[0], way


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
