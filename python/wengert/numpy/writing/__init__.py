"""Functions that write to what they are given."""
