"""Lets ruff, pylint, mypy and Pyrefly know `dm` and `wt`: each by a file of its own in the workspace, unseen by git.

A tool is told only where it is in use. What the user has written for a tool stays in force: ruff's file extends it;
for the others, which read one file and no second, nothing is written then.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from whiskertoolbox_daemon.language.stubs import FOLDER, MARK, SESSION, removed, text_of, written

PLUGIN = "whiskertoolbox_mypy.py"
_NAMES = '"dm", "wt"'
_BUILTINS = re.compile(r"^\s*builtins\s*=\s*\[([^\]]*)\]", re.MULTILINE)


@dataclass(frozen=True)
class _Tool:
    """Where a tool is told, and what else it, or another that is told by it, reads."""

    file: str
    others: tuple[str, ...]
    """Files that are for it alone."""
    sections: Mapping[str, str]
    """Files that are for many tools -> how the part for it begins."""
    at_home: tuple[str, ...]
    text: Callable[[Path | None], str]
    """What to write beside a file of the user's, or without one."""
    extends: bool = False


def _ruff(users: Path | None) -> str:
    extended = "" if users is None else f"extend = {json.dumps(users.as_posix(), ensure_ascii=False)}\n"
    own = _BUILTINS.search("" if users is None else text_of(users) or "")
    listed = f"{own[1].strip().rstrip(',')}, " if own is not None and own[1].strip() else ""
    return f'{extended}builtins = [{listed}{_NAMES}]\nextend-exclude = ["{FOLDER}"]\n'


def _pylint(_users: Path | None) -> str:
    return f"[tool.pylint.variables]\nadditional-builtins = [{_NAMES}]\n"


def _mypy(_users: Path | None) -> str:
    return (
        "[mypy]\n"
        f"mypy_path = $MYPY_CONFIG_FILE_DIR/{FOLDER}\n"
        f"plugins = {FOLDER}/{PLUGIN}\n"
        f"exclude = ^{FOLDER}/\n"
        "ignore_missing_imports = true\n"
    )


def _pyrefly(_users: Path | None) -> str:
    return 'preset = "basic"  # as without a file\n[errors]\nmissing-attribute = "error"\n'


_PYPROJECT, _SETUP = "pyproject.toml", "setup.cfg"
_TOOLS: Mapping[str, _Tool] = {
    "ruff": _Tool(
        *(".ruff.toml", ("ruff.toml",), {_PYPROJECT: "[tool.ruff"}),
        *((".config/ruff/ruff.toml", ".config/ruff/.ruff.toml"), _ruff, True),
    ),
    "pylint": _Tool(
        *(".pylintrc.toml", ("pylintrc", "pylintrc.toml", ".pylintrc")),
        *({_PYPROJECT: "[tool.pylint", _SETUP: "[pylint", "tox.ini": "[pylint"}, (".pylintrc", ".config/pylintrc")),
        _pylint,
    ),
    "mypy": _Tool(
        *(".mypy.ini", ("mypy.ini",), {_PYPROJECT: "[tool.mypy", _SETUP: "[mypy"}),
        *((".config/mypy/config", ".mypy.ini"), _mypy),
    ),
    "pyrefly": _Tool(
        *("pyrefly.toml", ("pyrightconfig.json", "mypy.ini"), {_PYPROJECT: "[tool.py", _SETUP: "[mypy"}, (), _pyrefly),
    ),
}
CHECKERS = tuple(_TOOLS)
"""The tools that are told."""

