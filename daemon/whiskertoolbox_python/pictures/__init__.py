"""Data objects as small pictures and tables for consoles and notebooks: HTML with SVG, by NumPy alone."""

from whiskertoolbox_python.pictures.html import to_html
from whiskertoolbox_python.pictures.residuals import residuals_to_html

__all__ = ["residuals_to_html", "to_html"]
