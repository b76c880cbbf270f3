"""Protocol types of values shown as tables: only the part that is seen crosses a process boundary."""

from dataclasses import field

from whiskertoolbox_protocol.late_classes import message


@message
class TableView:
    """Which table of a variable is shown, and in which order."""

    path: list[str]
    """Child ids from the namespace down, as of `ListVariables`."""
    index: list[int] = field(default_factory=list)
    """Of an array with more than two axes: the index on each axis behind the first that is not the last, counted from
    the front; what is left out is 0."""
    sort_column: int = -1
    """-1: as they are."""
    descending: bool = False
    filter: str = ""
    """Such as ``angle > 0.5``, ``> 0.5`` where there is one column, or text that a row shall contain."""


@message
class ReadTable:
    """Read a part of a table; at most 500 rows and 100 columns are answered."""

    view: TableView
    first_row: int = 0
    row_count: int = 0
    first_column: int = 0
    column_count: int = 0
    shades: bool = False


@message
class TableColumn:
    """A column's heading."""

    name: str
    type: str
    is_number: bool


@message
class TablePart:
    """A part of a table."""

    title: str
    """Type and summary of the value."""
    row_total: int
    """Rows that pass the filter."""
    column_total: int
    axes: list[int]
    """Lengths of the axes that `TableView.index` chooses on."""
    columns: list[TableColumn]
    row_labels: list[str]
    cells: list[list[str]]
    """A list for each column, with a text for each row."""
    shades: list[list[int]]
    """As `cells`: 0 for the lowest to 100 for the highest number, -1 for what is none; empty when not asked for."""
    code: str
    """Python for the table in this order; empty when it cannot be written."""
    note: str = ""
    """What a reader must know, such as why a filter was not applied."""


@message
class CopyTable:
    """Copy a rectangle of a table with all digits."""

    view: TableView
    first_row: int
    row_count: int
    first_column: int
    column_count: int
    with_names: bool = False


@message
class TableText:
    """A part of a table as text: tabs between columns, a line for each row."""

    text: str
