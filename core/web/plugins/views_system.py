"""Views: the plugins of the server, for its administrator."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused
from core.http.context import context
from core.http.guards import need
from core.services import plugins
from core.web.i18n import gettext as _
from core.web.plugins import bp


@bp.get("/system/plugins")
@need("plugin.serve")
def system() -> ResponseReturnValue:
    """How every installed plugin fares."""
    return render_template("core/plugins/system.html", found=plugins.overview(context()))


@bp.post("/system/plugins/<plugin>/serve")
@need("plugin.serve", fresh=True)
def serve(plugin: str) -> ResponseReturnValue:
    """Allow a plugin on this server, or forbid it."""
    value = request.form.get("value")
    if value not in ("0", "1"):
        raise Refused("bad_parameter", kind="bad_input")
    plugins.allow_on_server(context(), plugin, is_allowed=value == "1")
    flash(_("Đã cho dùng trên máy chủ này.") if value == "1" else _("Đã cấm dùng trên máy chủ này."), "success")
    return redirect(url_for("plugins.system"))


@bp.post("/system/plugins/<plugin>/resume")
@need("plugin.serve", fresh=True)
def resume(plugin: str) -> ResponseReturnValue:
    """Let a suspended plugin act again."""
    plugins.resume(context(), plugin)
    flash(_("Phần này đã làm việc trở lại."), "success")
    return redirect(url_for("plugins.system"))