_PLUGIN_TEXT = f'''{MARK}"""Lets mypy know `dm` and `wt` in scripts, as if each imported them."""

import os
import symtable

from mypy.nodes import ImportFrom
from mypy.plugin import Plugin
from mypy.types import AnyType, NoneType, TypeOfAny

METHODS = ("{SESSION}._SessionData.getData", "{SESSION}._SessionData.getTime")


class SessionNames(Plugin):
    def get_additional_deps(self, file):
        if file.is_stub or "site-packages" in file.path:
            return []
        try:
            with open(file.path, encoding="utf-8") as opened:
                table = symtable.symtable(opened.read(), file.path, "exec")
        except (OSError, SyntaxError, ValueError):
            return []
        bound = {{name.get_name() for name in table.get_symbols() if name.is_assigned() or name.is_imported()}}
        wanted = [(name, None) for name in ({_NAMES}) if name not in bound]
        if not wanted:
            return []
        told = ImportFrom("{SESSION}", 0, wanted)
        file.defs.insert(0, told)
        file.imports.insert(0, told)
        return [(10, "{SESSION}", -1)]

    def report_config_data(self, context):
        """Have scripts read again in every run: of one whose imports have changed, mypy forgets what was told above."""
        is_ours = context.path.endswith(".py") and "-packages" not in context.path
        return os.urandom(8).hex() if is_ours else None

    def get_method_hook(self, fullname):
        return any_name if fullname in METHODS else None


def any_name(context):
    """A text that is put together may be any name; to mypy it is as one that stands in the code."""
    given = context.arg_types[0][0] if context.arg_types and context.arg_types[0] else None
    literal = getattr(given, "last_known_value", given)
    if isinstance(context.default_return_type, NoneType) and not hasattr(literal, "value"):
        return AnyType(TypeOfAny.special_form)
    return context.default_return_type


def plugin(version):
    return SessionNames
'''


def tools_in_use(python: str, told: Collection[str] = ()) -> set[str]:
    """Return the tools of an environment and of the search path, and those that the editor has told of."""
    places = os.pathsep.join([*([str(Path(python).parent)] if python else []), os.environ.get("PATH", "")])
    return {name for name in CHECKERS if name in told or shutil.which(name, path=places) is not None}


def write_checkers(workspace: Path, tools: Collection[str]) -> None:
    """Write what the tools need, beside the stubs, and remove that of a tool that the user has set meanwhile."""
    names = []
    plugin = workspace / FOLDER / PLUGIN
    has_plugin = "mypy" in tools and plugin.parent.is_dir() and not plugin.parent.is_symlink()
    has_plugin = has_plugin and written(plugin, _PLUGIN_TEXT)
    for name, tool in _TOOLS.items():
        file = workspace / tool.file
        is_told = name in tools and (name != "mypy" or has_plugin)
        users = _users_file(workspace, tool) if is_told else None
        if not is_told or (users is not None and not tool.extends):
            removed(file)
        elif written(file, MARK + tool.text(users)):
            names.append(tool.file)
    _hide_from_git(workspace, names)


def remove_checkers(workspace: Path) -> None:
    """Remove what `write_checkers` has written."""
    removed(workspace / FOLDER / PLUGIN)
    for tool in _TOOLS.values():
        removed(workspace / tool.file)


def _users_file(workspace: Path, tool: _Tool) -> Path | None:
    """Return the user's file that a tool reads in a workspace: the nearest."""
    for folder in (workspace, *workspace.parents):
        for name in (tool.file, *tool.others):
            text = text_of(folder / name)
            if text is not None and not text.startswith(MARK):
                return folder / name
        for name, section in tool.sections.items():
            if re.search(rf"^\s*{re.escape(section)}", text_of(folder / name) or "", re.MULTILINE):
                return folder / name
    return next((path for name in tool.at_home if (path := Path.home() / name).is_file()), None)


def _hide_from_git(workspace: Path, names: list[str]) -> None:
    """Add files to those that git passes over in this clone, which is nobody else's."""
    for folder in (workspace, *workspace.parents):
        for exclude in _exclude_files(folder / ".git"):
            before = text_of(exclude) or ""
            place = workspace.relative_to(folder).as_posix()
            lines = [f"/{place}/{name}" if place != "." else f"/{name}" for name in names]
            new = [line for line in lines if line not in before.splitlines()]
            if new:
                with contextlib.suppress(OSError):
                    exclude.parent.mkdir(exist_ok=True)
                    end = "\n" if before and not before.endswith("\n") else ""
                    exclude.write_text(before + end + "".join(f"{line}\n" for line in new), encoding="utf-8")
            return


def _exclude_files(git: Path) -> Iterator[Path]:
    """Yield the list of passed over files of a clone; nothing where there is none."""
    if git.is_file():  # another work tree of a clone
        text = text_of(git) or ""
        if not text.startswith("gitdir:"):
            return
        own = git.parent / text.removeprefix("gitdir:").strip()
        git = own / (text_of(own / "commondir") or "").strip()
    exclude = git / "info" / "exclude"
    # What a link leads to is not the clone's, and a folder that a stranger names need not be one.
    if (git / "HEAD").is_file() and not any(path.is_symlink() for path in (git, exclude.parent, exclude)):
        yield exclude
