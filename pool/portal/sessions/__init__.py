"""Pages of sessions: post, list, change."""
