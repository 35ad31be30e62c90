"""Measurements: each module says how it is run and where it writes."""
