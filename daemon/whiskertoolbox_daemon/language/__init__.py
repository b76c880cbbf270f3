"""What can be said of source code without running it."""
