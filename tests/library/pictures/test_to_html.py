"""Data objects as HTML: what is drawn is what is there, within bounds."""

from __future__ import annotations

import base64
import io
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

import whiskertoolbox_python as wt
from whiskertoolbox_python.pictures import residuals_to_html, to_html
from whiskertoolbox_python.pictures.thumbnails import HEIGHT, READ_SAMPLES

SVG = "{http://www.w3.org/2000/svg}"
SIZE = wt.ImageSize(40, 30)


def parsed(html: str) -> ElementTree.Element:
    return ElementTree.fromstring(html)


def path(html: str) -> str:
    """The `d` of the only path."""
    (found,) = parsed(html).iter(f"{SVG}path")
    return found.attrib["d"]


def text(html: str) -> str:
    return " ".join(parsed(html).itertext())


def images(html: str) -> list[bytes]:
    found = [image.attrib["href"] for image in parsed(html).iter(f"{SVG}image")]
    return [base64.b64decode(href.removeprefix("data:image/png;base64,")) for href in found]


def line(*times: int) -> wt.LineData:
    points = np.tile(np.array([[2, 3], [20, 25]], np.float32), (len(times), 1))
    return wt.LineData.from_arrays(times, np.arange(len(times) + 1) * 2, points, image_size=SIZE)


EVERY_TYPE = {
    "analog": wt.AnalogTimeSeries([1.0, 2.0, np.nan], [0, 5, 9]),
    "ragged": wt.RaggedAnalogTimeSeries.from_arrays([0, 1], [0, 2, 3], [1, 2, 3]),
    "events": wt.DigitalEventSeries.from_array([3, 7, 20]),
    "intervals": wt.DigitalIntervalSeries.from_array([[0, 4], [6, 6]]),
    "lines": line(2),
    "masks": wt.MaskData.from_arrays([4], [0, 2], [[1, 1], [2, 1]], image_size=SIZE),
    "points": wt.PointData.from_arrays([1], [[3.5, 4]]),
    "tensor": wt.TensorData.from_array([[1, 2], [3, 4]]),
    "media": wt.MediaData.from_array(np.zeros((2, 4, 6), np.uint8)),
}
EMPTY = {
    "analog": wt.AnalogTimeSeries(),
    "ragged": wt.RaggedAnalogTimeSeries(),
    "events": wt.DigitalEventSeries(),
    "intervals": wt.DigitalIntervalSeries(),
    "lines": wt.LineData(),
    "masks": wt.MaskData(),
    "points": wt.PointData(),
    "tensor": wt.TensorData(),
    "all missing": wt.AnalogTimeSeries([np.nan, np.nan], [0, 1]),
}


@pytest.mark.parametrize("name", EVERY_TYPE)
def test_every_type_has_its_name_size_and_picture_or_table(name: str) -> None:
    data = EVERY_TYPE[name]
    html = to_html(data)
    assert type(data).__name__ in text(html)
    assert data.kind.count(data._entry_count()) in text(html)
    assert list(parsed(html).iter(f"{SVG}svg")) or "3" in text(html)


@pytest.mark.parametrize("name", EMPTY)
def test_what_is_empty_is_shown_without_a_picture(name: str) -> None:
    assert not list(parsed(to_html(EMPTY[name])).iter(f"{SVG}svg"))


def test_a_single_spike_among_many_samples_reaches_the_top() -> None:
    values = np.zeros(1_000_000, np.float32)
    values[765_432] = 1
    heights = [
        float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", path(to_html(wt.AnalogTimeSeries.from_array(values))))
    ]
    assert min(heights) < HEIGHT / 10


def test_missing_samples_break_the_line() -> None:
    drawn = path(to_html(wt.AnalogTimeSeries([0, 1, np.nan, 0, 1], [0, 1, 2, 3, 4])))
    assert drawn.count("M") == 2


def test_each_event_has_its_line_and_each_interval_its_bar() -> None:
    assert path(to_html(wt.DigitalEventSeries.from_array([3, 7, 20]))).count("M") == 3
    assert path(to_html(wt.DigitalIntervalSeries.from_array([[0, 4], [6, 6]]))).count("M") == 2


def test_a_tensor_with_named_columns_is_the_table_that_it_is() -> None:
    tensor = wt.TensorData.from_array([[1.5, 2], [3, 4]], column_names=["angle", "<b>"], row_times=[10, 20])
    table = list(parsed(to_html(tensor)).iter("table"))[-1]
    rows = [[cell.text for cell in row] for row in table.iter("tr")]
    assert rows == [["time", "angle", "<b>"], ["10", "1.5", "2"], ["20", "3", "4"]]


