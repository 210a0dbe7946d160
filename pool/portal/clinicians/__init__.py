"""Pages of clinicians: profile, availability, why a session was not offered."""
