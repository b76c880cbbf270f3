"""Which files a session keeps an object in."""

from whiskertoolbox_python import DataManager


def files(manager: DataManager, key: str = "data") -> dict[str, str | None]:
    """Return the file of each column of an object, and of its identities."""
    store = manager._store
    rows = [store.rows("object")[key]]
    rows += [row for name, row in store.rows("identity").items() if name.endswith(f" {key}")]
    return {column.name: column.file for row in rows for column in row.columns}
