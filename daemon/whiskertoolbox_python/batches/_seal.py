"""A secret of this user's, by which files that only they can have written are told from those of others."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from pathlib import Path

from whiskertoolbox_python.errors import TransformError

_SIZE = 32
_NAME = "journal.key"


def seal_key() -> bytes:
    """Return the secret, made when it is first needed.

    Raises
    ------
    TransformError
        When it can be neither read nor kept.
    """
    path = _folder() / _NAME
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise TransformError(
            f"a journal needs a secret of yours in {path}, which cannot be kept there ({error.strerror or error}); "
            "see that you may write there, or run the batch without resume="
        ) from error
    if len(key) != _SIZE:
        raise TransformError(f"{path} is damaged; delete it, and the journals that were written with it")
    return key


def _folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "whiskertoolbox"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "whiskertoolbox"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "whiskertoolbox"


def _make(path: Path) -> None:
    """Make it whole under another name first: two batches may begin at once, and both take that of the first."""
    part = path.with_name(f"{_NAME}.{secrets.token_hex(4)}")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_SIZE))
    try:
        with contextlib.suppress(FileExistsError):
            if sys.platform == "win32":
                os.rename(part, path)  # which replaces nothing there
            else:
                os.link(part, path)
    finally:
        part.unlink(missing_ok=True)
