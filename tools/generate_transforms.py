"""Writes docs/transforms.md from the declarations of the transforms.

python tools/generate_transforms.py            write the page
python tools/generate_transforms.py --check    change nothing; exit code 1 when it is out of date
"""

# ruff: noqa: E501 - rows of a table in the page are one line each

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "daemon"))

from whiskertoolbox_python.transforming._declarations import REQUIRED, Transform, type_name  # noqa: E402  # path first
from whiskertoolbox_python.transforming._table_computers import COMPUTERS  # noqa: E402
from whiskertoolbox_python.transforming.registry import all_transforms  # noqa: E402

PAGE = ROOT / "docs/transforms.md"
HEADINGS = {
    "first generation": ("Transforms", "Names and parameters are those of upstream's first generation."),
    "second generation": (
        "Transforms of the second generation",
        "Upstream's second generation, for pipelines in its form; every name also works with `WithContext` after it.",
    ),
    "range reduction": (
        "Range reductions",
        "One number for all samples, events or intervals of an object; in tables, of those in a row.",
    ),
}

INTRODUCTION = """\
# Transforms, pipelines, tables and batches

<!-- Written by tools/generate_transforms.py from the declarations; do not edit. -->

A transform makes one data object of another. Run one on objects, in a session, or in a pipeline:

```python
events = wt.run_transform("Threshold Event Detection", angle, threshold_value=1.5)
dm.run_transform("Threshold Event Detection", "angle", "touches", threshold_value=1.5)
wt.pipeline(
    wt.step("Threshold Interval Detection", "angle", "contacts", threshold_value=1.5),
    wt.step("Group Intervals", "contacts", "bouts", max_spacing=20),
).run(dm)
```

`over=` runs it on the data of each interval, event or member of a group, or on each entry alone, and puts together what is
made; numbers become a table:

```python
dm.run_transform("Filter", "angle", "filtered", over="trials")
dm.run_transform("MeanValueRaw", "angle", "means", over="trials").getColumn("MeanValueRaw")
dm.run_transform("Resample Line", "whiskers", "smooth", over=dm.getGroup("whisker 1"))
```

In a session the result is on the input's clock. Lines, masks and points that are made one by one keep the identities of
the entries they come from, and with them their groups. Of the input's attributes a result has `recording` (subject,
start, devices) and `electrode`, unless a second input says otherwise, and `unit` if the transform keeps it
(`@wt.transform(keeps_unit=True)`). How it was made is stored with it: `dm.provenance("touches")` says
transform, parameters, inputs with their versions, a hash of the code, and the environment. `dm.out_of_date()` lists what
was made of inputs or code that have changed since, `dm.rerun("touches")` makes it again.

Many transforms need SciPy, some scikit-image or scikit-learn: `pip install 'whiskertoolbox[transforms]'`.

## Your own transforms

```python
@wt.transform(name="Bandpass")
def bandpass(angle: wt.AnalogTimeSeries, low_hz: float = 8.0, order: Annotated[int, wt.Limits(1, 8)] = 4) -> wt.AnalogTimeSeries:
    \"\"\"Keep a band.

    Parameters
    ----------
    low_hz : float
        Where it begins.
    \"\"\"
```

Type hints and docstring say what parameters there are; they are checked, and documented, as those of the built-in ones.
A parameter annotated with a data type is given as an object, or by its key. A function of one `Line2D`, `Mask2D` or
`Point2D` is called for each entry. `progress` and `groups` are given to functions that have parameters of these names.
`wt.load_transforms(folder)` runs the files `transforms/*.py` of a folder; in VS Code those of the workspace are run when a
transform is chosen, and again after a change. A package offers its functions through the entry point
`whiskertoolbox.transforms`.

## In VS Code

**Transform…** on a data key, or a transform in the *Transforms* view, opens the *Pipeline* page: a list of steps, and the
form of the chosen one. What is typed is checked at once; a value that is not changed is not written. **Add Step…** offers
the session's keys and what earlier steps make. Steps are moved by dragging them, by the arrows below the list, or with
Alt+Up and Alt+Down; Delete removes one. **Run** (Ctrl+Enter) runs in the console, **Cancel** interrupts it. **Save As…** and
**Open…** write and read upstream's JSON, of which nothing is lost that the page does not show; **Copy Python** and **Insert
Python** give the statement. The page remembers its steps.

**Preview**, below the form, shows what the chosen step makes of the window that the viewer shows (of where the data begin, when
no viewer is open): a signal, events, intervals or a heat map below their input, lines, masks and points over theirs at the
viewer's time, a number as it is. It follows what is typed and where the viewer goes, also while code runs, and stores
nothing: a process of its own runs the step, and is ended when that takes longer than 20 seconds. It sees that window alone,
so that what depends on data before it (a filter's start, the mean of the whole signal) is different there; it knows the
transforms of files and packages, and not those that were registered in the console; and it has no groups. Closed, it runs
nothing.

**Batch…** on that page, or on a pipeline's file in the Explorer, runs the pipeline for each interval, event or entry of a key,
each member of a group, or each of several sessions. The *Batches* view shows how far each batch is, how long it will take,
and what failed; a click on an error shows where, **Run the Failed Again** runs those items alone,
**Go On with the Rest** what a cancelled batch had not come to. Batches of `wt.batch` in
your code are there too.

## Pipelines

`dm.run_pipeline("pipeline.json")`, or `whiskertoolbox pipeline pipeline.json --session DIR`, runs upstream's JSON of both
generations; so do the `transformations` of a load config, after its data. Steps run by `phase`, and within one each after
what it takes is made. A step without `output_key` feeds later ones as `<step_id>_output`. A failing step ends the run and
is named with its input; what was stored before stays. VS Code completes and checks transforms and their parameters in files
that are called `pipeline.json` or `*.pipeline.json`. `pipeline.as_json()` and `pipeline.as_code()` write one.
A pipeline without keys (upstream's library files, with `pre_reductions` and `param_bindings`) is read by
`wt.read_portable_pipeline(path)` and run on an object.

## Tables

```python
table = wt.table(rows="trials", columns=[wt.column("angle", "Interval Mean", "mean angle")])
table.build(dm).to_tensor()          # or .to_dataframe(), .save("table.csv"), .save("table.parquet")
```

Rows are intervals, events or the indices of a clock; `wt.read_tables` reads upstream's table JSON. A column of `unit_*`
is one for each key that matches. An interval without samples gives NaN; standard deviations are those of a sample.

COMPUTERS_HERE

## Batches

```python
def peak(trial):
    return trial.getData("angle").values.max()

result = wt.batch(peak, over=dm.getData("trials"))         # each interval's data, in several processes
wt.batch(peak, over=dm.getGroup("whisker 1"))
wt.batch(pipeline, over=["rec1", "rec2"])                  # sessions; each keeps what the pipeline makes
wt.batch(peak, over=(["rec1", "rec2"], "trials"))          # the trials of each
```

Results come in order: `result.values`, `result.table()`, `result.save("peaks.csv")`, `result.store(dm, "peaks")`. Errors are
kept by item with their traceback (`result.errors`), and run again alone by `result.retry()`, which also goes on with what
a cancelled batch left (`wt.recent_batch().retry()`); `into="peaks"` (with
`session=dm`) stores the results as they come from either. `wt.recent_batch()` is the result of the last batch. Your own
transforms in a pipeline go along: those of `transforms/*.py` by their file, those of the console by cloudpickle.
With `resume="peaks.journal"`
what is done is not done again after a kill; a journal is read only by the user who has written it. `scheduler="tcp://host:8786"` uses the workers of a Dask cluster (on SLURM,
that of dask-jobqueue); they open the session by its path, so it must be on a disk that they share. In a shell:
`whiskertoolbox batch pipeline.json --over rec1 rec2`; the exit code is the number of sessions that failed.

## Where numbers are upstream's, and where not

Numbers are those of upstream's own functions, which recorded inputs and outputs are tested against (2e-4 relative; 2e-3 for
fitted lines, angles and curvatures; phases on the circle). Where upstream is odd, its number is the default and a parameter
gives what one would expect; a warning says so when it makes a difference that one would not see.

| Upstream | Here | For the other number |
| --- | --- | --- |
| an event for every sample beyond the threshold | the same | `crossings_only=true` |
| of several lines in a frame, angle and curvature take the last, point and distance the first | the same | `line_index` |
| `Hilbert Phase` fills every index from 0 and drops the highest frequency of an even number of samples | the same | `only_samples=true`, `keep_nyquist=true` |
| `Hilbert Phase` windows blocks of long signals, so amplitudes are those of the window | the same | `use_windowing=false` |
| a larger `q_factor` of a notch makes it wider | the same | `standard_notch=true` |
| `Group Intervals` ends a group at its last interval, also when that lies within another | the same, with a warning | `keep_contained=true` |
| a piece of a line without vertices is one point | the same | `always_with_ends=true` |
| the y axis of `Calculate Line Angle` is turned back if it is mirrored | the same | `allow_mirrored_axes=true` |
| curvature near the ends of a line is a difference to one side | the same | `analytic=true` |
| `Scale and Normalize` leaves signals with NaN unscaled, and takes quartiles whatever the quantiles say | the same, with a warning of NaN | `ignore_nan=true`, `use_quantiles=true` |
| a NaN that comes first in a range is its peak | the same, with a warning | `ignore_nan=true` |
| `Line Outlier Detection` takes the noise of positions for lengths | the same | `use_length_noise=true` |
| an odd `perpendicular_range` adds a black pixel to the profile; `approach` has no effect | the same | an even range |
| sums run in float32 | float64; equal to 1e-5 | – |
| lockouts begin at -1, so that events at negative times may be lost | they begin before all times | – |
| 8-bit labels of connected components end at 255 | any number | – |
| lines join groups by proximity in no defined order | the nearest first | – |
| `Line Outlier Detection` starts from the first line of the frame, of any group | from the group's own line | – |
| latencies and windows in `EventIntervalReduction` count from tick 0 | from the start of the interval | `relative_to_start=false` |
| parameters of reductions in tables are ignored | they count | leave them out |
| `IntervalSourceIndex` is an entity id | a position | `entity_ids=true` of `IntervalOverlapReduction` |
| `ShiftDigitalEventSeries` stores a tick as an index | the nearest index | shift an object without a clock |
| five transforms cannot be given parameters in JSON | they can | leave them out |
| an unknown group gives the input back | an error | – |
| steps of one phase run at the same time | each after what it takes | – |
| a temporary has no clock, so what is made of it is not stored | it has the clock of its input | – |
| a run whose last step failed is a success | it is a failure | – |
| data keys must exist when a pipeline is read | when the step runs | – |
| numeric parameters cannot be variables | a variable that is the whole value keeps its type | – |
| the second generation loses image sizes, and runs some steps twice | sizes are kept, steps run once | – |
| no lineage, ids and groups of results | kept, see above | – |
| `TensorICA` is RADICAL, `TensorRobustPCA` ROSL, tracking and tracing their own | FastICA, principal component pursuit, our own | not to be had |

Where libraries have edges of their own: filters are not padded and start from zero (not `filtfilt`); NaN spreads to later
samples; component sizes are counted here, so they do not depend on the version of scikit-image; skeletons end one or two
pixels short, also at the border of the image.
"""


