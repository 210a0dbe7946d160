"""The double-entry ledger and its checks."""
