"""Tensors of fewer columns: principal and independent components, neighbour embedding (scikit-learn)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import TransformError
from whiskertoolbox_python.transforming._declarations import Limits
from whiskertoolbox_python.transforming._extras import extra
from whiskertoolbox_python.transforming.builtin.tensors import table_of, with_rows_of
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.tensor import TensorData

Floats = npt.NDArray[np.float64]
NanPolicy = Literal["Propagate", "Drop", "Fail"]


@built_in("TensorPCA", "second generation")
def tensor_pca(
    tensor: TensorData, n_components: Annotated[int, Limits(1)] = 2, nan_policy: NanPolicy = "Propagate"
) -> TensorData:
    """Project rows on the directions in which they vary most; the column that weighs most in each counts as positive.

    Parameters
    ----------
    n_components : int
        Up to the number of columns.
    nan_policy : str
        Rows with NaN or infinity: NaN in the result, left out, or an error.
    """

    def project(values: Floats) -> Floats:
        _at_most(n_components, values.shape[1], "TensorPCA")
        centered = values - values.mean(axis=0)
        variances, directions = np.linalg.eigh(centered.T @ centered / (len(values) - 1))
        chosen = directions[:, np.argsort(variances)[::-1][:n_components]]
        return centered @ _facing_one_way(chosen)

    return _reduced(tensor, project, "TensorPCA", "PC", nan_policy, least=2)


@built_in("TensorICA", "second generation")
def tensor_ica(
    tensor: TensorData,
    noise_std_dev: float = 0.175,
    replicates: int = 30,
    angles: int = 150,
    sweeps: int = 0,
    nan_policy: NanPolicy = "Propagate",
    seed: int = 0,
) -> TensorData:
    """Separate columns into as many independent components (FastICA of scikit-learn; upstream uses RADICAL).

    Order and scale of components are arbitrary, the column in which each weighs most counts as positive; the result is
    the same for the same seed.

    Parameters
    ----------
    noise_std_dev, replicates, angles, sweeps : float
        Of RADICAL; without effect.
    nan_policy : str
        Rows with NaN or infinity: NaN in the result, left out, or an error.
    seed : int
        Of the start.
    """

    def separate(values: Floats) -> Floats:
        if values.shape[1] < 2:
            raise TransformError("TensorICA: it needs two columns or more")
        model = extra("sklearn.decomposition").FastICA(random_state=seed, whiten="unit-variance", max_iter=1000)
        components: Floats = model.fit_transform(values)
        return components * _signs(model.mixing_)

    return _reduced(tensor, separate, "TensorICA", "IC", nan_policy, least=2)


@built_in("TensorTSNE", "second generation")
def tensor_tsne(
    tensor: TensorData,
    n_components: Annotated[int, Limits(1)] = 2,
    perplexity: float = 30.0,
    theta: float = 0.5,
    nan_policy: NanPolicy = "Propagate",
    seed: int = 0,
) -> TensorData:
    """Lay rows out so that neighbours stay neighbours (t-SNE of scikit-learn).

    Parameters
    ----------
    n_components : int
        Dimensions of the layout.
    perplexity : float
        About how many neighbours count; for few rows a third of them.
    theta : float
        Speed against accuracy; 0 is exact.
    nan_policy : str
        Rows with NaN or infinity: NaN in the result, left out, or an error.
    seed : int
        Of the start.
    """

    def lay_out(values: Floats) -> Floats:
        limit = len(values) / 3
        near = perplexity if perplexity < limit else max(1.0, limit - 1)
        method = "exact" if theta == 0 or n_components > 3 else "barnes_hut"
        model = extra("sklearn.manifold").TSNE(
            n_components, perplexity=near, angle=theta or 0.5, method=method, random_state=seed, init="pca"
        )
        layout: Floats = model.fit_transform(values)
        return layout

    return _reduced(tensor, lay_out, "TensorTSNE", "tSNE", nan_policy, least=4)


@built_in("TensorRobustPCA", "second generation")
def tensor_robust_pca(
    tensor: TensorData,
    n_components: Annotated[int, Limits(1)] = 2,
    sparsity: float = 0.0,
    tol: float = 1e-5,
    max_iter: int = 100,
    nan_policy: NanPolicy = "Propagate",
) -> TensorData:
    """Project rows on the main directions of what is left when rare large deviations are taken off.

    The centred data are split into a low-rank and a sparse part (principal component pursuit by alternating
    directions; upstream uses ROSL); the scores are those of the centred data. There may be fewer columns.

    Parameters
    ----------
    n_components : int
        Up to the number of columns.
    sparsity : float
        Weight of the sparse part, upstream's `lambda`; 0: 1 / √(larger side).
    tol : float
        Relative error at which the split ends.
    max_iter : int
        Most steps of it.
    nan_policy : str
        Rows with NaN or infinity: NaN in the result, left out, or an error.
    """

    def project(values: Floats) -> Floats:
        _at_most(n_components, values.shape[1], "TensorRobustPCA")
        centered = values - values.mean(axis=0)
        low_rank = _low_rank(centered, sparsity or 1 / np.sqrt(max(centered.shape)), tol, max_iter)
        _, sizes, directions = np.linalg.svd(low_rank, full_matrices=False)
        rank = int((sizes > sizes[:1] * 1e-10).sum()) if len(sizes) else 0
        return centered @ _facing_one_way(directions[: max(1, min(n_components, rank))].T)

    return _reduced(tensor, project, "TensorRobustPCA", "RPCA", nan_policy, least=2)


def _facing_one_way(directions: Floats) -> Floats:
    """Return columns of weights with a sign of our choice; LAPACKs and scikit-learn before and from 1.5 on differ."""
    return directions * _signs(directions)


def _signs(weights: Floats) -> Floats:
    """Return the sign of the largest weight of each column."""
    largest = weights[np.abs(weights).argmax(axis=0), np.arange(weights.shape[1], dtype=np.int64)]
    return np.where(largest < 0, -1.0, 1.0)


def _low_rank(data: Floats, weight: float, tolerance: float, steps: int) -> Floats:
    size = float(np.linalg.norm(data))
    if size == 0:
        return data
    penalty = data.size / (4 * np.abs(data).sum())
    low, sparse, multiplier = np.zeros_like(data), np.zeros_like(data), np.zeros_like(data)
    for _ in range(steps):
        left, sizes, right = np.linalg.svd(data - sparse + multiplier / penalty, full_matrices=False)
        low = left * np.maximum(sizes - 1 / penalty, 0) @ right
        rest = data - low + multiplier / penalty
        sparse = np.sign(rest) * np.maximum(np.abs(rest) - weight / penalty, 0)
        error = data - low - sparse
        multiplier += penalty * error
        if np.linalg.norm(error) <= tolerance * size:
            break
    return low


def _at_most(components: int, columns: int, name: str) -> None:
    if components > columns:
        raise TransformError(f"{name}: n_components {components} is more than the {columns} columns")


def _reduced(
    tensor: TensorData, project: Callable[[Floats], Floats], name: str, prefix: str, nan_policy: NanPolicy, least: int
) -> TensorData:
    values = table_of(tensor, name)
    finite = np.isfinite(values).all(axis=1)
    if nan_policy == "Fail" and not finite.all():
        raise TransformError(f"{name}: row {int((~finite).argmax())} is not finite; see nan_policy")
    if finite.sum() < least:
        raise TransformError(f"{name}: it needs {least} finite rows or more, and has {int(finite.sum())}")
    found = project(values[finite])
    names = [f"{prefix}{number + 1}" for number in range(found.shape[1])]
    if nan_policy == "Drop":
        return with_rows_of(tensor, found, names, np.flatnonzero(finite))
    result = np.full((len(values), found.shape[1]), np.nan)
    result[finite] = found
    return with_rows_of(tensor, result, names)