def main() -> None:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail when the page is out of date")
    options = parser.parse_args()
    text = page()
    if not options.check:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
        raise SystemExit("docs/transforms.md is out of date: run npm run generate")


def page() -> str:
    """The whole page."""
    lines = [INTRODUCTION.replace("COMPUTERS_HERE", "\n".join(computers())).rstrip()]
    for origin, (heading, sentence) in HEADINGS.items():
        lines += ["", f"## {heading}", "", sentence]
        for transform in sorted(all_transforms(), key=lambda transform: transform.name):
            if transform.origin == origin:
                lines += described(transform)
    return "\n".join(lines) + "\n"


def computers() -> Iterator[str]:
    """A table of what columns are computed by."""
    yield from ("| Rows | Data | Computers |", "| --- | --- | --- |")
    kinds = {(computer.of_intervals, computer.kind.__name__): None for computer in COMPUTERS.values()}
    for of_intervals, kind in kinds:
        names = [c.name for c in COMPUTERS.values() if (c.of_intervals, c.kind.__name__) == (of_intervals, kind)]
        yield f"| {'intervals' if of_intervals else 'times'} | {kind} | {', '.join(names)} |"


def described(transform: Transform) -> Iterator[str]:
    """Lines of one transform: what it takes and gives, and its parameters."""
    output = "a number" if transform.output is float else getattr(transform.output, "__name__", "an object")
    others = "".join(f" + {data.kind.__name__}" for data in transform.data_parameters)
    yield from ("", f"### {transform.name}", "", f"{transform.input.__name__}{others} → {output}. {transform.summary}")
    if transform.keeps_unit:
        yield from ("", "Keeps the unit.")
    if transform.notes:
        yield from ("", transform.notes)
    rows = [
        f"| `{data.name}` | {data.kind.__name__} | {'' if data.required else 'none'} | {data.doc} |"
        for data in transform.data_parameters
    ]
    for parameter in transform.parameters:
        default = "" if parameter.default is REQUIRED else shown(parameter.default)
        kind = type_name(parameter.hint) + (f", {parameter.unit}" if parameter.unit else "")
        rows.append(f"| `{parameter.name}` | {kind} | {default} | {parameter.doc} |")
    if rows:
        yield from ("", "| Parameter | Takes | Default | |", "| --- | --- | --- | --- |", *rows)


def shown(default: object) -> str:
    """A default as JSON has it."""
    if isinstance(default, bool):
        return str(default).lower()
    if default is None:
        return "none"
    return (
        f'"{default}"' if isinstance(default, str) else f"{default:g}" if isinstance(default, float) else str(default)
    )


if __name__ == "__main__":
    main()
