"""The problem: tables of the exchange format, read and checked, and the arrays made of them."""
