"""Views: which of its organiser's plugins an event takes."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused
from core.http.context import context
from core.http.guards import need
from core.services import events, plugin_switches
from core.web.i18n import gettext as _
from core.web.plugins import bp


@bp.get("/u/<unit>/e/<event>/plugins")
@need("event.manage")
def event(unit: str, event: str) -> ResponseReturnValue:
    """The organiser's plugins, each taken or left out."""
    ctx = context()
    return render_template("core/plugins/event.html", event=events.managed(ctx), rows=plugin_switches.of_event(ctx))


@bp.post("/u/<unit>/e/<event>/plugins/<plugin>")
@need("event.manage")
def leave_out(unit: str, event: str, plugin: str) -> ResponseReturnValue:
    """Leave one out, or take it back."""
    value = request.form.get("value")
    if value not in ("0", "1"):
        raise Refused("bad_parameter", kind="bad_input")
    plugin_switches.leave_out(context(), plugin, is_out=value == "0")
    flash(_("Đã lưu các phần mở rộng của đợt."), "success")
    return redirect(url_for("plugins.event", unit=unit, event=event))
