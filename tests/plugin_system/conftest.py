"""Tests of the socket: their ``app`` has the sample plugins that the test names."""

from tests.plugins_world import app, names, starter

__all__ = ["app", "names", "starter"]
