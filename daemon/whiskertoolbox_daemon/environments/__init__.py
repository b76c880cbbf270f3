"""The Pythons of this machine."""
