#!/usr/bin/env bash
# bytecode: reading and writing back a code object, unchanged, loses the lines of generators on Python 3.10.
#
# bytecode 0.17.0 (what ddtrace and debuggers rewrite code with), CPython 3.10. Of 3.10's generators, coroutines and
# generator expressions the first instruction (GEN_START) belongs to no line. Bytecode.from_code(code).to_code() returns
# the same instructions, but the table of lines then says of the first line's other instructions, too, that they belong
# to none: a traceback names line -1 there, and a debugger that compares lines never stops. In a generator expression on
# one line that is the whole of it. Functions keep their lines, and so does everything on CPython 3.11 (seen with 3.11.7).
# What we do: breakpoints before Python 3.12 are calls written into the code; on 3.10 we write the table of lines
# ourselves.
#
# Exit code 0 while it behaves so, 1 when it no longer does. Needs a python3.10 (PYTHON310 names another one).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for python in "${PYTHON310:-python3.10}" "$HOME"/.pyenv/versions/3.10.*/bin/python; do
  "$python" -c "import sys; sys.exit(sys.version_info[:2] != (3, 10))" 2> found.txt && break
done
"$python" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check "bytecode==0.17.0"
cat > check.py <<'PY'
import sys
import traceback

import bytecode

SOURCE = "squares = (1 // n for n in (1, 0))\n\n\ndef plain(n):\n    return 1 // n\n"


def lines(code):
    return [line for _, _, line in code.co_lines()]


def error_line(call):
    try:
        call()
    except ZeroDivisionError as error:
        return traceback.extract_tb(error.__traceback__)[-1].lineno
    raise SystemExit("no error")


print("CPython", sys.version.split()[0], "bytecode", bytecode.__version__)
names = {}
exec(compile(SOURCE, "example.py", "exec"), names)
plain, generator = names["plain"], names["squares"].gi_code
again = {code: bytecode.Bytecode.from_code(code).to_code() for code in (plain.__code__, generator)}
for name, code in (("plain", plain.__code__), ("generator expression", generator)):
    print(f"{name}: same instructions {again[code].co_code == code.co_code}; lines {lines(code)} -> {lines(again[code])}")

before = error_line(lambda: list(names["squares"]))
module = compile(SOURCE, "example.py", "exec")
constants = tuple(again[generator] if getattr(c, "co_name", "") == "<genexpr>" else c for c in module.co_consts)
exec(module.replace(co_consts=constants), names)
after = error_line(lambda: list(names["squares"]))
print("line of the error in the generator expression:", before, "->", after)
same = all(again[code].co_code == code.co_code for code in again)
unchanged = same and lines(plain.__code__) == lines(again[plain.__code__]) and (before, after) == (1, -1)
sys.exit(0 if unchanged else 1)
PY
venv/bin/python check.py
