"""The session's data keys, and loading into them."""
