"""Transforms and pipelines on a session: clocks, identities, groups, provenance, upstream's JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import whiskertoolbox_python as wt

CASES = json.loads((Path(__file__).parents[2] / "data" / "transforms" / "recorded_cases.json").read_text())
PIPELINES = [case for case in CASES if case["transform"].startswith("(pipeline")]


def lines_at(times: list[int]) -> wt.LineData:
    points = np.array([[0, 0], [3, 0], [10, 0]], float)
    rows = np.concatenate([points + np.array([0, 10 * number]) for number in range(len(times))])
    return wt.LineData.from_arrays(times, np.arange(len(times) + 1) * 3, rows, image_size=wt.ImageSize(640, 480))


@pytest.fixture
def dm() -> wt.DataManager:
    manager = wt.DataManager()
    manager.setTime("camera", wt.TimeFrame(range(0, 1000, 10)))
    manager.setData("angle", wt.AnalogTimeSeries([0, 2, 2, 0, 3, 3, 0, 0, 5, 0], 10), "camera")
    manager.setData("whiskers", lines_at([0, 0, 1, 2]), "camera")
    return manager


def test_a_result_is_stored_on_the_clock_of_its_input(dm: wt.DataManager) -> None:
    made = dm.run_transform("Threshold Event Detection", "angle", "touches", threshold_value=1)
    assert dm.getData("touches") is made
    assert dm.getTimeKey("touches") == "camera"
    assert made.getTimeFrame() is dm.getTime("camera")


def test_of_a_function_that_returns_what_it_was_given_a_copy_is_stored(dm: wt.DataManager) -> None:
    @wt.transform(name="Leave it")
    def leave(signal: wt.AnalogTimeSeries) -> wt.AnalogTimeSeries:
        return signal

    dm.run_transform("Leave it", "angle", "same")
    angle, same = dm.getData("angle"), dm.getData("same")
    assert isinstance(angle, wt.AnalogTimeSeries)
    assert isinstance(same, wt.AnalogTimeSeries)
    assert same is not angle
    assert same.toList() == angle.toList()
    assert dm.getTimeKey("same") == dm.getTimeKey("angle")


def test_entries_made_one_by_one_keep_their_identity_and_so_their_groups(dm: wt.DataManager) -> None:
    ids = dm.getData("whiskers").entity_ids
    groups = dm.getEntityGroupManager()
    groups.add_entities(groups.createGroup("C1"), ids[[0, 2]])
    made = dm.run_transform("Resample Line", "whiskers", "smooth", target_spacing=1)
    assert made.entity_ids.tolist() == ids.tolist()
    assert {item.key for item in dm.getGroup("C1")} == {"whiskers", "smooth"}
    points = dm.run_transform("Extract Point from Line", "whiskers", "tips", position=1.0)
    assert points.entity_ids.tolist() == ids[[0, 2, 3]].tolist()  # the first line of each frame


def test_identities_and_provenance_are_there_after_the_session_is_opened_again(tmp_path: Path) -> None:
    with wt.DataManager.open(tmp_path / "session") as dm:
        dm.setData("whiskers", lines_at([0, 1]), "time")
        dm.run_transform("Line Base Flip", "whiskers", "flipped", reference_x=10)
        ids = dm.getData("whiskers").entity_ids.tolist()
    with wt.DataManager.open(tmp_path / "session", read_only=True) as dm:
        assert dm.getData("flipped").entity_ids.tolist() == ids
        found = dm.provenance("flipped")
        assert found is not None
        assert (found.transform, found.parameters["reference_x"]) == ("Line Base Flip", 10)
        assert found.inputs["input"].key == "whiskers"
        assert found.environment["numpy"] == np.__version__


def test_what_is_out_of_date_is_found_and_made_again(dm: wt.DataManager) -> None:
    dm.run_transform("Threshold Interval Detection", "angle", "contacts", threshold_value=1)
    dm.run_transform("Group Intervals", "contacts", "bouts", max_spacing=1)
    assert dm.out_of_date() == []
    dm.setData("angle", wt.AnalogTimeSeries([0, 9, 9, 9], 4), "camera")
    assert dm.out_of_date() == ["contacts", "bouts"]
    dm.rerun("contacts")
    assert dm.getData("contacts").intervals.tolist() == [[1, 3]]
    assert dm.out_of_date() == ["bouts"]
    dm.rerun("bouts")
    assert dm.out_of_date() == []


def test_a_wrong_parameter_or_key_is_named_and_nothing_is_stored(dm: wt.DataManager) -> None:
    with pytest.raises(wt.TransformError, match=r'unknown parameter "treshold_value" \(did you mean "threshold_value"'):
        dm.run_transform("Threshold Event Detection", "angle", "touches", treshold_value=1)
    with pytest.raises(wt.TransformError, match=r'no data key "angel" \(did you mean "angle"'):
        dm.run_transform("Threshold Event Detection", "angel", "touches")
    with pytest.raises(
        wt.TransformError, match=r'no transform "Threshold Event" \(did you mean "Threshold Event Detection'
    ):
        dm.run_transform("Threshold Event", "angle", "touches")
    with pytest.raises(wt.TransformError, match="takes AnalogTimeSeries, not LineData"):
        dm.run_transform("Threshold Event Detection", "whiskers", "touches")
    assert "touches" not in dm


def test_lines_are_grouped_by_their_number_in_the_frame(dm: wt.DataManager) -> None:
    assert dm.run_transform("Group Lines by Index", "whiskers", "grouped", group_name_prefix="W") is dm.getData(
        "whiskers"
    )
    assert "grouped" not in dm  # the lines themselves are not stored a second time
    assert len(dm.getGroup("W 0")) == 3
    assert len(dm.getGroup("W 1")) == 1


def test_a_group_that_is_not_there_is_an_error(dm: wt.DataManager) -> None:
    with pytest.raises(wt.TransformError, match="there is no group 7; groups: none"):
        dm.run_transform("Line Group to Digital Intervals", "whiskers", "present", target_group_id=7)


RECORDED_GROUPING = [
    case
    for case in CASES
    if case["transform"] in ("Group Lines by Index", "Group Lines by Proximity", "Line Outlier Detection")
    or case["transform"] == "Line Group to Digital Intervals"
]


@pytest.mark.parametrize("case", RECORDED_GROUPING, ids=lambda case: case["transform"].replace(" ", "-"))
def test_recorded_grouping_gives_the_recorded_members(case: dict[str, Any]) -> None:
    inputs = case["inputs"]
    entries = inputs["lines"] if "lines" in inputs else inputs["input"]["entries"]
    offsets = np.concatenate([[0], np.cumsum([len(entry["data"]) for entry in entries])])
    times = [entry["time"] for entry in entries]
    lines = wt.LineData.from_arrays(times, offsets, np.concatenate([np.array(entry["data"]) for entry in entries]))
    dm = wt.DataManager()
    dm.setData("lines", lines, "time")
    groups = dm.getEntityGroupManager()
    named: dict[str, list[int]] = dict(inputs.get("groups", {}))
    for number, entry in enumerate(entries):
        if entry.get("group"):
            named.setdefault(entry["group"], []).append(number)
    for name, members in named.items():
        groups.add_entities(groups.createGroup(name), lines.entity_ids[members])
    parameters = dict(case["parameters"])
    if "target_group_id" in parameters:
        dm.run_transform("Group Lines by Index", "lines")
        parameters["target_group_id"] += 1  # recorded as the number of the group, counted from 0
    made = dm.run_transform(case["transform"], "lines", **parameters)
    if case["transform"] == "Line Group to Digital Intervals":
        assert made.intervals.tolist() == case["output"]["intervals"]
        return
    found = {}
    for descriptor in groups.getAllGroupDescriptors():
        found[descriptor.name] = np.flatnonzero(np.isin(lines.entity_ids, groups.entity_ids(descriptor.id))).tolist()
    for group in case["output"]:
        members = found[group["name"]]
        if "members_line_number" in group:
            assert members == group["members_line_number"]
        elif "member_times" in group:
            assert [times[member] for member in members] == group["member_times"]
        else:
            numbers = [[times[member], times[:member].count(times[member])] for member in members]
            assert numbers == group["members_time_index"]


# Pipelines ---------------------------------------------------------------------------------------------------------

DECIDED = {
    "data key made by an earlier step: load refused": "data keys are looked up when the step runs",
}


@pytest.mark.parametrize("case", PIPELINES, ids=lambda case: case["note"].split(" [")[0].replace(" ", "-"))
def test_a_recorded_pipeline_does_what_upstream_does(case: dict[str, Any]) -> None:
    dm = wt.DataManager()
    dm.setData("sig", wt.AnalogTimeSeries([0, 2, 2, 0, 3, 3, 0, 0, 5, 0], 10), "time")
    dm.setData("ivs", wt.DigitalIntervalSeries([wt.Interval(0, 3), wt.Interval(4, 8)]), "time")
    dm.setData("lines", lines_at([0]), "time")
    wanted = case["output"]
    if case["note"].split(" [")[0] in DECIDED:
        assert dm.run_pipeline(case["parameters"]).success
        return
    if not wanted["loaded"]:
        with pytest.raises(wt.TransformError):
            wt.read_pipeline(case["parameters"])
        return
    if wanted["success"]:
        dm.run_pipeline(case["parameters"])
    else:
        with pytest.raises(wt.PipelineError, match=r"step '[ab]' \(.*\) failed: there is no data key"):
            dm.run_pipeline(case["parameters"])
    assert sorted(set(dm.getAllKeys()) - {"media"}) == wanted["keys_after"]
    for key in ("ev", "ev2", "out"):
        if key in wanted:
            data = dm.getData(key)
            assert np.asarray(data).tolist() == wanted[key]


def test_a_chain_within_a_phase_is_ordered_by_its_data(dm: wt.DataManager) -> None:
    join = wt.step("Group Intervals", "contacts", "bouts", max_spacing=1)
    find = wt.step("Threshold Interval Detection", "angle", "contacts", threshold_value=1)
    assert wt.pipeline(join, find).run(dm).made == ["contacts", "bouts"]


def test_a_step_without_output_key_feeds_the_next_and_its_clock_is_kept(dm: wt.DataManager) -> None:
    steps = [
        {"step_id": "find", "transform_name": "Threshold Interval Detection", "input_key": "angle"},
        {"step_id": "join", "transform_name": "Group Intervals", "input_key": "find_output", "output_key": "bouts"},
    ]
    dm.run_pipeline({"steps": steps})
    assert dm.getTimeKey("bouts") == "camera"
    found = dm.provenance("bouts")
    assert found is not None
    assert [step["transform"] for step in found.steps] == ["Threshold Interval Detection"]
    dm.setData("angle", wt.AnalogTimeSeries([0, 9, 9], 3), "camera")
    assert dm.rerun("bouts").intervals.tolist() == [[1, 2]]


def test_a_failing_step_is_named_and_what_was_before_stays(dm: wt.DataManager) -> None:
    dm.setData("bouts", wt.DigitalIntervalSeries([wt.Interval(0, 1)]), "camera")
    first = wt.step("Threshold Interval Detection", "angle", "contacts", threshold_value=1)
    with pytest.raises(
        wt.PipelineError, match=r"step 'step 2' \(Filter of 'gone'\) failed: there is no data key"
    ) as caught:
        wt.pipeline(first, wt.step("Filter", "gone", "bouts")).run(dm)
    report = caught.value.report
    assert isinstance(report, wt.PipelineReport)
    assert report.made == ["contacts"]
    assert [step.status for step in report.steps] == ["done", "failed"]
    assert dm.getData("bouts").intervals.tolist() == [[0, 1]]


def test_a_variable_that_is_a_whole_parameter_has_its_own_type(dm: wt.DataManager) -> None:
    step = {"step_id": "a", "transform_name": "Threshold Event Detection", "input_key": "angle", "output_key": "e"}
    step["parameters"] = {"threshold_value": "${th}"}  # type: ignore[assignment]
    dm.run_pipeline({"metadata": {"variables": {"th": 2.5}}, "steps": [step]})
    assert dm.getData("e").times.tolist() == [4, 5, 8]


def test_a_second_generation_pipeline_merges_over_what_is_there(dm: wt.DataManager) -> None:
    dm.setData("out", lines_at([1, 5]), "camera")
    step = {"step_id": "a", "transform_name": "FlipLineBase", "input_key": "whiskers", "output_key": "out"}
    dm.run_pipeline({"steps": [step | {"parameters": {"reference_x": 9, "unknown": 1}}]})
    made = dm.getData("out")
    assert made.times.tolist() == [0, 0, 1, 2, 5]
    assert made.getImageSize() == wt.ImageSize(640, 480)
    with pytest.raises(wt.PipelineError, match="'angle' holds Analog, and the result is Line"):
        dm.run_pipeline({"steps": [step | {"output_key": "angle"}]})


def test_an_additional_input_is_given_by_its_key(dm: wt.DataManager) -> None:
    dm.setData("trials", wt.DigitalIntervalSeries([wt.Interval(0, 3), wt.Interval(4, 9)]), "camera")
    step = {"step_id": "a", "transform_name": "AnalogIntervalReduction", "input_key": "trials", "output_key": "table"}
    step |= {"additional_input_keys": ["angle"], "parameters": {"reduction_name": "MaxValue", "column_name": "peak"}}  # type: ignore[dict-item]
    dm.run_pipeline({"steps": [step]})
    assert dm.getData("table").getColumn("peak") == [2.0, 5.0]
    assert dm.getData("table").row_intervals.tolist() == [[0, 3], [4, 9]]


def test_an_output_clock_must_fit_the_result(dm: wt.DataManager) -> None:
    dm.setTime("fine", wt.TimeFrame(range(19)))
    step = {"step_id": "a", "transform_name": "SincInterpolation", "input_key": "angle", "output_key": "fine angle"}
    step |= {"output_time_key": "fine", "parameters": {"upsampling_factor": 2}}  # type: ignore[dict-item]
    dm.run_pipeline({"steps": [step]})
    assert dm.getTimeKey("fine angle") == "fine"
    with pytest.raises(wt.PipelineError, match='the clock "camera" 100 indices'):
        dm.run_pipeline({"steps": [step | {"output_time_key": "camera"}]})


def test_a_pipeline_is_written_as_json_and_as_code_and_read_again(dm: wt.DataManager, tmp_path: Path) -> None:
    made = wt.pipeline(wt.step("Threshold Event Detection", "angle", "touches", threshold_value=2.5))
    (tmp_path / "pipeline.json").write_text(json.dumps(made.as_json()))
    read = wt.read_pipeline(tmp_path / "pipeline.json")
    assert read.steps == made.steps
    exec(read.as_code(), {"wt": wt, "dm": dm})
    assert dm.getData("touches").times.tolist() == [4, 5, 8]


def test_a_function_of_the_user_is_a_transform_with_its_type_hints_as_declaration(dm: wt.DataManager) -> None:
    @wt.transform(name="Above, doubled")
    def above(angle: wt.AnalogTimeSeries, limit: float = 1.0, mode: str = "fast") -> wt.AnalogTimeSeries:
        """Double what is above a limit.

        Parameters
        ----------
        limit : float
            In degrees.
        """
        return wt.AnalogTimeSeries.from_array(np.where(angle.values > limit, angle.values * 2, 0), angle.times)

    assert dm.run_transform("Above, doubled", "angle", "doubled", limit=2).toList()[4] == 6
    with pytest.raises(wt.TransformError, match="parameter \"limit\" must be a number, not '2'"):
        dm.run_transform("Above, doubled", "angle", limit="2")
    with pytest.raises(wt.TransformError, match="there is a built-in transform 'Filter'"):
        wt.transform(name="Filter")(above)


def test_a_function_of_one_line_is_called_for_every_line(dm: wt.DataManager) -> None:
    @wt.transform(name="Number of vertices")
    def vertices(line: wt.Line2D) -> float:
        return len(line)

    made = dm.run_transform("Number of vertices", "whiskers", "vertices")
    assert made.getDataAtTime(0).tolist() == [3, 3]
    assert wt.run_transform("Number of vertices", wt.Line2D([0, 1], [0, 1])) == 2


def test_a_cancelled_transform_stores_nothing(dm: wt.DataManager) -> None:
    @wt.transform(name="Long work")
    def work(line: wt.Line2D) -> wt.Line2D:
        return line

    def stop(part: float) -> None:
        raise wt.Cancelled("stopped")

    with pytest.raises(wt.Cancelled):
        dm.run_transform("Long work", "whiskers", "worked", progress=stop)
    assert "worked" not in dm


KNOWN = {"unit": "deg", "description": "of C2", "electrode": {"location": "S1"}, "recording": {"subject": {"sex": "F"}}}


def test_a_result_says_whose_recording_it_is_and_its_unit_only_where_that_is_kept(dm: wt.DataManager) -> None:
    dm.getData("angle").attributes = KNOWN
    kept = {name: KNOWN[name] for name in ("electrode", "recording")}
    assert dm.run_transform("AnalogDifference", "angle", "change").attributes == {**kept, "unit": "deg"}
    assert dm.run_transform("Threshold Event Detection", "angle", "touches", threshold_value=1).attributes == kept


def test_what_a_second_input_says_otherwise_is_not_said_of_the_result(dm: wt.DataManager) -> None:
    trials = wt.DigitalIntervalSeries([wt.Interval(0, 4)])
    trials.attributes = {"recording": {"subject": {"sex": "M"}}}
    dm.setData("trials", trials, "camera")
    dm.getData("angle").attributes = KNOWN
    made = dm.run_transform("AnalogIntervalReduction", "trials", "means", signal="angle")
    assert made.attributes == {}


def test_a_users_transform_says_whether_it_keeps_the_unit(dm: wt.DataManager) -> None:
    @wt.transform(name="Turned around", keeps_unit=True)
    def turned(signal: wt.AnalogTimeSeries) -> wt.AnalogTimeSeries:
        return wt.AnalogTimeSeries.from_array(-signal.values, signal.times)

    dm.getData("angle").attributes = KNOWN
    assert dm.run_transform("Turned around", "angle").attributes["unit"] == "deg"


def test_attributes_that_a_users_transform_gives_stay(dm: wt.DataManager) -> None:
    @wt.transform(name="In radians")
    def in_radians(signal: wt.AnalogTimeSeries) -> wt.AnalogTimeSeries:
        made = wt.AnalogTimeSeries.from_array(np.deg2rad(signal.values), signal.times)
        made.attributes = {"unit": "rad"}
        return made

    dm.getData("angle").attributes = KNOWN
    assert dm.run_transform("In radians", "angle").attributes == {"unit": "rad"}


def test_attributes_of_the_steps_of_a_pipeline_reach_its_end(dm: wt.DataManager) -> None:
    dm.getData("angle").attributes = KNOWN
    steps = [wt.step("AnalogDifference", "angle", "change"), wt.step("AnalogDifference", "change", "twice")]
    wt.pipeline(*steps).run(dm)
    assert dm.getData("twice").attributes["unit"] == "deg"
