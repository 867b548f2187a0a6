"""Products of vectors and matrices, and norms."""
