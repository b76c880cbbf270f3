"""What holds of the repository as a whole: locks, commands, links."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

TextOf = Callable[[Path], str]
Paths = tuple[Path, ...]


def documents(tracked: Paths) -> Paths:
    return tuple(path for path in tracked if path.suffix == ".md")


def test_no_tracked_file_says_where_packages_are_downloaded(tracked: Paths, text_of: TextOf) -> None:
    download = re.compile(
        r"https?://(registry|index|files|packages|proxy|mirror)[.\-]"  # hosts that serve packages
        r"|https?://\S+\.(tgz|whl|tar\.gz|vsix)\b"
        r'|"resolved":'
        r"|--(extra-)?index-url[ =]\S+://"
    )
    this_file = Path("tests/architecture") / Path(__file__).name
    assert [str(path) for path in tracked if path != this_file and download.search(text_of(path))] == []


def test_every_optional_package_of_the_npm_lock_is_in_it(repository: Path) -> None:
    """npm refuses a lock without them, and it leaves out those that it could not find when it made the lock."""
    for folder in (repository, repository / "editor"):
        packages = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
        names = {path.rpartition("node_modules/")[2] for path in packages}
        wanted = {name for package in packages.values() for name in package.get("optionalDependencies", {})}
        assert wanted <= names


def test_ci_runs_the_command_that_people_run(repository: Path) -> None:
    lines = (repository / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]
    assert commands == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "npm test"]


def locked_versions(repository: Path) -> dict[str, str]:
    lock = (repository / "requirements" / "dev.txt").read_text(encoding="utf-8")
    python = dict(re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE))
    npm = json.loads((repository / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    return python | npm


def test_pre_commit_uses_the_versions_that_the_tests_use(repository: Path) -> None:
    config = (repository / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    pinned = set(re.findall(r"\b([\w.-]+)(?:==|@)([\d.]+)", config))
    assert {name for name, _ in pinned} == {"ruff", "codespell", "prettier", "towncrier"}
    assert pinned <= set(locked_versions(repository).items())


def test_the_workflow_runs_the_readmes_command_on_every_system_and_python(repository: Path) -> None:
    workflow = (repository / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert re.findall(r"run: (.*)", workflow) == ["npm test"]
    assert "os: [ubuntu-latest, macos-latest, windows-latest]" in workflow
    assert 'python: ["3.10", "3.11", "3.12", "3.13"]' in workflow
    assert re.search(r'python: "3\.14", experimental: true', workflow)
    assert "```\nnpm test\n```" in (repository / "README.md").read_text(encoding="utf-8")


def test_there_is_one_version(repository: Path) -> None:
    def found(path: str, pattern: str) -> set[str]:
        return set(re.findall(pattern, (repository / path).read_text(encoding="utf-8"), re.MULTILINE))

    lock = json.loads((repository / "package-lock.json").read_text(encoding="utf-8"))
    versions = {
        "package.json": found("package.json", r'^  "version": "(.+)",$'),
        "package-lock.json": {lock["version"], lock["packages"][""]["version"]},
        "pyproject.toml": found("pyproject.toml", r'^version = "(.+)"$'),
        "server": {version for path in server_sources(repository) for version in found(path, SERVER_VERSION)},
    }
    [version] = versions["package.json"]
    assert versions == {place: {version} for place in versions}


SERVER_VERSION = r'"(\d+\.\d+\.\d+)"'  # of no other kind stands in the daemon's sources


def server_sources(repository: Path) -> list[str]:
    folder = repository / "daemon" / "whiskertoolbox_daemon"
    return [path.relative_to(repository).as_posix() for path in folder.rglob("*.py")]


def test_the_repositorys_address_stands_in_one_place(tracked: Paths, text_of: TextOf) -> None:
    address = "github.com/" + "whiskertoolbox/"
    assert [path.as_posix() for path in tracked if address in text_of(path)] == ["package.json"]


def test_fragments_of_the_changelog_are_named_as_they_are_collected(repository: Path, tracked: Paths) -> None:
    names = [path.name for path in tracked if path.parts[0] == "changelog.d" and path.name != "README.md"]
    assert [name for name in names if not re.fullmatch(r"(\d+|\+[\w-]+)\.(added|changed|fixed)\.md", name)] == []


def npm_commands(text: str) -> Iterator[str]:
    """Names of scripts that a document tells people to run."""
    for run, name in re.findall(r"\bnpm (run )?([a-z][\w:-]*)", text):
        if run or name in ("start", "test"):
            yield name


def test_every_npm_command_of_the_documents_exists(repository: Path, tracked: Paths, text_of: TextOf) -> None:
    scripts = json.loads((repository / "package.json").read_text(encoding="utf-8"))["scripts"]
    unknown = {
        f"{path}: npm run {name}"
        for path in documents(tracked)
        for name in npm_commands(text_of(path))
        if name not in scripts
    }
    assert not unknown


def test_every_npm_command_is_explained_in_the_documents(repository: Path, tracked: Paths, text_of: TextOf) -> None:
    scripts = json.loads((repository / "package.json").read_text(encoding="utf-8"))["scripts"]
    explained = {name for path in documents(tracked) for name in npm_commands(text_of(path))}
    assert set(scripts) - explained == set()


def test_links_between_documents_lead_somewhere(repository: Path, tracked: Paths, text_of: TextOf) -> None:
    link = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
    broken = {
        f"{path}: {target}"
        for path in documents(tracked)
        for target in link.findall(text_of(path))
        if not (repository / path.parent / target).exists()
    }
    assert not broken
