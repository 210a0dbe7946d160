"""From agreed charges to issued invoices and credit notes."""
