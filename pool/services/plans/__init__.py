"""Plans of a run: release, publish, reports, what-if."""
