"""What crosses a process boundary: the table of methods and its types. Imports the standard library only."""
