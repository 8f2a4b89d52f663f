"""What values are: arrays, numbers, indices, series, places in memory."""
