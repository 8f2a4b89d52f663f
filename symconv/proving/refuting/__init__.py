"""From a point where a coefficient differs to arrays that show it."""
