"""The process that runs user code, in the user's Python. Reading order: `__main__`, `executor`, `control`, `output`."""
