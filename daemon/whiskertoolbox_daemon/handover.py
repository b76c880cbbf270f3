"""What a bridge and a daemon say to each other; the same in all versions, for they may meet."""

VERSION = "0.1.0"
"""The extension's. A bridge says it first, in `GREETING_BYTES` at most."""
GREETING_BYTES = 64

ADMITTED = b"+"
"""The daemon takes the window. Whatever else comes first, or nothing: look for a daemon again."""
HANDED_OVER = b"+"
"""The bridge's answer, with its descriptors."""
HAS_HUNG = b"h"
REASONS = {
    b"v": "The session had been started by another version of the extension",
    b"f": "The session's folder had been deleted or moved",
    HAS_HUNG: "The session's process did not answer",
}
"""Why a daemon ends for a new one: what one that has nothing to do says itself, and the bridge of one that has hung."""
FAREWELL = b"-"
"""The daemon's last byte to a window that it has let go; without it, it has been killed."""
