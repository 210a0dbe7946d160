"""What every other group uses: errors, reasons, times, bit masks, travel minutes, budgets and stages of a solve."""
