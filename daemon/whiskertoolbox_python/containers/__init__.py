"""Files that hold several things at once: recordings, poses, tables. One module for each, a line in `registry`."""
