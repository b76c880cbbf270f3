"""What holds for all Python tests: how Hypothesis runs."""

from hypothesis import settings

# No deadline, since the machine may be busy; the same examples each time.
settings.register_profile("tests", deadline=None, max_examples=60, derandomize=True, database=None)
settings.load_profile("tests")
