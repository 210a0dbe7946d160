"""Pages of pools and practices: settings, facts, founding."""
