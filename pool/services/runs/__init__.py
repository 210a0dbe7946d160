"""Match runs: read the pool, divide, solve, write proposals."""
