"""Samples: their differences, integrals, histograms and orders."""
