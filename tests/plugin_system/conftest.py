"""Tests of the socket: their ``app`` has the sample plugins that the test names."""

from __future__ import annotations

from tests.plugins_world import app, make_in, names, sign_in_to, starter

__all__ = ["app", "make_in", "names", "sign_in_to", "starter"]
