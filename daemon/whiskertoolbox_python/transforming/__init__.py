"""Transforms: functions with declared parameters that make one data object of another, alone or in pipelines."""

from whiskertoolbox_python.transforming._pieces import run_transform
from whiskertoolbox_python.transforming._pipelines import pipeline
from whiskertoolbox_python.transforming._steps import step
from whiskertoolbox_python.transforming.registry import transform, transforms

__all__ = ["pipeline", "run_transform", "step", "transform", "transforms"]
