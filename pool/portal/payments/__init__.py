"""Pages of payments: bank files, statements, ageing, exports."""
