"""Pages of people: sign-in, account, roles, addresses."""
