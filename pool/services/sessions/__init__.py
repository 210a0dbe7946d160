"""Vacant sessions: post, change, withdraw, list."""
