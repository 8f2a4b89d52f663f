"""The tokens of formulas, the rows that they stand in, and what their letters spell."""
