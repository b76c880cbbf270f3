"""What holds of transforms whatever their input: properties, and ground truth where the right answer is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import whiskertoolbox_python as wt

signals = st.lists(st.floats(-100, 100, width=32) | st.just(float("nan")), max_size=60)
pairs = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)), max_size=12)
polylines = st.lists(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=9), max_size=6)
pictures = st.lists(st.integers(0, 2**24 - 1), min_size=1, max_size=4)


def analog(values: list[float]) -> wt.AnalogTimeSeries:
    return wt.AnalogTimeSeries(values, len(values))


def intervals(drawn: list[tuple[int, int]]) -> wt.DigitalIntervalSeries:
    rows = np.array([(start, start + length) for start, length in drawn], np.int64).reshape(-1, 2)
    return wt.DigitalIntervalSeries.from_array(rows)


def lines(drawn: list[list[tuple[int, int]]]) -> wt.LineData:
    offsets = np.concatenate([[0], np.cumsum([len(line) for line in drawn])]).astype(np.int64)
    points = np.array([point for line in drawn for point in line], float).reshape(-1, 2)
    return wt.LineData.from_arrays(np.arange(len(drawn)) // 2, offsets, points, image_size=wt.ImageSize(60, 60))


def indices(series: wt.DigitalIntervalSeries) -> set[int]:
    return {index for start, end in series.intervals.tolist() for index in range(start, end + 1)}


@given(signals, st.floats(-50, 50, width=32), st.integers(0, 9))
def test_events_are_samples_beyond_the_threshold_and_as_far_apart_as_the_lockout(
    values: list[float], threshold: float, lockout: int
) -> None:
    found = wt.run_transform(
        "Threshold Event Detection", analog(values), threshold_value=threshold, lockout_time=lockout
    ).times
    assert all(values[time] > np.float32(threshold) for time in found.tolist())
    assert not len(found) or np.diff(found).min(initial=lockout) >= lockout


@given(signals, st.floats(-50, 50, width=32))
def test_intervals_hold_exactly_the_samples_beyond_the_threshold(values: list[float], threshold: float) -> None:
    found = wt.run_transform("Threshold Interval Detection", analog(values), threshold_value=threshold)
    assert indices(found) == {time for time, value in enumerate(values) if value > np.float32(threshold)}


@given(pairs, pairs, st.sampled_from(["AND", "OR", "XOR", "AND_NOT"]))
def test_booleans_are_those_of_sets(
    first: list[tuple[int, int]], second: list[tuple[int, int]], operation: str
) -> None:
    a, b = intervals(first), intervals(second)
    wanted = {
        "AND": indices(a) & indices(b),
        "OR": indices(a) | indices(b),
        "XOR": indices(a) ^ indices(b),
        "AND_NOT": indices(a) - indices(b),
    }[operation]
    found = wt.run_transform("Boolean Operation", a, other_series=b, operation=operation)
    assert indices(found) == wanted
    rows = found.intervals
    assert (rows[1:, 0] > rows[:-1, 1] + 1).all()  # runs are as long as they can be


@given(polylines, st.sampled_from([0.7, 2.0, 5.0]))
def test_lines_at_fixed_spacing_keep_their_ends_and_have_no_long_step(drawn: Any, spacing: float) -> None:
    source = lines(drawn)
    made = wt.run_transform("Resample Line", source, target_spacing=spacing)
    assert made.times.tolist() == source.times.tolist()
    for before, after in zip(drawn, np.split(made.points, made.offsets[1:-1]) if len(drawn) else [], strict=True):
        if len(before) > 2:
            assert np.hypot(*np.diff(after, axis=0).T).max(initial=0) <= spacing * 1.01 + 1e-3
            assert np.abs(after[0] - before[0]).max() < 1e-3


@given(polylines, st.sampled_from([0.5, 3.0]))
def test_a_simplified_line_is_near_the_line(drawn: Any, epsilon: float) -> None:
    source = lines(drawn)
    made = wt.run_transform("Resample Line", source, algorithm="Douglas-Peucker", epsilon=epsilon)
    for before, after in zip(drawn, np.split(made.points, made.offsets[1:-1]) if len(drawn) else [], strict=True):
        kept = {tuple(point) for point in after.tolist()}
        assert kept <= {(float(x), float(y)) for x, y in before}
        assert len(before) == 0 or tuple(map(float, before[0])) in kept


@given(polylines)
def test_many_lines_at_once_give_what_each_gives_alone(drawn: Any) -> None:
    source = lines(drawn)
    for name, parameters in (
        ("CalculateLineLength", {}),
        ("CalculateLineAngle", {"method": "PolynomialFit", "polynomial_order": 2}),
        ("CalculateLineCurvature", {}),
    ):
        together = wt.run_transform(name, source, **parameters).values
        alone = [wt.run_transform(name, lines([line]), **parameters).values[0] for line in drawn]
        np.testing.assert_allclose(together, alone, rtol=2e-3, atol=2e-3)


@pytest.mark.extra
@settings(max_examples=30)
@given(st.lists(st.lists(st.tuples(st.integers(0, 14), st.integers(0, 11)), max_size=40), max_size=4))
def test_masks_in_tiles_give_what_scipy_and_scikit_image_give_on_the_whole_image(drawn: Any) -> None:
    from scipy import ndimage
    from skimage.morphology import skeletonize

    size = wt.ImageSize(15, 12)
    source = wt.MaskData()
    source.setImageSize(size)
    images = []
    for time, pixels in enumerate(drawn):
        image = np.zeros((12, 15), bool)
        for x, y in pixels:
            image[y, x] = True
        images.append(image)
        source.addAtTime(time, wt.Mask2D.from_raster(image))

    def components(image: Any) -> Any:
        labels, _ = ndimage.label(image, np.ones((3, 3)))
        return (np.bincount(labels.ravel()) >= 3)[labels] & image

    expected = {
        ("Remove Small Connected Components", ("threshold", 3)): components,
        ("Fill Mask Holes", None): ndimage.binary_fill_holes,
        ("Apply Median Filter", ("window_size", 5)): lambda image: ndimage.median_filter(image, 5, mode="reflect"),
        ("Skeletonize Mask", None): skeletonize,
    }
    for (name, parameter), work in expected.items():
        made = wt.run_transform(name, source, **({} if parameter is None else dict([parameter])))
        found = made.to_rasters(range(len(images)), size) if len(images) else []
        for image, result in zip(images, found, strict=True):
            assert np.array_equal(result, work(image) > 0), name


def test_one_line_that_is_not_finite_does_not_touch_the_others() -> None:
    points = np.array([[0, 0], [3, 4], [np.nan, 1], [2, 2], [0, 0], [6, 8]])
    source = wt.LineData.from_arrays([0, 1, 2], [0, 2, 4, 6], points)
    lengths = wt.run_transform("CalculateLineLength", source).values
    assert (lengths[0], lengths[2]) == (5, 10)
    assert np.isnan(lengths[1])


# Ground truth --------------------------------------------------------------------------------------------------------


@pytest.mark.extra
def test_the_phase_of_a_sine_is_its_phase() -> None:
    time = np.arange(4000) / 1000
    series = analog(np.cos(2 * np.pi * 8 * time).tolist())
    found = wt.run_transform("Hilbert Phase", series).values[200:-200]
    wanted = np.angle(np.exp(2j * np.pi * 8 * time))[200:-200]
    assert np.abs(np.angle(np.exp(1j * (found - wanted)))).max() < 0.01


def test_the_curvature_of_a_circle_is_one_over_its_radius() -> None:
    angle = np.linspace(0, 1.2, 80)
    x, y = 200 * np.cos(angle), 200 * np.sin(angle)
    found = wt.run_transform("CalculateLineCurvature", wt.Line2D(x, y), polynomial_order=4, analytic=True)
    assert found == pytest.approx(1 / 200, rel=1e-3)


def test_missing_samples_are_left_out_when_asked_for_and_warned_of_otherwise() -> None:
    series = analog([1.0, float("nan"), 3.0])
    with pytest.warns(wt.TransformWarning, match=r"1 sample NaN \(the first at index 1\).*ignore_nan=True"):
        assert wt.run_transform("Scale and Normalize", series).values[[0, 2]].tolist() == [1, 3]
    assert wt.run_transform("Scale and Normalize", series, ignore_nan=True).values[[0, 2]].tolist() == [-1, 1]


def test_a_contained_interval_shortens_a_group_only_with_a_warning() -> None:
    series = wt.DigitalIntervalSeries([wt.Interval(0, 20), wt.Interval(5, 8)])
    with pytest.warns(wt.TransformWarning, match="1 interval within another made the joined interval shorter"):
        assert wt.run_transform("Group Intervals", series).intervals.tolist() == [[0, 8]]
    assert wt.run_transform("Group Intervals", series, keep_contained=True).intervals.tolist() == [[0, 20]]


def tensor(values: Any, **rows: Any) -> wt.TensorData:
    return wt.TensorData.from_array(np.asarray(values, np.float32), **rows)


def test_principal_components_are_found_up_to_their_sign() -> None:
    random = np.random.default_rng(0)
    scores = random.normal(size=(200, 2)) * [5, 1]
    direction = np.array([[0.6, 0.8, 0], [0, 0, 1]])
    data = tensor(scores @ direction, row_times=range(200))
    found = wt.run_transform("TensorPCA", data, n_components=2)
    assert found.columnNames() == ["PC1", "PC2"]
    assert found.row_times.tolist() == list(range(200))
    assert abs(np.corrcoef(found.values[:, 0], scores[:, 0])[0, 1]) > 0.99
    robust = wt.run_transform("TensorRobustPCA", data, n_components=1)
    assert abs(np.corrcoef(robust.values[:, 0], scores[:, 0])[0, 1]) > 0.99


@pytest.mark.parametrize("name", ["TensorPCA", "TensorRobustPCA", pytest.param("TensorICA", marks=pytest.mark.extra)])
@pytest.mark.parametrize("mirrored", [1, -1])
def test_the_column_that_weighs_most_in_a_component_counts_as_positive(name: str, mirrored: int) -> None:
    """scikit-learn 1.4 and 1.5 give the same data scores of opposite sign."""
    sources = np.random.default_rng(1).uniform(-1, 1, size=(300, 2)) * [5, 1] * mirrored
    columns = sources @ np.array([[-0.6, 0.8], [0.8, 0.6]])
    scores = wt.run_transform(name, tensor(columns)).values
    for component in scores.T:
        weights = [np.corrcoef(component, column)[0, 1] * column.std() for column in columns.T]
        assert max(weights, key=abs) > 0


def test_rows_that_are_not_finite_are_kept_left_out_or_refused() -> None:
    data = tensor([[0, 1], [np.nan, 2], [2, 5], [3, 1]])
    assert np.isnan(wt.run_transform("TensorPCA", data, n_components=1).values[1]).all()
    assert wt.run_transform("TensorPCA", data, n_components=1, nan_policy="Drop").numRows() == 3
    with pytest.raises(wt.TransformError, match="row 1 is not finite"):
        wt.run_transform("TensorPCA", data, n_components=1, nan_policy="Fail")


@pytest.mark.extra
def test_independent_components_are_found_and_the_same_for_a_seed() -> None:
    time = np.arange(1000)
    sources = np.column_stack([np.sign(np.sin(time / 7)), np.sin(time / 31)])
    data = tensor(sources @ np.array([[1, 0.4], [0.3, 1]]))
    found = wt.run_transform("TensorICA", data).values
    correlation = np.abs(np.corrcoef(found.T, sources.T)[:2, 2:])
    assert correlation.max(axis=1).min() > 0.95
    assert np.array_equal(found, wt.run_transform("TensorICA", data).values)


def test_common_references_whitening_differences_and_neighbours() -> None:
    data = tensor([[1, 2, 6], [2, 4, 0], [0, 3, 3]], row_times=[0, 1, 2], column_names=["a", "b", "c"])
    assert wt.run_transform("TensorCAR", data).values[0].tolist() == [-1, 0, 4]
    assert wt.run_transform("TensorCAR", data, exclude_channels=[2], method="Mean").values[0].tolist() == [
        -0.5,
        0.5,
        4.5,
    ]
    with pytest.raises(wt.TransformError, match="all channels are excluded"):
        wt.run_transform("TensorCAR", data, exclude_channels=[0, 1, 2])
    change = wt.run_transform("TensorCentralDifference", data, include_original=False, boundary_policy="Clamp")
    assert change.columnNames() == ["a_delta", "b_delta", "c_delta"]
    assert change.values[:, 0].tolist() == [0.5, -0.5, -1]
    near = wt.run_transform("TensorTemporalNeighbors", data, lag_range=1, lead_range=1, boundary_policy="Drop")
    assert near.columnNames()[3:] == ["a_lag-1", "b_lag-1", "c_lag-1", "a_lag+1", "b_lag+1", "c_lag+1"]
    assert near.values.tolist() == [[2, 4, 0, 1, 2, 6, 0, 3, 3]]
    random = np.random.default_rng(0).normal(size=(4000, 2)) @ np.array([[2, 1.5], [0, 1]])
    white = wt.run_transform("TensorWhitening", tensor(random), rescale_amplitude=False).values
    assert np.abs(np.cov(white.T) - np.eye(2)).max() < 0.1


def moving_lines(frames: int) -> tuple[wt.DataManager, np.ndarray[Any, Any]]:
    """Two whiskers that move back and forth, and specks of dust; returns which whisker each line is (-1: dust)."""
    random = np.random.default_rng(1)
    times, rows, which = [], [], []
    for frame in range(frames):
        for whisker in (0, 1):
            base = np.array([20.0 + 60 * whisker, 30.0])
            tip = base + np.array([15 * np.sin(frame / 6 + whisker), 50])
            times.append(frame)
            rows.append(np.linspace(base, tip, 6) + random.normal(0, 0.3, (6, 2)))
            which.append(whisker)
        times.append(frame)
        rows.append(np.array([[300.0, 300.0]]) + random.normal(0, 40, (6, 2)))
        which.append(-1)
    dm = wt.DataManager()
    offsets = np.arange(len(times) + 1) * 6
    dm.setData("whiskers", wt.LineData.from_arrays(times, offsets, np.concatenate(rows)), "time")
    return dm, np.array(which)


@pytest.mark.extra
def test_lines_between_labelled_frames_are_tracked_and_nothing_else() -> None:
    dm, which = moving_lines(41)
    data, groups = dm.getData("whiskers"), dm.getEntityGroupManager()
    for whisker in (0, 1):
        labelled = np.flatnonzero((which == whisker) & np.isin(data.times, [0, 20, 40]))
        groups.add_entities(groups.createGroup(f"C{whisker}"), data.entity_ids[labelled])
    dm.run_transform("Group Lines using Kalman Filtering", "whiskers")
    for whisker in (0, 1):
        assert len(dm.getGroup(f"C{whisker}")) == 3  # the labels stay as they are
        found = np.isin(data.entity_ids, dm.getGroup(f"Putative:C{whisker}").entity_ids)
        assert (which[found] == whisker).all()
        assert found.sum() == 41 - 3
        assert len(np.unique(data.times[found])) == found.sum()  # one a frame


@pytest.mark.extra
def test_a_point_is_tracked_through_masks_between_its_labels_the_same_for_a_seed() -> None:
    masks, frames = wt.MaskData(), 21
    masks.setImageSize(wt.ImageSize(100, 60))
    truth = np.column_stack([20 + 2.5 * np.arange(frames), 30 + 8 * np.sin(np.arange(frames) / 5)])
    for frame, (x, y) in enumerate(truth):
        image = np.zeros((60, 100), bool)
        image[int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3] = True
        masks.addAtTime(frame, wt.Mask2D.from_raster(image))
    labels = wt.PointData.from_arrays([0, frames - 1], truth[[0, -1]], image_size=wt.ImageSize(100, 60))
    found = wt.run_transform("Track Points Through Masks", labels, mask_data=masks)
    assert found.times.tolist() == list(range(frames))
    assert np.abs(found.points - truth).max() <= 4
    assert found.points[0].tolist() == labels.points[0].tolist()
    again = wt.run_transform("Track Points Through Masks", labels, mask_data=masks)
    assert np.array_equal(found.points, again.points)


@pytest.mark.extra
def test_dark_whiskers_are_traced() -> None:
    from skimage.draw import line

    image = np.full((1, 120, 160), 200, np.uint8)
    for offset in (0, 1):
        row, column = line(20 + offset, 20, 90 + offset, 140)
        image[0, row, column] = 30
    found = wt.run_transform("Whisker Tracing", wt.MediaData.from_array(image))
    assert len(found) == 1
    ends = found.points[[0, -1]]
    assert np.abs(ends[np.argsort(ends[:, 0])] - [[20, 20], [140, 90]]).max() < 8


def test_an_interval_table_honours_parameters_and_counts_latencies_from_the_start() -> None:
    dm = wt.DataManager()
    dm.setTime("time", wt.TimeFrame(range(0, 1000, 10)), overwrite=True)
    dm.setData("trials", wt.DigitalIntervalSeries([wt.Interval(10, 19), wt.Interval(40, 49)]), "time")
    dm.setData("licks", wt.DigitalEventSeries([13, 15, 48]), "time")
    dm.setData("angle", wt.AnalogTimeSeries(range(100), 100), "time")
    latency = dm.run_transform(
        "EventIntervalReduction", "trials", events="licks", reduction_name="FirstPositiveLatency"
    )
    assert latency.values[:, 0].tolist() == [30, 80]
    above = dm.run_transform(
        "AnalogIntervalReduction",
        "trials",
        signal="angle",
        reduction_name="CountAboveThreshold",
        reduction_params_json='{"threshold": 44}',
    )
    assert above.values[:, 0].tolist() == [0, 5]
    with pytest.raises(wt.TransformError, match="EventCount reduces DigitalEventSeries, not AnalogTimeSeries"):
        dm.run_transform("AnalogIntervalReduction", "trials", signal="angle", reduction_name="EventCount")
