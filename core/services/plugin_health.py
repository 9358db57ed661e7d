"""How plugins fare: failures written down after the request, suspension after five of them, resuming."""

from __future__ import annotations

import datetime as dt
import json

import sqlalchemy as sa

from core.models import AuditLine, AuditPayload, PluginFailure, PluginState
from core.plugin.registry import Failure
from core.services import audit
from core.services.context import Context

#: So many failures within this time suspend a plugin.
MOST_FAILURES = 5
WITHIN = dt.timedelta(minutes=10)


def write_failures(ctx: Context, failures: list[Failure]) -> None:
    """Keep failed calls; the fifth within ten minutes suspends the plugin until an administrator resumes it.

    The door calls this after the request, in a transaction of its own: what the request did is untouched.
    """
    for one in failures:
        ctx.session.add(
            PluginFailure(plugin=one.plugin, hook=one.hook[:60], at=ctx.now, error_id=one.error_id, error=one.error)
        )
    ctx.session.flush()
    for plugin in sorted({one.plugin for one in failures}):
        _suspend_if_due(ctx, plugin)


def state_of(ctx: Context, plugin: str) -> PluginState:
    """The row about a plugin on this server, made where there is none, locked."""
    row = ctx.session.get(PluginState, plugin, with_for_update=True)
    if row is None:
        row = PluginState(plugin=plugin, is_allowed=True)
        ctx.session.add(row)
        ctx.session.flush()
    return row


def resume(ctx: Context, plugin: str) -> None:
    """Let a suspended plugin act again: an administrator saw to what went wrong. Raises ``Forbidden``."""
    ctx.require("plugin.serve")
    row = state_of(ctx, plugin)
    row.suspended_at, row.resumed_at, row.by_id = None, ctx.now, ctx.actor.id
    audit.note(ctx, "plugin.resume", f"plugin:{plugin}")


def is_emergency_new(ctx: Context) -> bool:
    """Whether the operator switched off other plugins for this process than at the last start."""
    last = ctx.session.scalar(
        sa.select(AuditPayload.json)
        .join(AuditLine, AuditLine.seq == AuditPayload.seq)
        .where(AuditLine.action == "plugin.emergency")
        .order_by(AuditLine.seq.desc())
        .limit(1)
    )
    return (json.loads(last)["off"] if last else "") != _emergency(ctx)


def note_emergency(ctx: Context) -> None:
    """Write down which plugins the operator switched off for this process; at start, where that changed."""
    audit.note(ctx, "plugin.emergency", "server:plugins", off=_emergency(ctx))


def _emergency(ctx: Context) -> str:
    return ",".join(sorted(ctx.registry.emergency_off))


def _suspend_if_due(ctx: Context, plugin: str) -> None:
    row = state_of(ctx, plugin)
    if row.suspended_at is not None:
        return
    since = ctx.now - WITHIN
    if row.resumed_at is not None and row.resumed_at > since:
        since = row.resumed_at
    f = PluginFailure
    count = ctx.session.scalar(sa.select(sa.func.count()).where(f.plugin == plugin, f.at > since))
    if (count or 0) >= MOST_FAILURES:
        row.suspended_at = ctx.now
        audit.note(ctx, "plugin.suspend", f"plugin:{plugin}", failures=count or 0)
