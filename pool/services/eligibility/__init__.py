"""May this clinician take this session? Facts, rules and their words."""
