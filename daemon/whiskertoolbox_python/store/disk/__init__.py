"""A session folder: an SQLite catalogue and memory-mapped columns, which several processes share."""
