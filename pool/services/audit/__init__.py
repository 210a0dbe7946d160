"""The audit trail: a chain of hashes that shows every entry taken out or changed."""
