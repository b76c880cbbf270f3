"""The load config: JSON, variables, loops, wildcards, and what is reported."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import LoadError, LoadWarning
from whiskertoolbox_python.formats.report import LoadReport
from whiskertoolbox_python.testing.loader_contract import load_config

ANGLE = {"data_type": "analog", "format": "csv", "name": "angle", "filepath": "angle.csv"}


def run(folder: Path, root: Any) -> tuple[LoadReport, DataManager]:
    (folder / "angle.csv").write_text("1\n2\n", encoding="utf-8")
    (folder / "config.json").write_text(json.dumps(root), encoding="utf-8")
    manager = DataManager()
    return load_config(manager, folder / "config.json"), manager


@pytest.mark.parametrize("root", [[ANGLE], {"data": [ANGLE]}])
def test_the_root_is_a_list_or_an_object(tmp_path: Path, root: Any) -> None:
    report, manager = run(tmp_path, root)
    assert report.made == ["angle"]
    assert manager.getData("angle").toList() == [1, 2]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'[\n  {"name": "a"},\n  }\n]', r"config\.json: not valid JSON at line 3, column 3"),
        (b"", r"config\.json: not valid JSON at line 1, column 1"),
        (b'[\n"\xe9"]', r"config\.json is not UTF-8 text \(byte 3, line 2\); save it as UTF-8"),
        (rb'{"clocks": ["\ud800"], "data": []}', r"config\.json: \\ud800 is half of a character"),
        (rb'[{"name": "\udc00"}]', r"config\.json: \\udc00 is half of a character"),
        (b"\x00\x01\x02", r"config\.json: not valid JSON"),
        (b"5", r"config\.json: a load config is a list of entries or an object"),
        (b"{}", r'config\.json: "data" must be the list of entries'),
        (b'{"data": {}}', r'config\.json: "data" must be the list of entries'),
        (b'{"data": [], "variables": {"a": 1}}', '"variables" must be an object of texts'),
        (b'{"data": [], "clocks": "camera"}', '"clocks" must be a list of time keys'),
        (b'{"data": [], "loops": []}', '"loops" must be an object'),
        (b'{"data": [], "loops": {"i": {"from": 0, "to": 3, "step": 0}}}', 'loop "i" must be a list'),
        (b'{"data": [], "loops": {"i": {"from": 0, "to": 1000000000}}}', 'loop "i" has more than 1,000,000 values'),
        (b"[" * 100_000, r"config\.json: the JSON cannot be read"),
        (b"[1" + b"0" * 5000 + b"]", r"config\.json: "),
    ],
)
def test_a_config_that_cannot_be_used_raises_one_clear_error(tmp_path: Path, content: bytes, expected: str) -> None:
    (tmp_path / "config.json").write_bytes(content)
    manager = DataManager()
    with pytest.raises(LoadError, match=expected):
        manager.load(tmp_path / "config.json").raise_failures()
    assert manager.getAllKeys() == ["media"]


def test_a_missing_config_is_named(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"gone\.json: there is no such load config"):
        DataManager().load(tmp_path / "gone.json")


def test_a_folder_is_no_config(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="cannot be read"):
        DataManager().load(tmp_path)


def test_a_config_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("[]", encoding="utf-8-sig")
    assert DataManager().load(tmp_path / "config.json") == LoadReport()


@pytest.mark.parametrize(
    ("entry", "key", "expected"),
    [
        (5, "entry 2", "an entry must be an object"),
        ({}, "entry 2", r'"data_type" is missing \(known: analog, '),
        ({**ANGLE, "data_type": "analogue"}, "angle", r'unknown data_type "analogue" \(did you mean "analog"\?'),
        ({**ANGLE, "format": "cvs"}, "angle", r'unknown analog format "cvs" \(did you mean "csv"\? known: csv, binary'),
        ({"data_type": "analog", "name": "a"}, "a", r'analog needs a "format" \(known: csv, binary, hdf5, '),
        ({**ANGLE, "filepath": "gone.csv"}, "angle", r"gone\.csv does not exist"),
        ({**ANGLE, "filepath": "."}, "angle", "must be a file"),
        ({**ANGLE, "filepath": ["a"]}, "angle", 'needs a "filepath"'),
        ({key: value for key, value in ANGLE.items() if key != "filepath"}, "angle", 'needs a "filepath"'),
        ({key: value for key, value in ANGLE.items() if key != "name"}, "entry 2", 'needs a "name"'),
        ({**ANGLE, "clock": 5}, "angle", '"clock" must be a time key'),
        ({"transformations": {}}, "transformations", r'the pipeline: "steps" is missing'),
    ],
)
def test_an_entry_that_fails_is_reported_and_the_others_load(
    tmp_path: Path, entry: Any, key: str, expected: str
) -> None:
    report, manager = run(tmp_path, [{**ANGLE, "name": "before"}, entry, {**ANGLE, "name": "after"}])
    assert report.made == ["before", "after"]
    assert set(manager.getAllKeys()) == {"media", "before", "after"}
    (failure,) = report.failures
    assert failure.key == key
    assert failure.file
    with pytest.raises(LoadError, match=expected):
        report.raise_failures()


def test_a_caller_who_does_not_look_at_the_report_is_warned_of_failures(tmp_path: Path) -> None:
    run(tmp_path, [{**ANGLE, "name": "eye", "filepath": "eye.csv"}, ANGLE, {**ANGLE, "format": "cvs"}])
    manager = DataManager()
    with pytest.warns(LoadWarning, match=r"config\.json: not loaded: eye: .*eye\.csv does not exist.*; and 1 more"):
        manager.load(tmp_path / "config.json")
    assert manager.getData("angle").toList() == [1, 2]


def test_a_report_reads_well_when_printed(tmp_path: Path) -> None:
    report, _ = run(tmp_path, [ANGLE, {**ANGLE, "name": "eye", "filepath": "eye.csv"}])
    first, second = str(report).splitlines()
    assert first == "loaded: angle"
    assert second.startswith("failed: eye: ")
    assert "eye.csv does not exist" in second


def test_blocks_that_are_not_applied_are_named(tmp_path: Path) -> None:
    report, _ = run(tmp_path, {"data": [ANGLE], "commands": [], "saves": [], "variabels": {}})
    assert report.made == ["angle"]
    assert any('"commands" block is not applied; run them' in warning for warning in report.warnings)
    assert any('"saves" block is not applied; call DataManager.save' in warning for warning in report.warnings)
    assert any('unknown block "variabels" (did you mean "variables"?' in warning for warning in report.warnings)


def test_what_scripts_need_of_python_is_told_and_changes_nothing(tmp_path: Path) -> None:
    block = {
        "venv_path": "lab",
        "prepend_sys_paths": ["tools"],
        "required_imports": ["whisker_magic.tracing", "json", "numpy"],
    }
    before = list(sys.path)
    report, _ = run(tmp_path, {"data": [ANGLE], "python": block})
    assert report.made == ["angle"]
    assert sys.path == before
    environment, paths, imports = report.warnings
    assert f"asks for the environment {tmp_path / 'lab'}, which does not exist; this is {sys.prefix}" in environment
    assert f"asks for {tmp_path / 'tools'} in front of sys.path" in paths
    assert f'"python" requires whisker_magic, which {sys.executable} does not have' in imports


def test_python_that_is_as_the_config_asks_is_not_mentioned(tmp_path: Path) -> None:
    block = {"venv_path": sys.prefix, "required_imports": ["numpy"], "fail_on_missing_imports": True}
    assert run(tmp_path, {"data": [ANGLE], "python": block})[0].warnings == []


def test_a_misspelt_name_in_the_python_block_is_told(tmp_path: Path) -> None:
    report, _ = run(tmp_path, {"data": [ANGLE], "python": {"required_import": ["numpy"]}})
    assert any('unknown "required_import" (did you mean "required_imports"?' in text for text in report.warnings)


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ([], '"python" must be an object'),
        ({"venv_path": 3}, '"venv_path" of "python" must be the folder'),
        ({"prepend_sys_paths": "tools"}, '"prepend_sys_paths" of "python" must be a list of texts'),
        ({"required_imports": ["a b"]}, "'a b', which is not the name of a module"),
        ({"fail_on_missing_imports": "no"}, '"fail_on_missing_imports" of "python" must be true or false'),
    ],
)
def test_a_python_block_of_the_wrong_kind_is_refused(tmp_path: Path, block: object, reason: str) -> None:
    with pytest.raises(LoadError, match=re.escape(reason)):
        run(tmp_path, {"data": [ANGLE], "python": block})


def test_transformations_run_after_all_data_in_order_and_a_failing_one_is_reported(tmp_path: Path) -> None:
    find = {"step_id": "find", "transform_name": "Threshold Event Detection", "input_key": "angle", "output_key": "e"}
    other = {"step_id": "other", "transform_name": "Threshold Event Detection", "input_key": "gone", "output_key": "f"}
    pipelines = [{"steps": [other]}, {"steps": [find]}]
    for config in (
        [{"transformations": pipelines[0]}, {"transformations": pipelines[1]}, ANGLE],
        {"data": [ANGLE], "transformations": pipelines},
    ):
        report, manager = run(tmp_path, config)
        assert report.made == ["angle", "e"]
        assert manager.getData("e").times.tolist() == [1]
        (failure,) = report.failures
        assert failure.reason.startswith("the pipeline: step 'other' (Threshold Event Detection of 'gone') failed")


def test_a_later_entry_replaces_an_earlier_one_of_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("7\n", encoding="utf-8")
    report, manager = run(tmp_path, [ANGLE, {**ANGLE, "filepath": "other.csv"}])
    assert report.made == ["angle"]
    assert manager.getData("angle").toList() == [7]


def test_progress_counts_the_entries(tmp_path: Path) -> None:
    run(tmp_path, [ANGLE, {**ANGLE, "name": "b"}])
    calls: list[tuple[int, int, str]] = []
    DataManager().load(tmp_path / "config.json", progress=lambda *call: calls.append(call))
    assert calls == [(0, 2, "angle"), (1, 2, "b"), (2, 2, "done")]


def test_what_is_loaded_into_a_session_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    run(tmp_path, [ANGLE])
    with DataManager.open(tmp_path / "session") as manager:
        manager.load(tmp_path / "config.json")
    with DataManager.open(tmp_path / "session", read_only=True) as manager:
        assert manager.getData("angle").toList() == [1, 2]
        with pytest.raises(LoadError, match=r"config\.json: the session .*session is open read-only"):
            manager.load(tmp_path / "config.json")


def test_absolute_paths_are_used_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.csv").write_text("9\n", encoding="utf-8")
    _, manager = run(tmp_path, [{**ANGLE, "filepath": str(tmp_path / "elsewhere" / "x.csv")}])
    assert manager.getData("angle").toList() == [9]


# Variables ---------------------------------------------------------------------------------------------------------


def test_variables_are_replaced_in_every_text(tmp_path: Path) -> None:
    variables = {"file": "angle", "kind": "analog"}
    report, _ = run(
        tmp_path,
        {"variables": variables, "data": [{**ANGLE, "data_type": "${kind}", "filepath": "${file}.csv"}]},
    )
    assert report.made == ["angle"]


def test_the_environment_answers_for_variables_that_the_config_does_not_define(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECORDING", "angle.csv")
    monkeypatch.setenv("WHISKERTOOLBOX_CONFIG_VARIABLES", "OTHER, RECORDING")
    monkeypatch.setenv("NAME", "wrong")
    report, _ = run(
        tmp_path, {"variables": {"NAME": "a"}, "data": [{**ANGLE, "name": "${NAME}", "filepath": "${RECORDING}"}]}
    )
    assert report.made == ["a"]


def test_a_config_that_is_a_list_has_no_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", "wrong")
    report, _ = run(tmp_path, [{**ANGLE, "name": "${NAME}"}])
    assert report.made == ["${NAME}"]
    assert 'is replaced only in the form {"data": […]}' in report.warnings[0]


def test_an_undefined_variable_stays_and_is_named(tmp_path: Path) -> None:
    report, _ = run(tmp_path, {"data": [{**ANGLE, "name": "${no_such_variable}"}]})
    assert report.made == ["${no_such_variable}"]
    assert "variable ${no_such_variable} is not defined" in report.warnings[0]


def test_values_are_not_scanned_again_and_their_backslashes_become_slashes(tmp_path: Path) -> None:
    report, _ = run(tmp_path, {"variables": {"a": "x\\${b}", "b": "y"}, "data": [{**ANGLE, "name": "${a}"}]})
    assert report.made == ["x/${b}"]


# Loops -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loop", "expected"),
    [
        ([3, "b", True], ["angle_3", "angle_b", "angle_true"]),
        ({"from": 1, "to": 3}, ["angle_1", "angle_2", "angle_3"]),
        ({"from": 4, "to": 0, "step": -2}, ["angle_4", "angle_2", "angle_0"]),
        ({"from": 2, "to": 1}, []),
    ],
)
def test_an_entry_is_repeated_for_each_value_of_its_loop(tmp_path: Path, loop: Any, expected: list[str]) -> None:
    report, _ = run(tmp_path, {"loops": {"i": loop}, "data": [{**ANGLE, "name": "angle_{i}"}]})
    assert report.made == expected


def test_a_loop_value_reaches_options_and_comes_before_variables(tmp_path: Path) -> None:
    (tmp_path / "two.csv").write_text("0,5,6\n", encoding="utf-8")
    entry = {
        **ANGLE,
        "name": "${prefix_{i}}",
        "filepath": "two.csv",
        "single_column_format": False,
        "data_column": "{i}",
    }
    root = {"loops": {"i": [1, 2]}, "variables": {"prefix_1": "left", "prefix_2": "right"}, "data": [entry]}
    _, manager = run(tmp_path, root)
    assert manager.getData("left").toList() == [5]
    assert manager.getData("right").toList() == [6]


def test_entries_that_use_two_loops_or_an_unknown_one_are_reported(tmp_path: Path) -> None:
    root = {
        "loops": {"i": [1], "j": [2]},
        "data": [{**ANGLE, "name": "{i}_{j}"}, {**ANGLE, "name": "{k}"}, ANGLE],
    }
    report, _ = run(tmp_path, root)
    assert report.made == ["angle"]
    assert "an entry can use one loop, this one uses i, j" in report.failures[0].reason
    assert 'unknown loop "k" (known: i, j)' in report.failures[1].reason


def test_braces_mean_nothing_in_a_config_without_loops(tmp_path: Path) -> None:
    assert run(tmp_path, [{**ANGLE, "name": "{i}"}])[0].made == ["{i}"]


def test_a_counted_repetition_in_a_regular_expression_is_no_loop(tmp_path: Path) -> None:
    (tmp_path / "f_0042.png").touch()
    entry = {"data_type": "time", "format": "filename", "name": "t", "filepath": ".", "regex_pattern": "_(\\d{4})"}
    assert run(tmp_path, {"loops": {"i": [1]}, "data": [entry]})[0].made == ["t"]


# Wildcards ---------------------------------------------------------------------------------------------------------


def test_a_wildcard_finds_the_first_file_by_name_and_names_it_when_there_are_several(tmp_path: Path) -> None:
    (tmp_path / "run_2.csv").write_text("2\n", encoding="utf-8")
    (tmp_path / "run_1.csv").write_text("1\n", encoding="utf-8")
    report, manager = run(tmp_path, [{**ANGLE, "filepath": "run_*.csv"}])
    assert manager.getData("angle").toList() == [1]
    assert "matches 2 files; run_1.csv is used" in report.warnings[0]


def test_a_wildcard_that_matches_nothing_is_named(tmp_path: Path) -> None:
    report, _ = run(tmp_path, [{**ANGLE, "filepath": "eye*.csv"}])
    assert "eye*.csv: no file in that folder matches" in report.failures[0].reason


def test_a_folder_whose_name_means_something_in_a_regular_expression_is_no_hindrance(tmp_path: Path) -> None:
    folder = tmp_path / "a+(b)"
    folder.mkdir()
    assert run(folder, [{**ANGLE, "filepath": "ang*.csv"}])[0].made == ["angle"]


def test_a_name_with_a_star_is_a_file_where_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "a*.csv").write_text("1\n", encoding="utf-8")
    (tmp_path / "aa.csv").write_text("2\n", encoding="utf-8")
    _, manager = run(tmp_path, [{**ANGLE, "filepath": "a*.csv"}])
    assert manager.getData("angle").toList() == [1]


def test_a_wildcard_does_not_find_hidden_files(tmp_path: Path) -> None:
    (tmp_path / ".angle.part").write_text("3\n", encoding="utf-8")
    _, manager = run(tmp_path, [{**ANGLE, "filepath": "*angle*"}])
    assert manager.getData("angle").toList() == [1, 2]


def test_paths_written_on_windows_are_found(tmp_path: Path) -> None:
    (tmp_path / "day1").mkdir()
    (tmp_path / "day1" / "lfp.csv").write_text("1\n2\n", encoding="utf-8")
    entry = {"data_type": "analog", "format": "csv", "name": "x", "filepath": "day1\\lfp.csv"}
    (tmp_path / "config.json").write_text(json.dumps([entry]), encoding="utf-8")
    assert DataManager().load(tmp_path / "config.json").made == ["x"]
