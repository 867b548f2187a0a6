"""The same elements under other shapes, in other orders, repeated, joined and split."""
