"""Measuring the engine against baselines and other solvers. Nothing of the product imports it."""
