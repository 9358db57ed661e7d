"""Views: what a plugin recorded, to read and to take away, also where it is off or gone."""

from __future__ import annotations

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from core.domain.errors import NotFound
from core.http.context import context
from core.http.guards import need
from core.services import plugin_export, plugins
from core.web.plugins import bp


@bp.get("/u/<unit>/plugins/<plugin>/data")
@need("plugin.manage")
def data(unit: str, plugin: str) -> ResponseReturnValue:
    """The latest rows of each table of the plugin, of this unit and those below."""
    ctx = context()
    _refuse_unknown(plugin)
    tables = plugin_export.parts(ctx, plugin, most=plugin_export.SHOWN)
    return render_template(
        "core/plugins/data.html",
        name=plugin,
        title=plugins.title_of(ctx, plugin),
        tables=tables,
        cell=plugin_export.cell,
    )


@bp.post("/u/<unit>/plugins/<plugin>/data")
@need("plugin.manage")
def export(unit: str, plugin: str) -> ResponseReturnValue:
    """All of it as one file; an audit line says that it was taken."""
    ctx = context()
    _refuse_unknown(plugin)
    body = plugin_export.as_zip(ctx, plugin)
    name = f"{plugin}-{unit}-{ctx.today.isoformat()}.zip"
    headers = {"Content-Disposition": f"attachment; filename={name}", "Content-Security-Policy": "sandbox"}
    return Response(body, mimetype="application/zip", headers=headers)


def _refuse_unknown(plugin: str) -> None:
    ctx = context()
    if plugin not in ctx.registry.installed and not plugin_export.is_any(ctx, plugin):
        raise NotFound
