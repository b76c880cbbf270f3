"""What a bridge and a daemon say to each other; the same in all versions, for they may meet."""

VERSION = "0.1.0"
"""The extension's. A bridge says it, with its descriptors, in `GREETING_BYTES` at most."""
GREETING_BYTES = 64

ADMITTED = b"+"
"""The daemon has taken the window. Whatever else comes first, or nothing: look for a daemon again."""
REASONS = {
    b"v": "The session had been started by another version of the extension",
    b"f": "The session's folder had been deleted or moved",
}
"""Answers of a daemon that has nothing to do, and ends for a new one."""
FAREWELL = b"-"
"""The daemon's last byte to a window that it has let go; without it, it has been killed."""
