"""What names stand for: declared, defined, and as the author spells them."""
