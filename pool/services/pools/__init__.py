"""Pools and their practices: policy, settings, facts, closures."""
