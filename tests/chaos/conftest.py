"""The floor in the storm: the same as the scenarios'."""

from tests.scenarios.conftest import floor, offices

__all__ = ["floor", "offices"]
