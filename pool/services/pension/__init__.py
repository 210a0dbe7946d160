"""NHS Pension Scheme: terms, contributions, Forms A, B and GP Solo."""
