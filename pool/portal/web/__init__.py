"""What all pages share: access, forms, rendering, transactions."""
