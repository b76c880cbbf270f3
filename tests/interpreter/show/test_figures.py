"""Figures of matplotlib: in the format that the window wants, and saved in other ones afterwards."""

from __future__ import annotations

import base64
import struct
from typing import Literal

import pytest

from tests.support.interpreter_client import InterpreterClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.execution import DisplayOutput, RunOptions
from whiskertoolbox_protocol.figures import SaveFigure

BEGIN = "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\naxes.plot([1, 2])\n"


def pictures(
    interpreter: InterpreterClient, code: str, figure_format: Literal["png", "retina", "svg"] = "png"
) -> list[DisplayOutput]:
    run = interpreter.start_code(code, options=RunOptions(figure_format=figure_format))
    interpreter.finish(run)
    return [display for display in run.displays if display.data.keys() & {"image/png", "image/svg+xml"}]


def pixels(display: DisplayOutput) -> tuple[int, int]:
    width, height = struct.unpack(">II", base64.b64decode(display.data["image/png"])[16:24])
    return width, height


def saved(interpreter: InterpreterClient, display: DisplayOutput, figure_format: Literal["png", "svg", "pdf"]) -> bytes:
    params = SaveFigure(figure=display.figure, format=figure_format)
    return base64.b64decode(interpreter.ask(methods.FIGURES_SAVE, params).data)


def test_retina_draws_twice_the_pixels_and_says_how_large_they_are_shown(interpreter: InterpreterClient) -> None:
    (plain,) = pictures(interpreter, BEGIN)
    (retina,) = pictures(interpreter, BEGIN, "retina")
    width, height = pixels(retina)
    assert (plain.width, plain.height) == (0, 0)
    assert (retina.width, retina.height) == (width // 2, height // 2)
    assert abs(retina.width - pixels(plain)[0]) <= 1


@pytest.mark.parametrize("figure_format", ["png", "retina", "svg"])
@pytest.mark.parametrize("end", ["display(figure)", "figure", "plt.show()\nplt.show()", "display(figure)\n1", "1 / 0"])
def test_a_figure_is_shown_once_and_closed_in_each_format(
    interpreter: InterpreterClient, end: str, figure_format: Literal["png", "retina", "svg"]
) -> None:
    assert len(pictures(interpreter, BEGIN + end, figure_format)) == 1
    assert interpreter.run("plt.get_fignums()").result == "[]"


def test_an_svg_that_looks_different_at_the_end_is_shown_as_it_is_then(interpreter: InterpreterClient) -> None:
    first, last = pictures(interpreter, BEGIN + "display(figure)\naxes.plot([2, 1]);", "svg")
    assert first.data["image/svg+xml"] != last.data["image/svg+xml"]


def test_the_format_that_code_chooses_holds(interpreter: InterpreterClient) -> None:
    interpreter.run("%config InlineBackend.figure_format = 'svg'")
    try:
        (shown,) = pictures(interpreter, BEGIN)
        assert "image/svg+xml" in shown.data
    finally:
        interpreter.run("%config InlineBackend.figure_format = 'png'")


@pytest.mark.parametrize(("figure_format", "beginning"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_a_shown_figure_is_saved_in_other_formats(
    interpreter: InterpreterClient, figure_format: Literal["png", "svg", "pdf"], beginning: bytes
) -> None:
    (shown,) = pictures(interpreter, BEGIN)
    assert saved(interpreter, shown, figure_format).startswith(beginning)


def test_a_figure_is_saved_as_it_was_shown(interpreter: InterpreterClient) -> None:
    (shown,) = pictures(interpreter, BEGIN + "axes.set_title('then');")
    interpreter.run("axes.set_title('now');")
    content = saved(interpreter, shown, "svg")
    assert b"<!-- then -->" in content
    assert b"<!-- now -->" not in content


def test_saving_a_figure_opens_none(interpreter: InterpreterClient) -> None:
    (shown,) = pictures(interpreter, BEGIN + "figure")
    saved(interpreter, shown, "pdf")
    run = interpreter.run("plt.get_fignums()")
    assert (run.result, len(run.displays)) == ("[]", 1)


@pytest.mark.parametrize(
    "drawing",
    ["import matplotlib.ticker\naxes.xaxis.set_major_formatter(lambda x, _: str(x));", "axes.plot(range(2_000_000));"],
    ids=["with a function of the user's", "too large"],
)
def test_a_figure_that_cannot_be_kept_is_shown_all_the_same(interpreter: InterpreterClient, drawing: str) -> None:
    (shown,) = pictures(interpreter, BEGIN + drawing)
    assert shown.figure == ""


def test_a_figure_that_is_gone_says_what_to_do(interpreter: InterpreterClient) -> None:
    with pytest.raises(RequestError, match="Run its code again"):
        saved(interpreter, DisplayOutput(data={}, figure="unknown"), "pdf")


def test_the_last_hundred_figures_are_kept(interpreter: InterpreterClient) -> None:
    code = """
        from matplotlib.figure import Figure
        for index in range(101):
            small = Figure(figsize=(1, 1))
            small.add_axes((0, 0, 1, 1))
            display(small)
        """
    oldest, *others = pictures(interpreter, code)
    assert len(others) == 100
    with pytest.raises(RequestError):
        saved(interpreter, oldest, "svg")
    assert saved(interpreter, others[0], "svg").startswith(b"<?xml")
