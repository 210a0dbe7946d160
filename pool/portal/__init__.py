"""The pages: thin doors that check the role, read the form, call one use case and answer."""
