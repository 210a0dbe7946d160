"""The background: wakes up, looks at the rows, moves them forward. The queue carries names and ids, never state.

docs/adr/0004-runs-survive.md says what happens when a process, Valkey or PostgreSQL dies.
"""
