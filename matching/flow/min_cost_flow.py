"""The optimum of the flow: an upper bound on every plan, because it leaves out only rules between two sessions."""

from __future__ import annotations

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # type: ignore[import-untyped]

from matching.flow.network import Network


def solve_flow(network: Network) -> None:
    """Puts the best flow on the network's arcs."""
    supply = np.zeros(network.nodes, dtype=np.int64)
    supply[network.open_sessions] = 1
    supply[network.sink] = -len(network.open_sessions)
    network.flow[:] = best_flow(network.tail, network.head, network.capacity, network.cost, supply)


def best_flow(
    tail: np.ndarray, head: np.ndarray, capacity: np.ndarray, cost: np.ndarray, supply: np.ndarray
) -> np.ndarray:
    """The flow of least cost on arcs given as columns. Costs are counted in their common step: smaller, so quicker."""
    if not supply.any():
        return np.zeros(len(tail), dtype=np.int64)
    step = max(1, int(np.gcd.reduce(cost)))
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost // step)
    solver.set_nodes_supplies(np.arange(len(supply)), supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise ArithmeticError(f"the flow has no optimum: {status}")
    return solver.flows(arcs)
