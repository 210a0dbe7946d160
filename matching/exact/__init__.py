"""From the flow to the best plan: dual prices, branch and bound, repair of clashes, exact cores."""
