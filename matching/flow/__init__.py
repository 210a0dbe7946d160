"""The problem as a min-cost flow: feasible pairs, network, residual searches, areas solved apart and stitched."""
