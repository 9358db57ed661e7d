"""Databases with and without plugins, for tests of their migrations."""

from tests.plugins_world import make_in, starter

__all__ = ["make_in", "starter"]
