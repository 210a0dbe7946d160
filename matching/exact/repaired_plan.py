"""A plan from a priced flow: every clash taken out, and the sums compared."""

from __future__ import annotations

from matching.basis.budget import Budget
from matching.basis.errors import UnsafePlan
from matching.exact.branch_and_bound import Leaf
from matching.exact.dual_prices import Pricing
from matching.exact.repair import take_out_clashes
from matching.objective import scoring


def repaired_plan(pricing: Pricing, budget: Budget) -> Leaf | None:
    """Takes every clash out of a copy of the priced flow; None when it came to its limits. Raises UnsafePlan when the
    sums do not agree.

    What is left is a plan worth the bound at these prices, minus the regrets, minus idle prices, plus what
    its tours save.
    """
    work, bound = pricing.copy(), pricing.bound()
    network = work.residual.network
    regrets = take_out_clashes(work.residual, work.holdings, budget)
    if regrets is None:
        return None
    worth = bound - sum(regrets) - work.idle()
    chosen = network.clinician_of()
    points = scoring.terms(network.problem, network.weights, chosen)
    if sum(points.values()) != worth + points["tour"]:
        raise UnsafePlan("The plan was thrown away because its points are not the bound minus the regrets.")
    return Leaf(sum(points.values()), chosen, tuple(regrets))
