"""What formulas state and define, in the order in which they are read."""
