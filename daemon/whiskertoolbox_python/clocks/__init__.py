"""Clocks: indices, ticks and seconds."""
