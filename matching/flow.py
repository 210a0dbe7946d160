"""The optimum of the flow: an upper bound on every plan, because it leaves out only rules between two sessions."""

from __future__ import annotations

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from matching.network import Network


def solve_flow(network: Network) -> None:
    """Puts the best flow on the network's arcs."""
    if not len(network.open_sessions):
        return
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(network.tail, network.head, network.capacity, network.cost)
    supply = np.zeros(network.nodes, dtype=np.int64)
    supply[network.open_sessions] = 1
    supply[network.sink] = -len(network.open_sessions)
    solver.set_nodes_supplies(np.arange(network.nodes), supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise ArithmeticError(f"the flow has no optimum: {status}")
    network.flow[:] = solver.flows(arcs)
