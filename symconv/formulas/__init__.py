"""The language of index formulas and conditions, with its walkers. Knows no operator."""
