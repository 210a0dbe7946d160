"""Clinicians: records, profile, availability, company status."""
