"""Pages of runs and plans: start, review, release, reports, what-if."""
