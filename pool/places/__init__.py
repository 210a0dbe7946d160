"""Facts about places: positions of postcodes, the national practice report, bank holidays and opening hours."""
