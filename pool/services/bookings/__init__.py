"""Offers, bookings, their terms and changes."""
