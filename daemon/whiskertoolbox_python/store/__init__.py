"""Where data is kept: in memory, or in a session folder that several processes share."""