def test_a_large_tensor_says_what_is_left_out() -> None:
    shown = text(to_html(wt.TensorData.from_array(np.zeros((1000, 40)))))
    assert "990 more rows" in shown
    assert "28 more columns" in shown


def test_of_a_signal_too_long_to_look_at_the_beginning_is_shown_and_that_is_said() -> None:
    series = wt.AnalogTimeSeries.from_array(np.zeros(READ_SAMPLES + 1, np.float32), copy=False)
    assert f"the first {READ_SAMPLES:,} of {READ_SAMPLES + 1:,} samples" in text(to_html(series))


@pytest.mark.parametrize("name", ["analog", "events", "intervals", "tensor"])
def test_the_size_does_not_grow_with_the_data(name: str) -> None:
    numbers = np.random.default_rng(0).normal(size=400_000).cumsum()
    large = {
        "analog": lambda: wt.AnalogTimeSeries.from_array(numbers),
        "events": lambda: wt.DigitalEventSeries.from_array(np.arange(400_000) * 3),
        "intervals": lambda: wt.DigitalIntervalSeries.from_array(np.arange(400_000).reshape(-1, 2) * 3),
        "tensor": lambda: wt.TensorData.from_array(numbers.reshape(4000, 100)),
    }
    assert len(to_html(large[name]())) < 40_000


@pytest.fixture
def recording() -> wt.DataManager:
    """A video, and a line, a mask and points over it, in frame 1."""
    manager = wt.DataManager()
    manager.setTime("camera", wt.TimeFrame([0, 10, 20], ticks_per_second=100))
    manager.set_media("video", wt.MediaData.from_array(np.full((3, 30, 40), 100, np.uint8)), "camera")
    manager.setData("whisker", line(1), "camera")
    paw = wt.MaskData.from_arrays([1], [0, 2], [[5, 6], [200, 200]], image_size=SIZE)
    manager.setData("paw", paw, "camera")
    return manager


def test_shapes_are_shown_over_the_frame_of_the_video_on_their_clock(recording: wt.DataManager) -> None:
    html = to_html(recording.getData("whisker"), recording)
    assert "frame 1 of video" in text(html)
    assert len(images(html)) == 1
    assert path(html) == "M2 3L20 25"


def test_a_video_is_shown_with_what_lies_over_it(recording: wt.DataManager) -> None:
    html = to_html(recording.getData("video"), recording)
    assert "frame 1, whisker over it, paw over it" in text(html)
    assert len(images(html)) == 2


def test_shapes_on_another_clock_than_the_video_are_shown_without_it(recording: wt.DataManager) -> None:
    recording.setData("elsewhere", line(1), "time")
    assert images(to_html(recording.getData("elsewhere"), recording)) == []


def test_a_video_that_cannot_be_read_leaves_its_shapes(
    recording: wt.DataManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_self: object, _number: int) -> None:
        raise FileNotFoundError("the video is gone")

    monkeypatch.setattr(wt.MediaData, "frame", missing)
    html = to_html(recording.getData("whisker"), recording)
    assert images(html) == []
    assert path(html) == "M2 3L20 25"


@pytest.mark.extra
def test_the_pixels_are_those_of_the_frame_and_the_mask(recording: wt.DataManager) -> None:
    from PIL import Image

    frame, mask = [
        np.asarray(Image.open(io.BytesIO(data))) for data in images(to_html(recording.getData("video"), recording))
    ]
    assert frame.shape == (30, 40)
    assert (frame == 100).all()
    assert mask.shape == (30, 40, 4)
    assert np.argwhere(mask[..., 3]).tolist() == [[6, 5]]  # row 6, column 5; the pixel outside is left out


def test_what_is_known_of_data_beside_the_numbers_is_shown() -> None:
    angle = wt.AnalogTimeSeries([1, 2], 2)
    angle.attributes = {"unit": "deg", "description": "of the whisker <C2>"}
    assert "unit deg description of the whisker <C2>" in text(to_html(angle))


def test_the_residuals_of_synchronised_clocks_are_drawn_and_none_that_stands_out_is_left_out() -> None:
    pulses = np.cumsum(np.resize([90, 100, 130], 5000)).astype(float)
    reference = 2 * pulses
    reference[3001] += 4.0
    html = residuals_to_html(wt.synchronise(pulses, reference, nominal=2.0))
    heights = [float(one) for one in re.findall(r"M[\d.]+ ([\d.]+)h0", html)]
    assert len(heights) <= 1000
    assert min(heights) == pytest.approx(4, abs=0.1)
    assert sorted(heights)[1] > 40
    assert "5,000 pulses match" in text(html)
