"""Transforms: functions with declared parameters that make one data object of another, alone or in pipelines."""
