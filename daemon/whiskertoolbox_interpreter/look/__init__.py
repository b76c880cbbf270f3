"""Looking at the namespace from beside running user code."""
