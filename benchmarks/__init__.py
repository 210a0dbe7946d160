"""Measurements; each prints its conditions, and none of them asserts a time."""
