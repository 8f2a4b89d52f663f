"""What decides: normal form, coefficient functions over Presburger sets, verdicts. Knows no operator."""
