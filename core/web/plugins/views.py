"""Views: the plugins of a unit, one of them before the switch, the word for those below, and why."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.activation import Policy
from core.domain.errors import Refused
from core.http.context import context
from core.http.guards import need, need_sign_in
from core.services import plugin_answers, plugin_explain, plugin_export, plugin_policies, plugin_switches, plugins
from core.web.i18n import gettext as _
from core.web.messages import say
from core.web.plugins import bp


@bp.get("/u/<unit>/plugins")
@need("plugin.manage")
def index(unit: str) -> ResponseReturnValue:
    """The plugins of this server, and which of them are on here."""
    ctx = context()
    rows = plugins.listing(ctx)
    has_below = bool(rows) and plugins.has_units_below(ctx)
    return render_template("core/plugins/index.html", rows=rows, has_below=has_below, gone=plugins.gone(ctx))


@bp.get("/u/<unit>/plugins/<plugin>")
@need("plugin.manage")
def show(unit: str, plugin: str) -> ResponseReturnValue:
    """One plugin: what it adds, whether it is on, the switch, the word for those below."""
    return _page(plugin)


def _page(plugin: str, refused: Refused | None = None) -> tuple[str, int]:
    ctx = context()
    found = plugins.find(ctx, plugin)
    why = plugin_explain.explain(ctx, plugin)[0]
    page = render_template(
        "core/plugins/show.html",
        plugin=found,
        why=why,
        may_switch=why.verdict.reason not in ("forbidden_above", "required_above", "not_on_server"),
        needed_by=plugins.needed_by(ctx, plugin),
        requires=[plugins.title_of(ctx, one) for one in (found.manifest.requires if found.manifest else ())],
        has_settings=bool(plugin_answers.show(ctx, plugin).rows),
        has_data=plugin_export.is_any(ctx, plugin),
        effects=plugin_policies.effects(ctx, plugin) if plugins.has_units_below(ctx) else [],
        policy=plugin_policies.plugins_own(ctx).get(plugin),
        objections=[{"text": say(one)} for one in refused.objections] if refused else [],
    )
    return page, 422 if refused else 200


@bp.post("/u/<unit>/plugins/<plugin>/switch")
@need("plugin.manage", fresh=True)
def switch(unit: str, plugin: str) -> ResponseReturnValue:
    """On or off."""
    ctx, is_on = context(), _yes_or_no()
    try:
        warnings = plugin_switches.switch(ctx, plugin, is_on=is_on)
    except Refused as refused:
        if refused.kind != "refused":
            raise
        return _page(plugin, refused)
    title = plugins.title_of(ctx, plugin)
    flash(_("Đã bật “%(title)s”.", title=title) if is_on else _("Đã tắt “%(title)s”.", title=title), "success")
    for one in warnings:
        flash(one, "warning")
    return redirect(url_for("plugins.show", unit=unit, plugin=plugin))


@bp.post("/u/<unit>/plugins/<plugin>/policy")
@need("plugin.manage", fresh=True)
def policy(unit: str, plugin: str) -> ResponseReturnValue:
    """The word for the units below."""
    word = request.form.get("policy", "")
    if word and word not in set(Policy):
        raise Refused("bad_parameter", kind="bad_input")
    try:
        plugin_policies.set_policy(context(), plugin, Policy(word) if word else None)
    except Refused as refused:
        if refused.kind != "refused":
            raise
        return _page(plugin, refused)
    flash(_("Đã lưu quy định cho cấp dưới."), "success")
    return redirect(url_for("plugins.show", unit=unit, plugin=plugin))


@bp.get("/u/<unit>/plugins/<plugin>/below")
@need("plugin.manage")
def below(unit: str, plugin: str) -> ResponseReturnValue:
    """What the plugin is in each unit below."""
    ctx = context()
    page, rows = plugin_policies.units_below(ctx, plugin, cursor=request.args.get("after"))
    return render_template("core/plugins/below.html", plugin=plugins.find(ctx, plugin), page=page, rows=rows)


@bp.get("/u/<unit>/plugins/<plugin>/why")
@need_sign_in(reason="who reads or manages plugins in this unit: the service asks for either")
def why(unit: str, plugin: str) -> ResponseReturnValue:
    """Why it is on or off here; with ``?event=`` in one of the unit's events."""
    ctx = context()
    found, event = plugin_explain.explain_in(ctx, plugin, event=request.args.get("event") or None)
    return render_template("core/plugins/why.html", plugin=found.plugin, why=found, event=event)


def _yes_or_no() -> bool:
    value = request.form.get("value")
    if value not in ("0", "1"):
        raise Refused("bad_parameter", kind="bad_input")
    return value == "1"
