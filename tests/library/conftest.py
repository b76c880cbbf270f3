"""Hypothesis for the library's tests: no deadline, since the machine may be busy; the same examples each time."""

from hypothesis import settings

settings.register_profile("library", deadline=None, max_examples=60, derandomize=True, database=None)
settings.load_profile("library")
