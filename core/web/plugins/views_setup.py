"""Views: a plugin's settings and targets for a unit."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import NotFound, Refused, Stale
from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.services import plugin_answers, plugin_targets, plugins, units
from core.web.i18n import gettext as _
from core.web.plugins import bp, words
from core.web.plugins.forms import TargetForm, settings_form


@bp.route("/u/<unit>/plugins/<plugin>/settings", methods=["GET", "POST"])
@need("plugin.manage")
def settings(unit: str, plugin: str) -> ResponseReturnValue:
    """This unit's own answers; what is empty is inherited."""
    ctx = context()
    now, theirs = plugin_answers.show(ctx, plugin), None
    if not now.rows:
        raise NotFound
    form = settings_form(now, has_below=plugins.has_units_below(ctx))
    if form.validate_on_submit():
        locked = form.locked.data or [] if "locked" in form else [r.spec.key for r in now.rows if r.is_locked_below]
        try:
            plugin_answers.save_settings(
                ctx,
                plugin,
                {} if request.form.get("act") == "reset" else form.inner.plain,
                locked=locked,
                expected_version=form.expected_version,
            )
        except Stale as stale:
            theirs = [(r.spec.label, words.value(r.spec, stale.theirs[r.spec.key])) for r in now.rows]
            form.version.data = str(now.version)
        except Refused as refused:
            form.absorb_settings(refused)
        else:
            flash(_("Đã lưu thiết lập."), "success")
            return redirect(url_for("plugins.settings", unit=unit, plugin=plugin))
    page = render_template("core/plugins/settings.html", f=form, now=now, plugin=now.plugin, theirs=theirs)
    return page, 409 if theirs else 422 if form.is_submitted() else 200


@bp.route("/u/<unit>/plugins/<plugin>/targets", methods=["GET", "POST"])
@need("plugin.manage")
@once
def targets(unit: str, plugin: str) -> ResponseReturnValue:
    """Targets of this unit and of those below."""
    ctx, form = context(), TargetForm()
    found = plugins.find(ctx, plugin)
    indicators = ctx.registry.indicators(plugin)
    if not indicators:
        raise NotFound
    form.offer(units.choices(ctx), list(indicators.values()))
    if form.validate_on_submit():
        values = {name: form[name].data for name in ("unit", "indicator", "first", "last", "quantity")}
        try:
            plugin_targets.set_target(ctx, plugin, **values)
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã lưu chỉ tiêu."), "success")
            return redirect(url_for("plugins.targets", unit=unit, plugin=plugin))
    cursor = request.args.get("after") if request.method == "GET" else None
    page = plugin_targets.listing(ctx, plugin, cursor=cursor)
    shown = render_template("core/plugins/targets.html", f=form, plugin=found, page=page, indicators=indicators)
    return shown, 422 if form.is_submitted() else 200


@bp.post("/u/<unit>/plugins/<plugin>/targets/<key>/remove")
@need("plugin.manage")
def remove_target(unit: str, plugin: str, key: str) -> ResponseReturnValue:
    """A target less."""
    plugin_targets.remove_target(context(), plugin, key)
    flash(_("Đã bỏ chỉ tiêu."), "success")
    return redirect(url_for("plugins.targets", unit=unit, plugin=plugin))
