"""Sums, products, extrema, averages and quantiles along axes."""
