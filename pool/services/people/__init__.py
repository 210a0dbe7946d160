"""People and their accounts: sign-in, roles, memberships, log-ins, addresses."""
