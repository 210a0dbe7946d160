"""Sentences that pages of several nouns show."""
