"""Points tracked through masks, between frames in which they are labelled (a particle filter)."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.entities.groups import EntityGroupManager
from whiskertoolbox_python.transforming._declarations import Limits, Unit
from whiskertoolbox_python.transforming._extras import extra
from whiskertoolbox_python.transforming._results import first_of_time
from whiskertoolbox_python.transforming.builtin.grouping import group_ids
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.masks import MaskData
from whiskertoolbox_python.types.points import PointData

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@built_in("Track Points Through Masks", "first generation", output=PointData, keeps_unit=True)
def track_points_through_masks(
    points: PointData,
    mask_data: MaskData,
    groups: EntityGroupManager | None = None,
    num_particles: Annotated[int, Limits(1, 1_000_000)] = 1000,
    transition_radius: Annotated[float, Unit("pixels"), Limits(0)] = 5.0,
    random_walk_prob: Annotated[float, Limits(0, 1)] = 0.01,
    use_velocity_model: bool = True,
    velocity_noise_std: Annotated[float, Unit("pixels"), Limits(0)] = 1.0,
    seed: int = 0,
) -> PointData:
    """Fill in the way of each labelled point from label to label, on the pixels of masks.

    The labels of a group are its first point of each frame; without groups all points are those of one. Particles
    move on mask pixels, and the way that fits the next label best is traced back. The same seed gives the same way.

    Parameters
    ----------
    mask_data : MaskData
        Where the point can be; all masks of a frame count together. Without a mask, particles stay.
    num_particles : int
        Ways that are followed.
    transition_radius : float
        How far a point goes in a frame.
    random_walk_prob : float
        Share of particles that jump to any pixel of the masks.
    use_velocity_model : bool
        Particles go on as they went; else they start again from where they are.
    velocity_noise_std : float
        How much velocities change from frame to frame.
    seed : int
        Of the random numbers.
    """
    scale = _scale(points, mask_data)
    random = np.random.default_rng(seed)
    settings = (num_particles, max(transition_radius, 1e-6), random_walk_prob, use_velocity_model, velocity_noise_std)
    ids = points.entity_ids
    chosen = [np.arange(len(points), dtype=np.int64)]
    if groups is not None and group_ids(groups):
        chosen = [np.flatnonzero(np.isin(ids, groups.entity_ids(group))) for group in group_ids(groups)]
    times, places = [np.zeros(0, np.int64)], [np.zeros((0, 2))]
    for members in chosen:
        labels = members[first_of_time(points.times[members])]
        label_times, label_places = points.times[labels], points.points[labels].astype(np.float64)
        times.append(label_times)
        places.append(label_places)
        for number in range(len(labels) - 1):
            first, last = int(label_times[number]), int(label_times[number + 1])
            if last - first < 2:
                continue
            ends = label_places[number] * scale, label_places[number + 1] * scale
            way = _way(mask_data, (first, last), ends, settings, random)
            times.append(np.arange(first + 1, last, dtype=np.int64))
            places.append(way / scale)
    return PointData.from_arrays(np.concatenate(times), np.concatenate(places), image_size=points.getImageSize())


def _scale(points: PointData, masks: MaskData) -> Floats:
    own, other = points.getImageSize(), masks.getImageSize()
    if min(own.width, own.height, other.width, other.height) <= 0:
        return np.ones(2)
    return np.array([other.width / own.width, other.height / own.height])


def _way(
    masks: MaskData, frames: tuple[int, int], ends: tuple[Floats, Floats], settings: Any, random: np.random.Generator
) -> Floats:
    """Return the place in each frame between two labels."""
    count, radius, jumps, has_velocity, noise = settings
    first, last = frames
    start, goal = ends
    places = np.repeat(start[np.newaxis], count, axis=0)
    velocity = np.repeat(((goal - start) / (last - first))[np.newaxis], count, axis=0)
    history = []
    for frame in range(first + 1, last):
        rows = masks.at_times([frame]).points
        if len(rows):
            pixels = np.unique(rows.astype(np.float64), axis=0)
            drift = velocity if has_velocity else np.zeros_like(velocity)
            wanted = places + drift + random.normal(0, max(noise, 1e-9), places.shape)
            distance, nearest = extra("scipy.spatial").cKDTree(pixels).query(wanted)
            walks = random.random(count) < jumps
            nearest[walks] = random.integers(len(pixels), size=int(walks.sum()))
            moved = pixels[nearest]
            left = max(last - frame, 1)
            away = np.hypot(*(goal - moved).T)
            log_weight = -distance / radius - np.maximum(away - left * radius, 0) / radius
            log_weight[walks] = (
                -np.hypot(*(moved[walks] - wanted[walks]).T) / radius
                - np.maximum(away[walks] - left * radius, 0) / radius
            )
            weight = np.exp(log_weight - log_weight.max())
            chosen = _resampled(weight, random)
            velocity = (0.5 * velocity + 0.5 * (moved - places))[chosen]
            places = moved[chosen]
        history.append(places)
    way = np.empty((len(history), 2))
    following = goal
    for number in range(len(history) - 1, -1, -1):
        distance = np.hypot(*(history[number] - following).T)
        following = way[number] = history[number][int(distance.argmin())]
    return way


def _resampled(weight: Floats, random: np.random.Generator) -> Ints:
    """Choose particles by their weight, at even steps from a random start."""
    steps = (random.random() + np.arange(len(weight), dtype=np.int64)) / len(weight)
    total = np.cumsum(weight) / weight.sum()
    return np.minimum(np.searchsorted(total, steps), len(weight) - 1)
