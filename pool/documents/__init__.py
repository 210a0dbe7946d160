"""Documents for people to keep: plain facts in, PDF bytes out. No database, no clock."""
