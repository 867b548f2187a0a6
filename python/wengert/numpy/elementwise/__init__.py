"""Elementwise functions: the formulas of the core, and compositions of them."""
