"""Data objects as small pictures and tables for consoles and notebooks: HTML with SVG, by NumPy alone."""

from whiskertoolbox_python.pictures.html import to_html

__all__ = ["to_html"]
