"""The process that runs user code, in the user's Python. Read first: `assembly`, `run.main_thread`, `control`."""
