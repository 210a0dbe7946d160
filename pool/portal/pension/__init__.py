"""Pages of the NHS Pension Scheme forms."""
