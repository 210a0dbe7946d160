"""Figures of a pool: KPIs and the overview."""
