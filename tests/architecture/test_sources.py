"""What holds of every source file."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable
from pathlib import Path

LONGEST_FILE = 300
"""Lines of code: docstrings, comments and blank lines make a file longer and easier to read."""
LONGEST_TEST_FILE = 350
"""A list of behaviours, each of which is read alone."""
FACADE = "daemon/whiskertoolbox_python/data_manager.py"
LONGEST_FACADE = 400
"""One class whose methods hand on to others: most of its lines are signatures."""
TextOf = Callable[[Path], str]
Paths = tuple[Path, ...]

NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
PRODUCT = ("daemon", "extension")


def product_files(source: Paths) -> Paths:
    return tuple(path for path in source if path.parts[0] in PRODUCT)


def lines_of_python(text: str) -> int:
    """Count the lines with code: not blank, not a comment, not part of a docstring or of a text beside an attribute."""
    code = {
        line
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in NO_CODE
        for line in range(token.start[0], token.end[0] + 1)
    }
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            code -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(code)


def lines_of_typescript(text: str) -> int:
    """Count the lines with code: not blank, not a comment."""
    without = re.sub(r"^\s*(/\*.*?\*/|//[^\n]*)", "", text, flags=re.MULTILINE | re.DOTALL)
    return sum(1 for line in without.splitlines() if line.strip())


def longest(path: str) -> int:
    if path == FACADE:
        return LONGEST_FACADE
    return LONGEST_TEST_FILE if path.startswith("tests") else LONGEST_FILE


def test_no_source_file_is_longer_than_people_read(source: Paths, text_of: TextOf) -> None:
    count = {".py": lines_of_python}
    lengths = {str(path): count.get(path.suffix, lines_of_typescript)(text_of(path)) for path in source}
    assert {path: length for path, length in lengths.items() if length > longest(path)} == {}


def test_only_code_counts_as_length() -> None:
    assert lines_of_python('"""What lives here.\n\nMore."""\n\nx = """a\nb"""  # why\n# a comment\n') == 2
    assert lines_of_typescript("// What lives here.\n\n/** More.\n * And more. */\nconst x = 1; // why\n") == 1


def test_no_program_is_started_through_a_shell(source: Paths, text_of: TextOf) -> None:
    through_a_shell = re.compile(r"shell\s*[=:]\s*[Tt]rue|os\.(system|popen)\(|\bexecSync\(|child_process.*\bexec\b")
    asked_for_by_the_user = {"daemon/whiskertoolbox_interpreter/run/shell.py"}  # `!command` in a cell
    ours = (path for path in source if path.parts[0] != "tests")
    assert {path.as_posix() for path in ours if through_a_shell.search(text_of(path))} == asked_for_by_the_user


SOCKET = re.compile(r"socket\.socket\([^)]*\)")


def test_the_product_opens_no_network_port(source: Paths, text_of: TextOf) -> None:
    opening = re.compile(r"\bcreate_server\(|\bstart_server\(|\bcreateServer\(|\.listen\(|\.bind\(\(|AF_INET")
    found = {path.as_posix() for path in product_files(source) if opening.search(text_of(path))}
    meeting_place = "daemon/whiskertoolbox_daemon/rendezvous.py"  # a socket file
    assert found == {meeting_place}
    made = {match for path in source if path.as_posix() == meeting_place for match in SOCKET.findall(text_of(path))}
    assert made == {"socket.socket(socket.AF_UNIX)"}


def test_sources_name_no_network_address_but_this_machine(source: Paths, text_of: TextOf) -> None:
    address = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")
    found = {
        f"{path}: {match}"
        for path in source
        for match in address.findall(text_of(path))
        if not match.startswith("127.")
    }
    assert not found


def test_every_python_module_says_what_lives_in_it(source: Paths, text_of: TextOf) -> None:
    python = [
        path for path in source if path.suffix == ".py" and path.parts[0] in ("daemon", "examples", "bench", "tools")
    ]
    assert [str(path) for path in python if not ast.get_docstring(ast.parse(text_of(path)))] == []


def test_every_typescript_module_says_what_lives_in_it(source: Paths, text_of: TextOf) -> None:
    typescript = [
        path for path in source if path.suffix in {".ts", ".mjs"} and path.parts[0] in ("extension", "scripts")
    ]
    assert [str(path) for path in typescript if not text_of(path).startswith(("// ", "/** "))] == []


def test_no_test_is_skipped_but_for_what_windows_lacks(source: Paths, text_of: TextOf) -> None:
    skipping = re.compile(r"pytest\.(mark\.)?(skip|xfail|importorskip)|\b(test|it|describe)\.(skip|only|todo)")
    skips: list[str] = []
    for path in source:
        lines = text_of(path).splitlines() if path.parts[0] == "tests" else []
        for number, line in enumerate(lines):
            if skipping.search(line) and "win32" not in "".join(lines[max(0, number - 1) : number + 1]):
                skips.append(f"{path}:{number + 1}: {line.strip()}")
    assert [skip for skip in skips if "skipping = re.compile" not in skip] == []


def test_numbers_that_count_say_how_wide_they_are(source: Paths, text_of: TextOf) -> None:
    """NumPy 1 on Windows counts with 32 bits unless it is told otherwise."""
    library = [path for path in source if path.as_posix().startswith("daemon/") and path.suffix == ".py"]
    calls = [
        (path, node)
        for path in library
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "np.arange"
    ]
    assert len(calls) > 50
    most_arguments = 4  # the last is the dtype
    narrow = [
        f"{path}:{node.lineno}"
        for path, node in calls
        if len(node.args) < most_arguments and "dtype" not in {keyword.arg for keyword in node.keywords}
    ]
    assert narrow == []
