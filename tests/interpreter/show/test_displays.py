"""Rich displays: tables, figures, updates."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.support.interpreter_client import InterpreterClient
from whiskertoolbox_protocol.execution import ClearOutput

PNG = b"\x89PNG"


def test_a_table_is_shown_as_html(interpreter: InterpreterClient) -> None:
    (display,) = interpreter.run("import pandas\npandas.DataFrame({'trial': [1, 2]})").displays
    assert "<table" in display.data["text/html"]
    assert "trial" in display.data["text/plain"]


def test_a_figure_is_shown_at_the_end_of_its_cell(interpreter: InterpreterClient) -> None:
    run = interpreter.run("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    (display,) = run.displays
    assert base64.b64decode(display.data["image/png"]).startswith(PNG)


def test_a_figure_is_shown_where_show_is_called(interpreter: InterpreterClient) -> None:
    run = interpreter.run("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nprint('after')")
    assert [output.kind for output in run.outputs] == ["display", "stream"]


def test_a_figure_of_a_script_is_shown(interpreter: InterpreterClient, script: Path) -> None:
    script.write_text("import matplotlib.pyplot as plt\nplt.plot([1, 2])\n")
    (display,) = interpreter.run_file(script).displays
    assert "image/png" in display.data


def test_the_choice_of_inline_figures_is_not_inherited_by_processes(interpreter: InterpreterClient) -> None:
    child = "import os; print(os.environ.get('MPLBACKEND'))"
    run = interpreter.run(f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])")
    assert interpreter.fd_text(run, "stdout") == "None\n"


def test_a_display_can_be_updated(interpreter: InterpreterClient) -> None:
    (first,) = interpreter.run("handle = display('one', display_id=True)").displays
    (second,) = interpreter.run("handle.update('two')").displays
    assert first.display_id == second.display_id != ""
    assert (first.is_update, second.is_update) == (False, True)


def test_of_many_updates_the_last_is_shown(interpreter: InterpreterClient) -> None:
    with interpreter.answers_held():  # as while the window is busy with what came before
        run = interpreter.start_code(
            "print('first')\nhandle = display(0, display_id=True)\nfor i in range(1, 2000): handle.update(i)\n"
            "done = True"
        )
        interpreter.poll(lambda: interpreter.has_variable("done"), "the updates")
    assert interpreter.finish(run).status == "ok"
    assert len(run.displays) <= 3
    assert run.displays[-1].data["text/plain"] == "1999"


def test_the_output_can_be_cleared(interpreter: InterpreterClient) -> None:
    run = interpreter.run("from IPython.display import clear_output\nclear_output(wait=True)")
    assert run.outputs == [ClearOutput(wait=True)]


def test_a_huge_value_is_cut(interpreter: InterpreterClient) -> None:
    (display,) = interpreter.run("'x' * 10_000_000").displays
    assert len(display.data["text/plain"]) < 300_000
    assert "characters left out" in display.data["text/plain"]


def test_results_are_not_kept_for_ever(interpreter: InterpreterClient) -> None:
    interpreter.run("import weakref\nclass Big: pass\nbig = Big()\nreference = weakref.ref(big)")
    interpreter.run("big")
    interpreter.run("del big")
    for number in range(3):
        interpreter.run(f"{number}")
    assert interpreter.run("reference() is None").result == "True"


def test_a_data_object_is_shown_with_its_picture_and_as_text(interpreter: InterpreterClient) -> None:
    (display,) = interpreter.run("wt.AnalogTimeSeries([1.0, 2.0, 0.5], [0, 1, 2])").displays
    assert "<svg" in display.data["text/html"]
    assert display.data["text/plain"] == "AnalogTimeSeries(samples=3)"


def test_a_tensor_with_named_columns_is_shown_as_a_table(interpreter: InterpreterClient) -> None:
    (display,) = interpreter.run("wt.TensorData.from_array([[1, 2]], column_names=['angle', 'speed'])").displays
    assert ">angle</th>" in display.data["text/html"]


@pytest.mark.parametrize(
    "end",
    ["display(figure)", "figure", "plt.show()", "plt.show()\nplt.show()", "display(figure)\n1", "axes.set_title('t');"],
)
def test_a_figure_is_shown_once_however_it_is_shown(interpreter: InterpreterClient, end: str) -> None:
    begin = "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\naxes.plot([1, 2])\n"
    pictures = [display for display in interpreter.run(begin + end).displays if "image/png" in display.data]
    assert len(pictures) == 1


def test_a_figure_that_looks_different_at_the_end_is_shown_as_it_is_then(interpreter: InterpreterClient) -> None:
    code = "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\ndisplay(figure)\naxes.plot([1, 2]);"
    first, last = interpreter.run(code).displays
    assert first.data["image/png"] != last.data["image/png"]


def test_equal_figures_of_two_cells_are_both_shown(interpreter: InterpreterClient) -> None:
    for _ in range(2):
        assert len(interpreter.run("import matplotlib.pyplot as plt\nplt.plot([1, 2]);").displays) == 1


def test_a_figure_made_before_an_error_is_shown_and_closed(interpreter: InterpreterClient) -> None:
    run = interpreter.run_failing("import matplotlib.pyplot as plt\nplt.plot([1, 2])\n1 / 0")
    assert len(run.displays) == 1
    assert interpreter.run("plt.get_fignums()").result == "[]"


def test_a_widget_is_shown_as_text_with_what_is_missing(interpreter: InterpreterClient) -> None:
    (display,) = interpreter.run(
        """
        class Widget:
            def _repr_mimebundle_(self, **_options):
                return {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "Slider(value=0)"}
        Widget()
        """
    ).displays
    assert list(display.data) == ["text/plain"]
    assert display.data["text/plain"].splitlines()[0] == "Slider(value=0)"
    assert "need a Jupyter kernel" in display.data["text/plain"]


def test_a_clock_synchronised_by_keys_says_which_clocks_and_draws_the_residuals(interpreter: InterpreterClient) -> None:
    code = """
for key, ticks in (("camera", [0, 100, 250, 420]), ("daq", [0, 200, 501, 840])):
    dm.setTime(key, wt.TimeFrame(ticks, ticks_per_second=500 if key == "camera" else 1000))
    dm.setData(f"{key}_ttl", wt.DigitalEventSeries([0, 1, 2, 3]), key)
wt.synchronise_keys(dm, "camera_ttl", "daq_ttl")
"""
    shown = interpreter.run(code).displays[-1].data["text/html"]
    assert "<b>camera</b> in ticks of <b>daq</b>" in shown
    assert "4 pulses match" in shown
    assert "<svg" in shown


def test_synchronised_clocks_are_shown_with_their_residuals(interpreter: InterpreterClient) -> None:
    run = interpreter.run("wt.synchronise([0, 100, 250, 420], [0, 200, 501, 840], nominal=2.0)")
    shown = run.displays[-1].data["text/html"]
    assert "4 pulses match" in shown
    assert "<svg" in shown
