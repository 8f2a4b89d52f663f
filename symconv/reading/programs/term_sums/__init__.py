"""What variables hold: sums of terms, and the indices in them."""
