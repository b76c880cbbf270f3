"""What user code prints and shows, on its way to the daemon."""
