"""Use cases: get things, check, advance, record, return. They are given a unit of work and never commit, send or enqueue."""
