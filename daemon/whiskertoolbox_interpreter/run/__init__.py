"""Running user code on the main thread."""
