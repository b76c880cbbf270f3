"""File formats: one module for each, found through `registry`."""
