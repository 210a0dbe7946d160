"""The flexible staffing pool: portal, use cases, tables. Kept empty so that `pool.money` loads without the web."""
