"""For whoever runs an installation: `flask setup` begins one, `flask doctor` says what is wrong with it."""
