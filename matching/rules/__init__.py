"""The hard rules: one clinician and one session, two sessions of a clinician, and an independent checker."""
