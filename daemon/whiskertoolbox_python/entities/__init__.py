"""Identities of entries, named groups of them, and the registry that gives identities out."""
