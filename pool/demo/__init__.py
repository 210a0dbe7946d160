"""The demo: real practices, synthetic people. The same seed and day give the same place, people and story (domain 10)."""
