"""Style and scripts of plugins: below the unit where the plugin is on, and nowhere else."""

from __future__ import annotations

from flask import Flask, Response, g

from core.http.guards import Policy
from core.plugin.registry import Installed
from core.web import assets


def add(app: Flask, one: Installed) -> None:
    """``/u/<unit>/x/<plugin>/static/<file>`` as ``<plugin>_static``, for a plugin that has such a folder."""
    if one.folder is None or not (one.folder / "static").is_dir():
        return
    folder = one.folder / "static"

    def send(unit: str, filename: str) -> Response:  # noqa: ARG001 - the guard read it
        g.is_asset = True
        return assets.send_from(folder, filename)

    send.__policy__ = Policy(None, reason="style and scripts of a plugin", owner=one.name)  # type: ignore[attr-defined]
    app.add_url_rule(f"/u/<unit>/x/{one.name}/static/<path:filename>", f"{one.name}_static", send)
    assets.keep_mark(app, f"{one.name}_static", folder)
