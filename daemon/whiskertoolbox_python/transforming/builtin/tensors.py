"""Tensors of two dimensions: references, whitening, differences and neighbours of rows."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import TransformError
from whiskertoolbox_python.transforming._declarations import Limits, Unit
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.tensor import TensorData

Floats = npt.NDArray[np.float64]
Boundary = Literal["NaN", "Drop", "Clamp", "Zero"]


def table_of(tensor: TensorData, name: str) -> Floats:
    """Return the values as float64 ``(rows, columns)``; TransformError for other dimensions."""
    if tensor.ndim() != 2:
        raise TransformError(f"{name}: the tensor has {tensor.ndim()} dimensions, not rows and columns")
    return tensor.values.astype(np.float64)


def with_rows_of(
    source: TensorData, values: npt.NDArray[Any], names: list[str], rows: npt.NDArray[Any] | None = None
) -> TensorData:
    """Return a tensor of these values whose rows are (some of) those of another."""
    chosen = np.arange(source.numRows(), dtype=np.int64) if rows is None else rows
    kind = source.rowType()
    return TensorData.from_array(
        values.astype(np.float32),
        column_names=names,
        row_times=source.row_times[chosen] if kind == "TimeFrameIndex" else None,
        row_intervals=source.row_intervals[chosen] if kind == "Interval" else None,
    )


def names_of(tensor: TensorData) -> list[str]:
    """Return the names of the columns, or col0, col1, … ."""
    return tensor.columnNames() or [f"col{number}" for number in range(tensor.numColumns())]


def _included(count: int, excluded: list[int], name: str) -> npt.NDArray[np.int64]:
    outside = [number for number in excluded if not 0 <= number < count]
    if outside:
        raise TransformError(f"{name}: there is no channel {outside[0]}; channels are 0 to {count - 1}")
    return np.setdiff1d(np.arange(count, dtype=np.int64), excluded)


@built_in("TensorCAR", "second generation", keeps_unit=True)
def tensor_car(
    tensor: TensorData,
    method: Literal["Median", "Mean"] = "Median",
    exclude_channels: list[int] | None = None,
    use_gpu: bool = False,
) -> TensorData:
    """Subtract from every channel what the channels have in common in a row (common average reference).

    Parameters
    ----------
    method : str
        Median or mean of the channels.
    exclude_channels : list of int
        Channels that do not count for it; it is subtracted from them too.
    use_gpu : bool
        Without effect.
    """
    values = table_of(tensor, "TensorCAR")
    included = _included(values.shape[1], exclude_channels or [], "TensorCAR")
    if not len(included):
        raise TransformError("TensorCAR: all channels are excluded")
    common = (np.median if method == "Median" else np.mean)(values[:, included], axis=1, keepdims=True)
    return with_rows_of(tensor, values - common, tensor.columnNames())


@built_in("TensorWhitening", "second generation")
def tensor_whitening(
    tensor: TensorData,
    mad_threshold_multiplier: float = 4.0,
    exclude_channels: list[int] | None = None,
    rescale_amplitude: bool = True,
    epsilon: float = 1e-8,
) -> TensorData:
    """Make the noise of channels uncorrelated and alike (ZCA), its covariance taken of the quiet rows.

    Parameters
    ----------
    mad_threshold_multiplier : float
        A row is quiet where no channel is further from its median than so many robust standard deviations; 0: all.
    exclude_channels : list of int
        Channels that are left as they are.
    rescale_amplitude : bool
        Multiply by the mean robust standard deviation.
    epsilon : float
        Added to the variances; above 0.
    """
    values = table_of(tensor, "TensorWhitening")
    if epsilon <= 0:
        raise TransformError("TensorWhitening: epsilon must be above 0")
    if len(values) < 2 or not np.isfinite(values).all():
        raise TransformError("TensorWhitening: it needs two rows or more, without NaN and infinity")
    included = _included(values.shape[1], exclude_channels or [], "TensorWhitening")
    centered = values[:, included] - np.median(values[:, included], axis=0)
    spread = 1.4826 * np.median(np.abs(centered), axis=0)
    quiet = centered
    if mad_threshold_multiplier > 0:
        rows = (np.abs(centered) <= mad_threshold_multiplier * np.maximum(spread, epsilon)).all(axis=1)
        quiet = centered[rows] if rows.sum() >= 2 else centered
    variances, directions = np.linalg.eigh(quiet.T @ quiet / (len(quiet) - 1))
    whitening = directions @ np.diag((np.maximum(variances, 0) + epsilon) ** -0.5) @ directions.T
    result = values.copy()
    result[:, included] = centered @ whitening * (spread.mean() if rescale_amplitude and len(included) else 1.0)
    return with_rows_of(tensor, result, tensor.columnNames())


@built_in("TensorCentralDifference", "second generation", keeps_unit=True)
def tensor_central_difference(
    tensor: TensorData, boundary_policy: Boundary = "NaN", include_original: bool = True
) -> TensorData:
    """Add, for each column, half the difference of the next and the previous row.

    Parameters
    ----------
    boundary_policy : str
        What becomes of the first and last row: NaN, left out, one-sided (still halved), or 0.
    include_original : bool
        Keep the columns themselves.
    """
    values = _of_times(tensor, "TensorCentralDifference")
    rows = np.arange(len(values), dtype=np.int64)
    before, after = np.maximum(rows - 1, 0), np.minimum(rows + 1, len(values) - 1)
    delta = (values[after] - values[before]) / 2
    complete = (rows > 0) & (rows < len(values) - 1)
    names = names_of(tensor)
    return _with_columns(
        tensor, values, delta, complete, [f"{name}_delta" for name in names], boundary_policy, include_original
    )


@built_in("TensorTemporalNeighbors", "second generation", keeps_unit=True)
def tensor_temporal_neighbors(
    tensor: TensorData,
    lag_range: Annotated[int, Unit("rows"), Limits(0)] = 0,
    lag_step: Annotated[int, Unit("rows"), Limits(1)] = 1,
    lead_range: Annotated[int, Unit("rows"), Limits(0)] = 0,
    lead_step: Annotated[int, Unit("rows"), Limits(1)] = 1,
    boundary_policy: Boundary = "NaN",
    include_original: bool = True,
) -> TensorData:
    """Add to each row the columns of rows before and after it.

    Parameters
    ----------
    lag_range, lag_step : int
        How far back, and in which steps.
    lead_range, lead_step : int
        How far ahead, and in which steps.
    boundary_policy : str
        What stands for rows that are not there: NaN, nothing (the row is left out), the first or last row, or 0.
    include_original : bool
        Keep the columns themselves.
    """
    values = _of_times(tensor, "TensorTemporalNeighbors")
    offsets = [*range(-lag_range, 0, lag_step), *range(lead_step, lead_range + 1, lead_step)]
    names = names_of(tensor)
    if not offsets:
        return with_rows_of(tensor, values, tensor.columnNames())
    rows = np.arange(len(values), dtype=np.int64)
    shifted, complete, added = [], np.ones(len(values), bool), []
    for offset in offsets:
        source = rows + offset
        there = (source >= 0) & (source < len(values))
        block = values[np.clip(source, 0, len(values) - 1)]
        if boundary_policy != "Clamp":
            block[~there] = 0 if boundary_policy == "Zero" else np.nan
        complete &= there
        shifted.append(block)
        added += [f"{name}_lag{offset:+d}" for name in names]
    policy: Boundary = "Drop" if boundary_policy == "Drop" else "Clamp"
    return _with_columns(tensor, values, np.hstack(shifted), complete, added, policy, include_original)


def _of_times(tensor: TensorData, name: str) -> Floats:
    if tensor.rowType() != "TimeFrameIndex":
        raise TransformError(f"{name}: the rows must belong to times, not {tensor.rowType()}")
    return table_of(tensor, name)


def _with_columns(
    tensor: TensorData,
    values: Floats,
    added: Floats,
    complete: npt.NDArray[np.bool_],
    names: list[str],
    policy: Boundary,
    include_original: bool,
) -> TensorData:
    if policy in ("NaN", "Zero"):
        added = np.where(complete[:, np.newaxis], added, np.nan if policy == "NaN" else 0.0)
    joined = np.hstack([values, added]) if include_original else added
    kept = np.flatnonzero(complete) if policy == "Drop" else np.arange(len(values), dtype=np.int64)
    if not len(kept):
        raise TransformError("no row has all its neighbours; choose another boundary_policy than Drop")
    return with_rows_of(tensor, joined[kept], [*(names_of(tensor) if include_original else []), *names], kept)
