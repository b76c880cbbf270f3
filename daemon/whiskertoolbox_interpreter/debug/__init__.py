"""The debugger inside the interpreter."""
