"""Pages of invoices, sellers, adjustments and own rates."""
