"""The fourth door: work that no person waits for. ``core.app`` wires it; the command line and the demo call it."""

from __future__ import annotations

from flask import Flask

from core.jobs.delivery import Letter
from core.jobs.runner import Compose, Jobs, Report

__all__ = ["Compose", "Jobs", "Letter", "Report", "init_app"]


def init_app(app: Flask, *, compose: Compose) -> None:
    """Put the jobs at ``app.extensions["jobs"]``. ``compose`` turns a queued code into the words of a letter."""
    app.extensions["jobs"] = Jobs(app, compose)
