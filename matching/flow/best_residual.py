"""The optimum of the flow with its prices: in one piece, or area by area and stitched."""

from __future__ import annotations

from collections.abc import Callable

from matching.basis.budget import Budget
from matching.flow.areas import Areas
from matching.flow.min_cost_flow import solve_flow
from matching.flow.network import Network
from matching.flow.residual import Residual
from matching.flow.stitching import Cut, solve_split, stitch


def best_residual(network: Network, budget: Budget, tell: Callable[[float], None], areas: Areas | None) -> Residual:
    """The optimum of the flow, area by area when the network is large or others solve the areas."""
    if areas is not None:
        cut = Cut(network, areas.practice, areas.clinician)
        parts = list(cut.parts())
        return stitch(cut, zip(parts, areas.solved(parts), strict=True), tell)
    if len(network.tail) >= budget.split_from:
        return solve_split(network, budget.processes, tell)
    solve_flow(network)
    return Residual(network)
