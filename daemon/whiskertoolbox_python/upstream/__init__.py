"""The manners of upstream's pybind11 layer: what its classes and arguments are like, and what it warns of."""
