"""Home and reports: figures of a pool."""
