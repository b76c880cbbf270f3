"""Data objects as small pictures and tables for consoles and notebooks: HTML with SVG, by NumPy alone."""

from whiskertoolbox_python.pictures.html import to_html
from whiskertoolbox_python.pictures.residuals import clock_to_html, residuals_to_html

__all__ = ["clock_to_html", "residuals_to_html", "to_html"]
