"""Pages of offers, bookings and their changes."""
